using Landfall.Tests.Faults;
using Xunit;
using Xunit.Abstractions;

[assembly: TestCollectionOrderer("Landfall.Tests.LongestFirst", "Landfall.Tests")]

namespace Landfall.Tests;

/// <summary>The fault harness takes minutes, one test after the other: begun at the end it would be what all else waits for, with one of the machine's processors.</summary>
public sealed class LongestFirst : ITestCollectionOrderer
{
    public IEnumerable<ITestCollection> OrderTestCollections(IEnumerable<ITestCollection> testCollections) => testCollections.OrderByDescending(collection => collection.DisplayName == nameof(HarnessWorld));
}
