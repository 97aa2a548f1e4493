using System.Collections.Concurrent;

namespace Landfall.Tests.Faults;

/// <summary>How often each fault has happened.</summary>
internal sealed class FaultCounts
{
    private readonly ConcurrentDictionary<HarnessFault, int> _counts = new();

    public int this[HarnessFault fault] => _counts.GetValueOrDefault(fault);

    /// <summary>Those that have not happened.</summary>
    public IReadOnlyList<HarnessFault> Missing => [.. Enum.GetValues<HarnessFault>().Where(fault => this[fault] == 0)];

    public void Add(HarnessFault fault) => _counts.AddOrUpdate(fault, 1, (_, count) => count + 1);

    public override string ToString() => string.Join(", ", Enum.GetValues<HarnessFault>().Select(fault => $"{fault} {this[fault]}"));
}
