using Landfall.Contracts;

namespace Landfall.Sinks;

/// <summary>A warehouse. Whatever goes wrong in it that trying again may heal is a <see cref="RetryException"/>.</summary>
public interface ISink
{
    /// <summary>Which warehouse of a contract it is.</summary>
    SinkKind Kind { get; }

    /// <summary>Makes the contract's tables and the ledger stand: short, idempotent statements, only ever forward.</summary>
    /// <exception cref="RejectException">A table stands that does not fit the contract; the hint is the statement a person would have to run.</exception>
    Task PrepareAsync(Contract contract, CancellationToken cancellationToken);

    /// <summary>The ledger's entries that <see cref="Decision.Decide"/> needs for a source.</summary>
    Task<IReadOnlyList<LedgerEntry>> ReadLedgerAsync(Source source, CancellationToken cancellationToken);

    /// <summary>Records an outcome that brings no rows. Returns the entry that stands: this one, or one that was there first.</summary>
    Task<LedgerEntry> RecordAsync(LedgerEntry entry, CancellationToken cancellationToken);

    /// <summary>Begins an attempt: a place for rows that nobody sees before <see cref="IStaging.CommitAsync"/>.</summary>
    Task<IStaging> StageAsync(Source source, CancellationToken cancellationToken);
}
