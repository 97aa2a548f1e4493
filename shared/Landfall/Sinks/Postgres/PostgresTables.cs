using Landfall.Contracts;
using Npgsql;

namespace Landfall.Sinks.Postgres;

/// <summary>Makes a contract's tables stand: creates what is missing, adds nullable columns, refuses the rest with the statement a person would run.</summary>
internal static class PostgresTables
{
    /// <summary>Prepares the tables and the head row, parents in other contracts first, in one transaction under one lock.</summary>
    public static async Task PrepareAsync(NpgsqlDataSource database, Contract contract, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken).ConfigureAwait(false);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken).ConfigureAwait(false);
        // CREATE … IF NOT EXISTS is not safe against itself; one lock for all that changes a schema is.
        await ExecuteAsync(connection, $"SELECT pg_advisory_xact_lock({PostgresMigrations.AdvisoryLock})", cancellationToken).ConfigureAwait(false);
        foreach (var table in contract.Tables) await PrepareAsync(connection, table, cancellationToken).ConfigureAwait(false);
        await using var head = new NpgsqlCommand("INSERT INTO landfall.heads (contract, version) VALUES ($1, 0) ON CONFLICT DO NOTHING", connection)
        {
            Parameters = { new() { Value = contract.Id.Name } },
        };
        await head.ExecuteNonQueryAsync(cancellationToken).ConfigureAwait(false);
        await transaction.CommitAsync(cancellationToken).ConfigureAwait(false);
    }

    private static async Task PrepareAsync(NpgsqlConnection connection, Table table, CancellationToken cancellationToken)
    {
        var standing = await ColumnsAsync(connection, table, cancellationToken).ConfigureAwait(false);
        if (standing.Count == 0)
        {
            await ExecuteAsync(connection, $"CREATE SCHEMA IF NOT EXISTS {table.Schema.Quoted}", cancellationToken).ConfigureAwait(false);
            foreach (var statement in PostgresDdl.Create(table)) await ExecuteAsync(connection, statement, cancellationToken).ConfigureAwait(false);
            return;
        }
        var faults = new List<(string Fault, string Statement)>();
        foreach (var column in table.Columns)
        {
            if (!standing.TryGetValue(column.Name.Name, out var type))
            {
                if (column.Required) faults.Add(($"it lacks the required column {column.Name}", $"{PostgresDdl.AddColumn(table, column)} DEFAULT …"));
                else await ExecuteAsync(connection, PostgresDdl.AddColumn(table, column), cancellationToken).ConfigureAwait(false);
            }
            else if (type != PostgresDdl.Type(column))
            {
                faults.Add(($"its column {column.Name} is {type}, not {PostgresDdl.Type(column)}",
                    $"ALTER TABLE {table.Quoted} ALTER COLUMN {column.Name.Quoted} TYPE {PostgresDdl.Type(column)} USING …"));
            }
        }
        if (!standing.ContainsKey(PostgresDdl.LandingId)) faults.Add(($"it lacks {PostgresDdl.LandingId}", $"ALTER TABLE {table.Quoted} ADD COLUMN {PostgresDdl.LandingId} bigint NOT NULL DEFAULT 0"));
        if (table.Write == WriteMode.Upsert && !standing.ContainsKey(PostgresDdl.Order))
            faults.Add(($"it lacks {PostgresDdl.Order}", $"ALTER TABLE {table.Quoted} ADD COLUMN {PostgresDdl.Order} bigint NOT NULL DEFAULT 0"));
        if (faults.Count > 0)
        {
            throw new RejectException($"the table {table} does not fit the contract: {string.Join("; ", faults.Select(f => f.Fault))}",
                $"change the contract, or run: {string.Join("; ", faults.Select(f => f.Statement))}; then drop the file again", rule: "schema");
        }
    }

    private static async Task<Dictionary<string, string>> ColumnsAsync(NpgsqlConnection connection, Table table, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand("""
            SELECT a.attname, format_type(a.atttypid, a.atttypmod)
            FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid JOIN pg_namespace n ON n.oid = c.relnamespace
            WHERE n.nspname = $1 AND c.relname = $2 AND a.attnum > 0 AND NOT a.attisdropped
            """, connection)
        {
            Parameters = { new() { Value = table.Schema.Name }, new() { Value = table.Name.Name } },
        };
        var columns = new Dictionary<string, string>(StringComparer.Ordinal);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
        while (await reader.ReadAsync(cancellationToken).ConfigureAwait(false)) columns.Add(reader.GetString(0), reader.GetString(1));
        return columns;
    }

    private static async Task ExecuteAsync(NpgsqlConnection connection, string sql, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync(cancellationToken).ConfigureAwait(false);
    }
}
