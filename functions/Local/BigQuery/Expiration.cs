using System.Text.Json.Nodes;
using Landfall.Cloud;
using Npgsql;

namespace Landfall.Local.BigQuery;

/// <summary>
/// Tables and partitions whose time is over. Nobody sees such a table from that moment on; it is dropped when somebody comes by. A partition's rows are deleted then.
/// What cannot be had at once, because a transaction is at it, is left for the next time.
/// </summary>
internal sealed class Expiration(NpgsqlDataSource database, TimeProvider clock)
{
    /// <summary>A condition on <c>bigquery.tables</c>: $1 is the time in milliseconds since 1970.</summary>
    public const string Stands = "coalesce((resource ->> 'expirationTime')::bigint > $1, true)";

    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);
    private DateTimeOffset _next = DateTimeOffset.MinValue;

    public async Task SweepAsync(CancellationToken cancellationToken)
    {
        var now = clock.GetUtcNow();
        if (now < _next) return;
        _next = now + Pause;
        var milliseconds = now.ToUnixTimeMilliseconds();
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        foreach (var row in await connection.RowsAsync($"SELECT dataset, name FROM bigquery.tables WHERE NOT {Stands}", cancellationToken, milliseconds))
            await TryAsync(connection, () => DropAsync(connection, new(row[0]!, row[1]!), cancellationToken), cancellationToken);

        foreach (var row in await connection.RowsAsync(
            "SELECT dataset, name, resource::text FROM bigquery.tables WHERE resource #>> '{timePartitioning,expirationMs}' IS NOT NULL", cancellationToken))
        {
            if (Partitioning.Of(JsonNode.Parse(row[2]!)!.AsObject()) is not { ExpirationMs: { } ms } partitioning) continue;
            var last = DateOnly.FromDateTime(DateTimeOffset.FromUnixTimeMilliseconds(milliseconds - ms).UtcDateTime);
            await TryAsync(
                connection,
                () => connection.ExecuteAsync($"DELETE FROM {TableCatalog.Quoted(new(row[0]!, row[1]!))} WHERE {partitioning.Day} <= $1", cancellationToken, last),
                cancellationToken);
        }
    }

    /// <summary>Takes the table out of the catalog, with its rows.</summary>
    public static async Task DropAsync(NpgsqlConnection connection, TableName name, CancellationToken cancellationToken)
    {
        var type = await connection.TextAsync(
            "DELETE FROM bigquery.tables WHERE dataset = $1 AND name = $2 RETURNING CASE resource ->> 'type' WHEN 'VIEW' THEN 'VIEW' ELSE 'TABLE' END", cancellationToken, name.Dataset, name.Name);
        if (type is null) return;
        await connection.ExecuteAsync("DELETE FROM bigquery.streamed WHERE table_oid = to_regclass($1)", cancellationToken, TableCatalog.Quoted(name));
        await connection.ExecuteAsync($"DROP {type} IF EXISTS {TableCatalog.Quoted(name)} CASCADE", cancellationToken);
    }

    private static async Task TryAsync(NpgsqlConnection connection, Func<Task> work, CancellationToken cancellationToken)
    {
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        try
        {
            await connection.ExecuteAsync("SET LOCAL lock_timeout = '100ms'", cancellationToken);
            await work();
            await transaction.CommitAsync(cancellationToken);
        }
        catch (PostgresException)
        {
            await transaction.RollbackAsync(cancellationToken);
        }
    }
}
