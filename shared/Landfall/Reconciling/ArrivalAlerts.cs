using System.Globalization;
using Landfall.Contracts;
using Landfall.Sinks;

namespace Landfall.Reconciling;

/// <summary>What is wrong with a contract's arrivals: a pure function of what was promised and what the ledger says.</summary>
internal static class ArrivalAlerts
{
    /// <param name="contract">Whose.</param>
    /// <param name="now">The moment that it is looked at.</param>
    /// <param name="arrivals">As <see cref="ArrivalCalendar.Of"/> gives them.</param>
    /// <param name="ledger">As <see cref="IReconciledSink.ReadArrivalsAsync"/> gives it for them.</param>
    public static IEnumerable<Alert> Of(Contract contract, DateTimeOffset now, IReadOnlyList<ExpectedArrival> arrivals, IReadOnlyList<LedgerEntry> ledger)
    {
        // The newest that is due: its deadline is over, or it is there before that.
        if (arrivals.FirstOrDefault(arrival => arrival.Deadline <= now || First(arrival, ledger) is not null) is { } due)
        {
            var first = First(due, ledger);
            if (first is null) yield return Missing(contract, due, ledger);
            else if (first.FinishedAt > due.Deadline) yield return Late(contract, due, first);
        }
        var landed = ledger.Where(entry => entry.Outcome == Outcome.Landed).MaxBy(entry => entry.FinishedAt);
        var refused = ledger.Where(entry => entry.Outcome == Outcome.Refused && RowCounts.Broken(entry).Any()).MaxBy(entry => entry.FinishedAt);
        // What was refused for its rows is as small as what has landed so; a refusal for anything else says nothing of them.
        if ((refused?.FinishedAt > landed?.FinishedAt ? refused : landed ?? refused) is not { } newest) yield break;
        foreach (var (rule, table, number) in RowCounts.Broken(newest))
        {
            yield return Alert.Of(
                contract, RowCounts.IsLarge(rule, number) ? AlertKind.Large : AlertKind.Small,
                $"{newest.Source.Version.Identity} {(newest.Outcome == Outcome.Landed ? "landed with" : "was refused, with")} {number.ToString(CultureInfo.InvariantCulture)} rows for {table}; expected {rule.Expected}",
                newest.Outcome == Outcome.Landed && contract.Write != WriteMode.Upsert ? $"landfall undo '{newest.Source.Version.Identity}'" : $"landfall status {contract.Id}");
        }
    }

    private static Alert Missing(Contract contract, ExpectedArrival due, IReadOnlyList<LedgerEntry> ledger)
    {
        var file = contract.Object is { } pattern ? pattern.Sample(due.Date ?? DateOnly.FromDateTime(due.Due.UtcDateTime)) : null;
        var what = file is null ? "nothing has landed" : $"nothing like {contract.Object!.Bucket}/{file} has landed";
        var refused = ledger.FirstOrDefault(entry => entry.Outcome == Outcome.Refused && due.Is(entry));
        return Alert.Of(
            contract, AlertKind.Missing,
            $"{what} for what was due at {Clock(contract, due.Due)}, and by {Clock(contract, due.Deadline)} at the latest{(refused is null ? "" : $"; {refused.Source.Version.Identity} was refused: {refused.Reason}")}",
            // What a person drops, a person can push.
            file is null || contract.Fetch is not null ? $"landfall status {contract.Id}" : $"landfall push {file[(file.LastIndexOf('/') + 1)..]}");
    }

    private static Alert Late(Contract contract, ExpectedArrival due, LedgerEntry first) => Alert.Of(
        contract, AlertKind.Late,
        $"{first.Source.Version.Identity} landed at {Clock(contract, first.FinishedAt)}; what was due at {Clock(contract, due.Due)} was promised by {Clock(contract, due.Deadline)}", $"landfall status {contract.Id}");

    private static LedgerEntry? First(ExpectedArrival arrival, IReadOnlyList<LedgerEntry> ledger) =>
        ledger.Where(entry => entry.Outcome == Outcome.Landed && arrival.Is(entry)).MinBy(entry => entry.FinishedAt);

    private static string Clock(Contract contract, DateTimeOffset moment) =>
        $"{TimeZoneInfo.ConvertTime(moment, contract.TimeZone).ToString("yyyy-MM-dd HH:mm", CultureInfo.InvariantCulture)} {contract.TimeZone.Id}";
}
