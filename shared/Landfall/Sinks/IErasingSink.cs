namespace Landfall.Sinks;

/// <summary>A warehouse from which rows of a key can be deleted for good.</summary>
public interface IErasingSink : ISink
{
    /// <summary>Deletes them, all or none, and says so in the ledger, without the key.</summary>
    /// <param name="erasure">Which.</param>
    /// <param name="entry">The ledger's, but for its tables.</param>
    /// <param name="cancellationToken">Ends it before it is done.</param>
    /// <returns>The entry, with the rows that went from each table.</returns>
    /// <exception cref="RejectException">The key's text is no value of its column.</exception>
    Task<LedgerEntry> EraseAsync(Erasure erasure, LedgerEntry entry, CancellationToken cancellationToken);
}
