using Xunit;

namespace Landfall.Tests.Local.Storage;

/// <summary>One server for all tests of Cloud Storage's two ends; alone in the process, since some of them watch the memory.</summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class StorageCollection : ICollectionFixture<StorageServer>
{
    public const string Name = "storage";
}
