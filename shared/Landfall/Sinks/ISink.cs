using Landfall.Contracts;

namespace Landfall.Sinks;

/// <summary>A warehouse. What goes wrong in it is told by its own exceptions; <see cref="Classify"/> knows which verdict each of them is.</summary>
public interface ISink
{
    /// <summary>Which warehouse of a contract it is.</summary>
    SinkKind Kind { get; }

    /// <summary>Makes the contract's tables stand: short, idempotent statements, only ever forward.</summary>
    /// <exception cref="RetryException">
    /// A table stands that does not fit the contract; the hint is the statement a person would have to run. The files are good: they land once it was run.
    /// </exception>
    Task PrepareAsync(Contract contract, CancellationToken cancellationToken);

    /// <summary>The ledger's entries that <see cref="Decision.Decide"/> needs for a source.</summary>
    Task<IReadOnlyList<LedgerEntry>> ReadLedgerAsync(Source source, CancellationToken cancellationToken);

    /// <summary>What of <see cref="ReadLedgerAsync"/> a landing begins with: at least the source's own entry. What else would decide against it is asked for before it is refused, and when it is committed.</summary>
    Task<IReadOnlyList<LedgerEntry>> LookAsync(Source source, CancellationToken cancellationToken) => ReadLedgerAsync(source, cancellationToken);

    /// <summary>Records an outcome that brings no rows. Returns the entry that stands: this one, or one that was there first.</summary>
    Task<LedgerEntry> RecordAsync(LedgerEntry entry, CancellationToken cancellationToken);

    /// <summary>Begins an attempt: a place for rows that nobody sees before <see cref="IStaging.CommitAsync"/>.</summary>
    /// <param name="source">What is to land.</param>
    /// <param name="attempt">Never used before: what is staged carries it, so that no other attempt's rows are taken for its own.</param>
    /// <param name="careful">
    /// Whether to take the way that suits every source. Without care a sink may take a shorter one, on which some sources fail: <see cref="NeedsCare"/>.
    /// </param>
    Task<IStaging> StageAsync(Source source, Guid attempt, bool careful, CancellationToken cancellationToken);

    /// <summary>Whether an attempt without care has failed for the want of it, so that the source is to be staged again, with care.</summary>
    bool NeedsCare(Exception exception);

    /// <summary>The verdict that one of the warehouse's own exceptions is; null for exceptions that are not its own. The verdict holds no value of a row.</summary>
    LandingException? Classify(Exception exception);
}
