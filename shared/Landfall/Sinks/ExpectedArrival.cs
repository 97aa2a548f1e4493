namespace Landfall.Sinks;

/// <summary>A source that a contract's schedule promises.</summary>
/// <param name="Due">When it was due, by the schedule.</param>
/// <param name="Deadline">When it is late: <see cref="Due"/> and the promised latency.</param>
/// <param name="Date">The date in the name of its object; null where names have none.</param>
/// <param name="From">Where names have no date: what landed since then is taken for it.</param>
public sealed record ExpectedArrival(DateTimeOffset Due, DateTimeOffset Deadline, DateOnly? Date, DateTimeOffset From)
{
    /// <summary>Whether an entry of the ledger is of this arrival.</summary>
    public bool Is(LedgerEntry entry) => Date is { } date ? entry.Source.Date == date : entry.FinishedAt >= From;
}
