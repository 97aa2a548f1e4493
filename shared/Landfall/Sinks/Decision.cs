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
        // What a restore has taken back is decided anew.
        if (ledger.FirstOrDefault(e => e.Source.Version.Identity == source.Version.Identity) is { Outcome: not Outcome.Reverted } own)
            return new(own.Outcome == Outcome.Landed ? Outcome.AlreadyLanded : own.Outcome, own, []);

        // An upserted row is fenced by its own _order: an older file may hold keys that a newer one does not, so no such source is superseded as a whole.
        if (source.Contract.Write == WriteMode.Upsert) return new(Outcome.Landed, null, []);

        // Only what has landed counts: a refused source blocks nothing. A restore takes rows out of one table; those of the contract's others are still there to be replaced.
        var same = ledger.Where(e => e.Outcome is Outcome.Landed or Outcome.Reverted && IsSameTarget(source, e.Source)).ToList();
        return same.Where(e => e.Outcome == Outcome.Landed && e.Source.Order > source.Order).MaxBy(e => e.Source.Order) is { } newer ? new(Outcome.Superseded, newer, []) : new(Outcome.Landed, null, same);
    }

    /// <summary>
    /// Decides what is staged together and lands together: as if each came by itself, and of several with one target the newest first, so that the others
    /// find it there.
    /// </summary>
    /// <param name="staged">Sources of one contract, none twice.</param>
    /// <param name="ledger">As for <see cref="Decide(Source, IReadOnlyList{LedgerEntry})"/>, for all of them.</param>
    /// <returns>For each source its decision, and, where another of them supersedes it, that one.</returns>
    public static IReadOnlyList<(Source Source, Decision Decision, Source? Newer)> DecideAll(IReadOnlyList<Source> staged, IReadOnlyList<LedgerEntry> ledger)
    {
        var alone = staged.Select(source => (Source: source, Decision: Decide(source, ledger))).ToList();
        var landing = alone.Where(d => d.Decision.Outcome == Outcome.Landed).Select(d => d.Source).ToList();
        return
        [
            .. alone.Select(d =>
            {
                var newer = d.Decision.Outcome == Outcome.Landed && d.Source.Contract.Write != WriteMode.Upsert
                    ? landing.Where(other => IsSameTarget(d.Source, other) && other.Order > d.Source.Order).MaxBy(other => other.Order)
                    : null;
                return (d.Source, newer is null ? d.Decision : new Decision(Outcome.Superseded, null, []), newer ?? d.Decision.By?.Source);
            }),
        ];
    }

    private static bool IsSameTarget(Source source, Source other) => source.Contract.Write switch
    {
        WriteMode.Append => other.Version.Bucket == source.Version.Bucket && other.Version.Name == source.Version.Name,
        WriteMode.ReplacePartition => other.Date == source.Date,
        _ => true,
    };
}
