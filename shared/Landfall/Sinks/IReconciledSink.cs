using Landfall.Contracts;

namespace Landfall.Sinks;

/// <summary>A warehouse that is asked, tick by tick, what has come to an end in it and what has not, and that lets go of what nobody keeps.</summary>
public interface IReconciledSink : ISink
{
    /// <summary>
    /// The identities of those sources that have an entry in the ledger, whatever it says: also what a restore has taken back, for that was meant.
    /// </summary>
    /// <param name="sources">At most 1,000, of this warehouse's contracts; a statement for all of them, or for those of each ledger.</param>
    /// <param name="cancellationToken">Ends it at once.</param>
    Task<IReadOnlySet<string>> FindEndedAsync(IReadOnlyCollection<Source> sources, CancellationToken cancellationToken);

    /// <summary>Of a contract the entry that landed last, the one that was refused last, and of each arrival the first that landed. What came over the API is no arrival.</summary>
    /// <returns>In no order; empty when nothing has landed or was refused.</returns>
    Task<IReadOnlyList<LedgerEntry>> ReadArrivalsAsync(Contract contract, IReadOnlyList<ExpectedArrival> arrivals, CancellationToken cancellationToken);

    /// <summary>Entries of a contract's ledger whose rows do not add up (<see cref="Accounting"/>): there should never be one.</summary>
    /// <param name="contract">Whose.</param>
    /// <param name="since">Those that have ended since then.</param>
    /// <param name="cancellationToken">Ends it at once.</param>
    /// <returns>The identities of their sources, some of them when they are many.</returns>
    Task<IReadOnlyList<string>> FindUnbalancedAsync(Contract contract, DateTimeOffset since, CancellationToken cancellationToken);

    /// <summary>
    /// Lets go of a contract's partitions that are past its retention, and of rejected rows that are kept no longer, where the warehouse does not do so by itself; or sees to it that it does.
    /// </summary>
    /// <param name="contract">Whose.</param>
    /// <param name="now">Days are UTC's.</param>
    /// <param name="rejectsKept">How long rejected rows are kept.</param>
    /// <param name="most">Rows to delete at most, of a table.</param>
    /// <param name="cancellationToken">Ends it at once.</param>
    Task<Expired> ExpireAsync(Contract contract, DateTimeOffset now, TimeSpan rejectsKept, int most, CancellationToken cancellationToken);

    /// <summary>Lets go of what the warehouse keeps for no contract: answers to requests, older than a day.</summary>
    /// <returns>Rows deleted.</returns>
    Task<long> ForgetAsync(DateTimeOffset now, int most, CancellationToken cancellationToken);
}
