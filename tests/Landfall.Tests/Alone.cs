using Xunit;

namespace Landfall.Tests;

/// <summary>
/// Tests that measure time or memory of the process, or change what all of it has (its environment, the temporary folder): nothing else runs beside them, and they run one after the other.
/// What only shares a server is a class fixture's matter, and runs beside others.
/// </summary>
[CollectionDefinition(nameof(Alone), DisableParallelization = true)]
public sealed class Alone;
