using Landfall.Contracts;
using Landfall.Sinks.Postgres;
using Npgsql;

namespace Landfall.Backups;

/// <summary>One moment of the whole database, in which any number of connections can read: what several tables' backups have in common, so that their references hold.</summary>
internal sealed class BackupSnapshot : IAsyncDisposable
{
    private readonly NpgsqlDataSource _database;
    private readonly NpgsqlConnection _holder;
    private readonly string _id;

    private BackupSnapshot(NpgsqlDataSource database, NpgsqlConnection holder, string id, DateTimeOffset time) => (_database, _holder, _id, Time) = (database, holder, id, time);

    /// <summary>When it was taken, to the millisecond.</summary>
    public DateTimeOffset Time { get; }

    public static async Task<BackupSnapshot> TakeAsync(NpgsqlDataSource database, TimeProvider clock, CancellationToken cancellationToken)
    {
        var connection = await BeginAsync(database, "", cancellationToken).ConfigureAwait(false);
        try
        {
            var time = clock.GetUtcNow();
            await using var command = new NpgsqlCommand("SELECT pg_export_snapshot()", connection);
            var id = (string)(await command.ExecuteScalarAsync(cancellationToken).ConfigureAwait(false))!;
            return new(database, connection, id, time.AddTicks(-(time.Ticks % TimeSpan.TicksPerMillisecond)));
        }
        catch
        {
            await connection.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    /// <summary>A connection that reads in it. Disposing it ends its transaction.</summary>
    public Task<NpgsqlConnection> ConnectAsync(CancellationToken cancellationToken) => BeginAsync(_database, $"; SET TRANSACTION SNAPSHOT '{_id}'", cancellationToken);

    /// <summary>The ledger, and the version of a contract's head in it: what had landed up to that is in the snapshot, and nothing else.</summary>
    public static async Task<(Guid Ledger, long Version)> VersionAsync(NpgsqlConnection connection, Contract contract, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand("SELECT l.id, coalesce(h.version, 0) FROM landfall.ledger l LEFT JOIN landfall.heads h ON h.contract = $1", connection) { Parameters = { new() { Value = contract.Id.Name } } };
        await using var reader = await command.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
        return await reader.ReadAsync(cancellationToken).ConfigureAwait(false) ? (reader.GetGuid(0), reader.GetInt64(1)) : throw new PostgresMissingException("landfall.ledger has no row");
    }

    public ValueTask DisposeAsync() => _holder.DisposeAsync();

    private static async Task<NpgsqlConnection> BeginAsync(NpgsqlDataSource database, string more, CancellationToken cancellationToken)
    {
        var connection = await database.OpenConnectionAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            await using var begin = new NpgsqlCommand($"BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY{more}", connection);
            await begin.ExecuteNonQueryAsync(cancellationToken).ConfigureAwait(false);
            return connection;
        }
        catch
        {
            await connection.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }
}
