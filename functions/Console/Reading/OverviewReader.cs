using Landfall.Web.Pages;
using Landfall.Contracts;
using Landfall.Reconciling;
using Landfall.Sinks;

namespace Landfall.Web.Reading;

/// <summary>How all datasets stand.</summary>
internal sealed class OverviewReader(ContractSet contracts, Ledgers ledgers, Alerts alerts, TimeProvider clock)
{
    /// <summary>Days that a line of bars shows, today included.</summary>
    public const int Days = 30;

    public async Task<Sheet> ReadAsync(PageRequest page)
    {
        var board = alerts.BoardAsync(page.Cancellation);
        var mine = contracts.All.Where(contract => Readers.MayRead(page.Caller, contract)).ToList();
        var rows = await Task.WhenAll(mine.Select(async contract => await RowAsync(contract, await board, page.Cancellation)));
        var nobody = (await board).Where(alert => alert.Contract == Alert.Nobody);
        return Sheet.Of<Overview, OverviewModel>("Datasets", page.Links.Overview, new(rows, [.. rows.SelectMany(row => row.Alerts), .. nobody], clock.GetUtcNow()));
    }

    /// <param name="contract">Which.</param>
    /// <param name="board">All alerts that are known.</param>
    public async Task<DatasetRow> RowAsync(Contract contract, IReadOnlyList<StandingAlert> board, CancellationToken cancellationToken)
    {
        var days = ledgers.DaysAsync(contract, Days, cancellationToken);
        var entries = await ledgers.ArrivalsAsync(contract, cancellationToken);
        if (await days is not { } known || entries is null) return new(contract, Freshness.Unknown, null, null, [], [.. board.Where(alert => alert.Contract == contract.Id.Name)]);
        var landed = entries.Where(entry => entry.Outcome == Outcome.Landed).MaxBy(entry => entry.FinishedAt);
        var refused = entries.Where(entry => entry.Outcome == Outcome.Refused && entry.FinishedAt > (landed?.FinishedAt ?? DateTimeOffset.MinValue)).MaxBy(entry => entry.FinishedAt);
        // What the ledger shows now counts for more than what was told a while ago.
        List<StandingAlert> standing = [.. alerts.Of(contract, entries).Select(alert => alert with { Since = board.FirstOrDefault(told => told.Contract == alert.Contract && told.Kind == alert.Kind)?.Since })];
        standing.AddRange(board.Where(told => told.Contract == contract.Id.Name && told.Kind is not ("missing" or "late" or "small" or "large")));
        return new(contract, Of(standing, landed, refused), landed, refused, known, standing);
    }

    private static Freshness Of(List<StandingAlert> alerts, LedgerEntry? landed, LedgerEntry? refused)
    {
        if (alerts.Exists(alert => alert.Kind == "missing")) return Freshness.Missing;
        if (refused is not null) return Freshness.Refused;
        if (alerts.Exists(alert => alert.Kind == "late")) return Freshness.Late;
        if (alerts.Count > 0) return Freshness.Alert;
        return landed is null ? Freshness.Empty : Freshness.Fresh;
    }
}
