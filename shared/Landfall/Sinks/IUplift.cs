namespace Landfall.Sinks;

/// <summary>One attempt at a run that raises values, or takes back what another has raised.</summary>
public interface IUplift
{
    /// <summary>The run's entry, if it has been carried out before.</summary>
    LedgerEntry? Standing { get; }

    /// <summary>The rows that have a value, by key: key and value as text.</summary>
    IAsyncEnumerable<(string Key, string Value)> ReadAsync(CancellationToken cancellationToken);

    /// <summary>Stages rows with one insert. Safe for concurrent use.</summary>
    /// <param name="first">The position of the first among all that are staged, from 1.</param>
    /// <param name="rows">At most <see cref="Runs.Pages.MaxRows"/>.</param>
    /// <param name="cancellationToken">Ends it at once.</param>
    Task StageAsync(long first, IReadOnlyList<UpliftRow> rows, CancellationToken cancellationToken);

    /// <summary>Raises what is staged, all of it or nothing, with the ledger's entry.</summary>
    /// <param name="entry">The entry; its <see cref="LedgerEntry.RowsLanded"/> are staged.</param>
    /// <param name="percent">By how much they were raised.</param>
    /// <param name="cancellationToken">Ends it at once.</param>
    /// <exception cref="RetryException">Something has landed since the values were read, or they were changed.</exception>
    Task CommitAsync(LedgerEntry entry, decimal percent, CancellationToken cancellationToken);

    /// <summary>The rows that a run has raised and nobody has lowered yet, by key: the current value, null when it, or the row, is gone; and whether that is what this run has made of it.</summary>
    IAsyncEnumerable<(string Key, string? Current, bool Stands)> ReadRunAsync(string run, CancellationToken cancellationToken);

    /// <summary>What the run, carried out before, has left in the table: keys, and the values as text.</summary>
    IAsyncEnumerable<(string Key, string Value)> ReadWrittenAsync(CancellationToken cancellationToken);

    /// <summary>
    /// When what the run, carried out before, has left was so: the moment of the landing that it began with, and a second for each run since. So it is newer than what
    /// the source had then, and older than what it was told later; of two runs the later one's is the later. The same each time.
    /// </summary>
    Task<DateTimeOffset> ReadMomentAsync(CancellationToken cancellationToken);

    /// <summary>Puts back what stood before a run, where its result still stands, with the ledger's entry.</summary>
    /// <param name="entry">The entry; its <see cref="LedgerEntry.RowsLanded"/> are still what the run made them.</param>
    /// <param name="run">The run that is undone.</param>
    /// <param name="cancellationToken">Ends it at once.</param>
    /// <exception cref="RetryException">As for <see cref="CommitAsync"/>.</exception>
    Task UndoAsync(LedgerEntry entry, string run, CancellationToken cancellationToken);
}
