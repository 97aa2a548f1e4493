using Landfall.Contracts;
using Landfall.Sinks;

namespace Landfall.Web.Reading;

/// <summary>A day of a dataset's calendar.</summary>
/// <param name="Due">When it is due first on that day; null when nothing is.</param>
/// <param name="Landed">Sources that landed for it.</param>
/// <param name="Rows">Their rows.</param>
public sealed record ArrivalDay(DateOnly Day, ArrivalState State, DateTimeOffset? Due, long Landed, long Rows)
{
    /// <param name="contract">Whose day.</param>
    /// <param name="day">By the contract's clock.</param>
    /// <param name="days">What the ledger says; where objects have a date in their names it counts, and else the day on which they landed.</param>
    /// <param name="now">The moment.</param>
    public static ArrivalDay Of(Contract contract, DateOnly day, IReadOnlyList<LandedDay> days, DateTimeOffset now)
    {
        var came = days.Where(one => (contract.Object is { HasDate: true } ? one.Date : one.Day) == day).ToList();
        var due = contract.Schedule?.On(day, contract.TimeZone).Order().ToList() ?? [];
        DateTimeOffset? first = due is [var begin, ..] ? begin : null;
        return new(day, Became(contract, came, due, now), first, came.Sum(one => one.Landed), came.Sum(one => one.Rows));
    }

    private static ArrivalState Became(Contract contract, List<LandedDay> came, List<DateTimeOffset> due, DateTimeOffset now)
    {
        if (came.Where(one => one.First is not null).Min(one => one.First) is { } first)
            return due.Count > 0 && contract.Latency is { } promised && first > due[0] + promised ? ArrivalState.Late : ArrivalState.Landed;
        if (came.Sum(one => one.Refused) > 0) return ArrivalState.Refused;
        if (due.Count == 0) return ArrivalState.None;
        // Without a promise it may come until the day is over.
        return now > (contract.Latency is { } latency ? due[0] + latency : due[^1].AddDays(1)) ? ArrivalState.Missing : ArrivalState.Expected;
    }
}
