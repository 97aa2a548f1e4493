using Landfall.Contracts;
using Landfall.Sinks;

namespace Landfall.Reconciling;

/// <summary>What a contract's schedule and latency promise by now. Without a latency nobody has said when something is late, and nothing is.</summary>
internal static class ArrivalCalendar
{
    /// <summary>How long before its time a file without a date in its name may come, if not a quarter of the period is less.</summary>
    private static readonly TimeSpan Early = TimeSpan.FromHours(1);

    /// <summary>The arrival that was due last, and the last whose deadline is over; one when they are the same, none when there is no promise.</summary>
    /// <returns>The newer first.</returns>
    public static IReadOnlyList<ExpectedArrival> Of(Contract contract, DateTimeOffset now)
    {
        if (contract is not { Schedule: { } schedule, Latency: { } latency } || schedule.Previous(now, contract.TimeZone) is not { } newest) return [];
        var arrivals = new List<ExpectedArrival> { Arrival(contract, schedule, newest, latency) };
        if (newest + latency > now && schedule.Previous(now - latency, contract.TimeZone) is { } over) arrivals.Add(Arrival(contract, schedule, over, latency));
        return arrivals;
    }

    private static ExpectedArrival Arrival(Contract contract, CronExpression schedule, DateTimeOffset due, TimeSpan latency)
    {
        var period = schedule.Previous(due.AddTicks(-1), contract.TimeZone) is { } before ? due - before : TimeSpan.MaxValue;
        // The day is the tick's own, as what is fetched at it is named.
        var day = DateOnly.FromDateTime(TimeZoneInfo.ConvertTime(due, contract.TimeZone).DateTime);
        return new(due, due + latency, contract.Object is { HasDate: true } ? day : null, due - (period / 4 < Early ? period / 4 : Early));
    }
}
