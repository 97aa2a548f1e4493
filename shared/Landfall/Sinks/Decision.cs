using Landfall.Contracts;

namespace Landfall.Sinks;

/// <summary>
/// What to do with a staged source, given what its ledger says: the rules of order and fence, in one pure function that no sink repeats.
/// </summary>
/// <param name="Outcome"><see cref="Outcome.Landed"/> (go on), or why not.</param>
/// <param name="By">The entry that decides against it: its own, or the newest one that supersedes it. Null when it goes on.</param>
/// <param name="Replaced">
/// Landings whose rows go when this source's come: older ones of the same target, which is the object under <c>append</c>, the day under
/// <c>replacePartition</c>, the table under <c>replace</c>.
/// </param>
public sealed record Decision(Outcome Outcome, LedgerEntry? By, IReadOnlyList<LedgerEntry> Replaced)
{
    /// <param name="source">The source that asks to land.</param>
    /// <param name="ledger">Entries of the ledger, at least its own, those of the same object and those of its contract that have the same target.</param>
    public static Decision Decide(Source source, IReadOnlyList<LedgerEntry> ledger)
    {
        if (ledger.FirstOrDefault(e => e.Source.Version.Identity == source.Version.Identity) is { } own)
            return new(own.Outcome == Outcome.Landed ? Outcome.AlreadyLanded : own.Outcome, own, []);

        // An upserted row is fenced by its own _order: an older file may hold keys that a newer one does not, so no such source is superseded as a whole.
        if (source.Contract.Write == WriteMode.Upsert) return new(Outcome.Landed, null, []);

        // Only what has landed counts: a refused source blocks nothing.
        var same = ledger.Where(e => e.Outcome == Outcome.Landed && IsSameTarget(source, e.Source)).ToList();
        return same.Where(e => e.Source.Order > source.Order).MaxBy(e => e.Source.Order) is { } newer ? new(Outcome.Superseded, newer, []) : new(Outcome.Landed, null, same);
    }

    private static bool IsSameTarget(Source source, Source other) => source.Contract.Write switch
    {
        WriteMode.Append => other.Version.Bucket == source.Version.Bucket && other.Version.Name == source.Version.Name,
        WriteMode.ReplacePartition => other.Date == source.Date,
        _ => true,
    };
}
