using Landfall.Contracts;

namespace Landfall.Sinks;

/// <summary>A warehouse whose ledger people look at. One in which nothing has landed yet is empty.</summary>
public interface ILedgerSink : ISink
{
    /// <summary>A contract's landings, those that ended last first.</summary>
    /// <param name="contract">Whose.</param>
    /// <param name="query">Which of them.</param>
    /// <param name="cancellationToken">Ends it at once.</param>
    Task<IReadOnlyList<LedgerEntry>> ReadLandingsAsync(Contract contract, LandingsQuery query, CancellationToken cancellationToken);

    /// <param name="contract">Whose.</param>
    /// <param name="landingId">The rows' <c>_landing_id</c>.</param>
    /// <param name="cancellationToken">Ends it at once.</param>
    /// <returns>Null when the contract has no such landing.</returns>
    Task<LedgerEntry?> FindLandingAsync(Contract contract, long landingId, CancellationToken cancellationToken);

    /// <summary>What a contract's landings have brought, day by day.</summary>
    /// <param name="contract">Whose; days are those of its time zone.</param>
    /// <param name="since">Landings that have ended since then.</param>
    /// <param name="cancellationToken">Ends it at once.</param>
    /// <returns>In no order; of days on which nothing has ended none.</returns>
    Task<IReadOnlyList<LandedDay>> ReadDaysAsync(Contract contract, DateTimeOffset since, CancellationToken cancellationToken);
}
