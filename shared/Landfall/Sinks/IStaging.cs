using Landfall.Contracts;
using Landfall.Rows;

namespace Landfall.Sinks;

/// <summary>
/// One attempt's rows on their way into a sink, in this order: for each feed of the contract <see cref="OpenAsync"/>, write rows,
/// <see cref="CompleteAsync"/>; then <see cref="DecideAsync"/>, <see cref="CheckAsync"/>, <see cref="CommitAsync"/>. Disposing before the commit leaves nothing behind, and may be done twice.
/// </summary>
public interface IStaging : IAsyncDisposable
{
    /// <summary>Begins a feed; its rows, each of the feed's columns in order, go into the writer.</summary>
    Task<IRowWriter> OpenAsync(Feed feed, CancellationToken cancellationToken);

    /// <summary>All rows of the feed have been written.</summary>
    Task CompleteAsync(CancellationToken cancellationToken);

    /// <summary>Reads the ledger as it stands now and decides. What follows is valid for that reading only.</summary>
    Task<Decision> DecideAsync(CancellationToken cancellationToken);

    /// <summary>
    /// Takes out, and yields by feed and position, the rows that break a rule over rows: relationships, primary keys, unique values. The line of each is
    /// its <see cref="IRowReader.Position"/>.
    /// </summary>
    /// <param name="decision">From <see cref="DecideAsync"/>.</param>
    /// <param name="parentsMayCome">Whether a row whose parent is unknown may still wait for it.</param>
    /// <exception cref="RetryException">A parent is unknown and may still come.</exception>
    IAsyncEnumerable<(Feed Feed, Reject Reject)> CheckAsync(Decision decision, bool parentsMayCome, CancellationToken cancellationToken);

    /// <summary>How many staged rows repeat another exactly, in a contract whose tables all have a key. Known after <see cref="CheckAsync"/>.</summary>
    long Collapsed { get; }

    /// <summary>Makes all rows visible together with the ledger's entry, or nothing.</summary>
    /// <param name="decision">From <see cref="DecideAsync"/>.</param>
    /// <param name="entry">The entry to record, without table results.</param>
    /// <returns>
    /// The entry recorded, which says <see cref="Outcome.Superseded"/> if a newer source came in between; null when the ledger has moved since the decision in another way:
    /// perhaps the source has landed, else it is to be staged again.
    /// </returns>
    Task<LedgerEntry?> CommitAsync(Decision decision, LedgerEntry entry, CancellationToken cancellationToken);
}
