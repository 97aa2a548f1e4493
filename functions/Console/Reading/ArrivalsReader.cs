using Landfall.Web.Pages;
using Landfall.Contracts;

namespace Landfall.Web.Reading;

/// <summary>The calendar of arrivals.</summary>
internal sealed class ArrivalsReader(ContractSet contracts, Ledgers ledgers, TimeProvider clock)
{
    /// <summary>Days behind today, and days ahead.</summary>
    private const int Behind = 14, Ahead = 7;

    public async Task<Sheet> ReadAsync(PageRequest page)
    {
        var now = clock.GetUtcNow();
        var today = DateOnly.FromDateTime(now.UtcDateTime);
        List<DateOnly> days = [.. Enumerable.Range(-Behind, Behind + 1 + Ahead).Select(today.AddDays)];
        var mine = contracts.All.Where(contract => Readers.MayRead(page.Caller, contract) && (contract.Schedule is not null || contract.Object is not null));
        var rows = await Task.WhenAll(mine.Select(async contract =>
        {
            // What is of a day may land long after it, and never before it, but for the clocks of the world.
            var landed = await ledgers.DaysAsync(contract, Behind + 2, page.Cancellation);
            var before = await ledgers.LandingsAsync(contract, new(1) { After = (now.AddDays(-Behind - 2), 0) }, page.Cancellation);
            if (landed is null || before is null) return new ArrivalRow(contract, null);
            // Nothing was missing before anything had ever come.
            var began = before.Count > 0 ? DateOnly.MinValue : landed.Select(day => day.Day).DefaultIfEmpty(today).Min();
            return new ArrivalRow(contract, [.. days.Select(day => ArrivalDay.Of(contract, day, landed, now)).Select(day => day.State == ArrivalState.Missing && day.Day < began ? day with { State = ArrivalState.None } : day)]);
        }));
        return Sheet.Of<Arrivals, ArrivalsModel>("Arrivals", page.Links.Arrivals, new(days, today, [.. rows.OrderByDescending(row => row.Contract.Schedule is not null)]));
    }
}
