using Xunit;

namespace Landfall.Tests.Attacks;

/// <summary>Alone in the process: some watch its memory, all the time.</summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class AttackCollection
{
    public const string Name = "requests that attack";
}
