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
            var landed = await ledgers.TryAsync(contract, (sink, token) => sink.ReadDaysAsync(contract, now.AddDays(-Behind - 2), token), page.Cancellation);
            return new ArrivalRow(contract, landed is null ? null : [.. days.Select(day => ArrivalDay.Of(contract, day, landed, now))]);
        }));
        return Sheet.Of<Arrivals, ArrivalsModel>("Arrivals", page.Links.Arrivals, new(days, today, [.. rows.OrderByDescending(row => row.Contract.Schedule is not null)]));
    }
}
