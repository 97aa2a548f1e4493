using Landfall.Contracts;
using Npgsql;

namespace Landfall.Sinks.Postgres;

/// <summary>Postgres, as far as the commit: whatever lands in it is gone when it has landed.</summary>
/// <param name="patience">As of <see cref="PostgresSink"/>.</param>
internal sealed class RehearsalSink(NpgsqlDataSource database, Rehearsal rehearsal, TimeSpan patience) : ISink
{
    public SinkKind Kind => SinkKind.Postgres;

    public Task PrepareAsync(Contract contract, CancellationToken cancellationToken) => Task.CompletedTask;

    public async Task<IReadOnlyList<LedgerEntry>> ReadLedgerAsync(Source source, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            return await PostgresLedger.ReadAsync(connection, source, cancellationToken).ConfigureAwait(false);
        }
        catch (PostgresException e) when (PostgresFaults.IsMissing(e))
        {
            // Nothing has landed here so far.
            return [];
        }
    }

    public Task<LedgerEntry> RecordAsync(LedgerEntry entry, CancellationToken cancellationToken) => Task.FromResult(entry);

    public async Task<IStaging> StageAsync(Source source, Guid attempt, bool careful, CancellationToken cancellationToken) =>
        await PostgresStaging.BeginAsync(database, source, careful: true, patience, rehearsal, cancellationToken).ConfigureAwait(false);

    public bool NeedsCare(Exception exception) => false;

    public LandingException? Classify(Exception exception) => PostgresFaults.Classify(exception);
}
