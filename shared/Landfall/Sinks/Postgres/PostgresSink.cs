using System.Collections.Concurrent;
using Landfall.Contracts;
using Npgsql;

namespace Landfall.Sinks.Postgres;

/// <summary>
/// Postgres. A landing is one transaction: rows are copied first, where nobody sees them; then the contract's head row is locked, the ledger read and
/// the decision made; rows and ledger commit together. There is no claim and no lease: a process that dies leaves nothing to expire.
/// </summary>
/// <param name="database">Connections; thread-safe.</param>
/// <param name="contracts">Finds the contract that lands a parent table, whose table must stand before a foreign key can name it.</param>
/// <param name="patience">How long a landing may do nothing while it holds its contract's head row: longer than an event may take.</param>
public sealed class PostgresSink(NpgsqlDataSource database, Func<Identifier, Contract> contracts, TimeSpan patience) : IReconciledSink, ILedgerSink, IErasingSink, IDisposable
{
    private readonly SemaphoreSlim _preparing = new(1, 1);
    private readonly ConcurrentDictionary<Identifier, bool> _prepared = new();
    private volatile bool _migrated;

    public SinkKind Kind => SinkKind.Postgres;

    public async Task PrepareAsync(Contract contract, CancellationToken cancellationToken)
    {
        if (_prepared.ContainsKey(contract.Id)) return;
        await _preparing.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            await MigrateAsync(cancellationToken).ConfigureAwait(false);
            await PrepareWithParentsAsync(contract, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            _preparing.Release();
        }
    }

    public async Task<IReadOnlyList<LedgerEntry>> ReadLedgerAsync(Source source, CancellationToken cancellationToken)
    {
        await MigrateAsync(cancellationToken).ConfigureAwait(false);
        await using var connection = await database.OpenConnectionAsync(cancellationToken).ConfigureAwait(false);
        return await PostgresLedger.ReadAsync(connection, source, cancellationToken).ConfigureAwait(false);
    }

    public async Task<LedgerEntry> RecordAsync(LedgerEntry entry, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken).ConfigureAwait(false);
        if (await PostgresLedger.InsertAsync(connection, entry, cancellationToken).ConfigureAwait(false)) return entry;
        var ledger = await PostgresLedger.ReadAsync(connection, entry.Source, cancellationToken).ConfigureAwait(false);
        var standing = ledger.First(e => e.Source.Version.Identity == entry.Source.Version.Identity);
        // Taken back by a restore, and not landed again: that stands, and this is how it ended this time.
        return standing.Outcome == Outcome.Reverted ? entry : standing;
    }

    public async Task<IReadOnlySet<string>> FindEndedAsync(IReadOnlyCollection<Source> sources, CancellationToken cancellationToken)
    {
        await MigrateAsync(cancellationToken).ConfigureAwait(false);
        return await PostgresArrivals.FindEndedAsync(database, sources, cancellationToken).ConfigureAwait(false);
    }

    public async Task<IReadOnlyList<LedgerEntry>> ReadArrivalsAsync(Contract contract, IReadOnlyList<ExpectedArrival> arrivals, CancellationToken cancellationToken)
    {
        await MigrateAsync(cancellationToken).ConfigureAwait(false);
        return await PostgresArrivals.ReadAsync(database, contract, arrivals, cancellationToken).ConfigureAwait(false);
    }

    public async Task<IReadOnlyList<string>> FindUnbalancedAsync(Contract contract, DateTimeOffset since, CancellationToken cancellationToken)
    {
        await MigrateAsync(cancellationToken).ConfigureAwait(false);
        return await PostgresArrivals.FindUnbalancedAsync(database, contract, since, cancellationToken).ConfigureAwait(false);
    }

    public async Task<IReadOnlyList<LedgerEntry>> ReadLandingsAsync(Contract contract, LandingsQuery query, CancellationToken cancellationToken)
    {
        await MigrateAsync(cancellationToken).ConfigureAwait(false);
        return await PostgresLandings.ReadAsync(database, contract, query, cancellationToken).ConfigureAwait(false);
    }

    public async Task<LedgerEntry?> FindLandingAsync(Contract contract, long landingId, CancellationToken cancellationToken)
    {
        await MigrateAsync(cancellationToken).ConfigureAwait(false);
        return await PostgresLandings.FindAsync(database, contract, landingId, cancellationToken).ConfigureAwait(false);
    }

    public async Task<IReadOnlyList<LandedDay>> ReadDaysAsync(Contract contract, DateTimeOffset since, CancellationToken cancellationToken)
    {
        await MigrateAsync(cancellationToken).ConfigureAwait(false);
        return await PostgresLandings.ReadDaysAsync(database, contract, since, cancellationToken).ConfigureAwait(false);
    }

    public async Task<Expired> ExpireAsync(Contract contract, DateTimeOffset now, TimeSpan rejectsKept, int most, CancellationToken cancellationToken)
    {
        await MigrateAsync(cancellationToken).ConfigureAwait(false);
        var rows = 0L;
        if (contract.Retention is { } kept)
        {
            var first = DateOnly.FromDateTime(now.UtcDateTime).AddDays(-kept.Days);
            foreach (var table in contract.Tables.Where(table => table.Partition is not null)) rows += await PostgresRetention.ExpireAsync(database, table, first, most, cancellationToken).ConfigureAwait(false);
        }
        return new(rows, await PostgresRetention.ForgetRejectsAsync(database, contract, now - rejectsKept, most, cancellationToken).ConfigureAwait(false));
    }

    public async Task<long> ForgetAsync(DateTimeOffset now, int most, CancellationToken cancellationToken)
    {
        await MigrateAsync(cancellationToken).ConfigureAwait(false);
        return await PostgresRetention.ForgetAnswersAsync(database, now, most, cancellationToken).ConfigureAwait(false);
    }

    public Task<LedgerEntry> EraseAsync(Erasure erasure, LedgerEntry entry, CancellationToken cancellationToken) => PostgresErasure.RunAsync(database, erasure, entry, cancellationToken);

    public bool NeedsCare(Exception exception) => PostgresFaults.IsCollision(exception);

    public async Task<IStaging> StageAsync(Source source, Guid attempt, bool careful, CancellationToken cancellationToken) =>
        await PostgresStaging.BeginAsync(database, source, careful, patience, rehearsal: null, cancellationToken).ConfigureAwait(false);

    public LandingException? Classify(Exception exception)
    {
        // A table was dropped, or the ledger, while we thought it stood.
        if (PostgresFaults.IsMissing(exception))
        {
            _prepared.Clear();
            _migrated = false;
        }
        return PostgresFaults.Classify(exception);
    }

    public void Dispose() => _preparing.Dispose();

    private async Task MigrateAsync(CancellationToken cancellationToken)
    {
        if (_migrated) return;
        await PostgresMigrations.MigrateAsync(database, cancellationToken).ConfigureAwait(false);
        _migrated = true;
    }

    private async Task PrepareWithParentsAsync(Contract contract, CancellationToken cancellationToken)
    {
        if (_prepared.ContainsKey(contract.Id)) return;
        // The contracts' relationships have no cycle: that is a fault at start.
        foreach (var parent in contract.Tables.SelectMany(t => t.Relationships).Select(r => r.ParentContract).Where(p => p != contract.Id).Distinct())
            await PrepareWithParentsAsync(contracts(parent), cancellationToken).ConfigureAwait(false);
        await PostgresTables.PrepareAsync(database, contract, cancellationToken).ConfigureAwait(false);
        _prepared.TryAdd(contract.Id, true);
    }
}
