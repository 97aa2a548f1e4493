using Landfall.Contracts;
using Landfall.Rows;

namespace Landfall.Sinks;

/// <summary>
/// One attempt's rows on their way into a sink, in this order: write rows, <see cref="CompleteAsync"/>, <see cref="DecideAsync"/>,
/// <see cref="CheckAsync"/>, <see cref="CommitAsync"/>. Disposing before the commit leaves nothing behind, and may be done twice.
/// </summary>
public interface IStaging : IAsyncDisposable
{
    /// <summary>What a row is made of, in order: the columns of all tables of the contract.</summary>
    IReadOnlyList<Column> Columns { get; }

    /// <summary>Where the rows go.</summary>
    IRowWriter Rows { get; }

    /// <summary>All rows have been written.</summary>
    Task CompleteAsync(CancellationToken cancellationToken);

    /// <summary>Reads the ledger as it stands now and decides. What follows is valid for that reading only.</summary>
    Task<Decision> DecideAsync(CancellationToken cancellationToken);

    /// <summary>Takes out, and yields by line, the rows that break a rule over rows: relationships, primary keys, unique values.</summary>
    /// <param name="decision">From <see cref="DecideAsync"/>.</param>
    /// <param name="parentsMayCome">Whether a row whose parent is unknown may still wait for it.</param>
    /// <exception cref="RetryException">A parent is unknown and may still come.</exception>
    IAsyncEnumerable<Reject> CheckAsync(Decision decision, bool parentsMayCome, CancellationToken cancellationToken);

    /// <summary>How many staged rows repeat another exactly, in a contract whose tables all have a key. Known after <see cref="CheckAsync"/>.</summary>
    long Collapsed { get; }

    /// <summary>Makes all rows visible together with the ledger's entry, or nothing.</summary>
    /// <param name="decision">From <see cref="DecideAsync"/>.</param>
    /// <param name="entry">The entry to record, without table results.</param>
    /// <returns>The entry recorded; null when the ledger has moved since the decision: decide again.</returns>
    Task<LedgerEntry?> CommitAsync(Decision decision, LedgerEntry entry, CancellationToken cancellationToken);
}
