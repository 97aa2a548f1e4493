using Landfall.Contracts;
using Landfall.Sinks;

namespace Landfall.Web.Reading;

/// <summary>A dataset, as it stands.</summary>
/// <param name="Landed">What landed last; null for nothing.</param>
/// <param name="Refused">What was refused since; null for nothing.</param>
/// <param name="Days">What came in the days of <see cref="OverviewReader.Days"/>; empty where the ledger says nothing.</param>
public sealed record DatasetRow(Contract Contract, Freshness Freshness, LedgerEntry? Landed, LedgerEntry? Refused, IReadOnlyList<LandedDay> Days, IReadOnlyList<StandingAlert> Alerts)
{
    /// <summary>Rows landed a day, the last day at the end.</summary>
    public IReadOnlyList<(DateOnly Day, long Rows)> Spark(DateOnly today) =>
        [.. Enumerable.Range(0, OverviewReader.Days).Select(back => today.AddDays(back + 1 - OverviewReader.Days)).Select(day => (day, Days.Where(landed => landed.Day == day).Sum(landed => landed.Rows)))];
}
