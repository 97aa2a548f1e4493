using Landfall.Contracts;
using Npgsql;

namespace Landfall.Sinks.Postgres;

/// <summary>Makes a contract's tables and views stand: creates what is missing, changes what is safe to change; anything else is told with the statement a person would run.</summary>
internal static class PostgresTables
{
    /// <summary>Prepares a contract's tables and its head row in one transaction.</summary>
    public static async Task PrepareAsync(NpgsqlDataSource database, Contract contract, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken).ConfigureAwait(false);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken).ConfigureAwait(false);
        await PrepareAsync(connection, transaction, contract, cancellationToken).ConfigureAwait(false);
        await transaction.CommitAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <summary>The same within a transaction, to which it leaves the lock.</summary>
    public static async Task PrepareAsync(NpgsqlConnection connection, NpgsqlTransaction transaction, Contract contract, CancellationToken cancellationToken)
    {
        // CREATE … IF NOT EXISTS is not safe against itself; one lock for all that changes a schema is.
        await ExecuteAsync(connection, $"SELECT pg_advisory_xact_lock({PostgresMigrations.AdvisoryLock})", cancellationToken).ConfigureAwait(false);
        foreach (var table in contract.Tables) await PrepareAsync(connection, transaction, table, cancellationToken).ConfigureAwait(false);
        await PostgresViews.PrepareAsync(connection, transaction, contract, cancellationToken).ConfigureAwait(false);
        await using var head = new NpgsqlCommand("INSERT INTO landfall.heads (contract) VALUES ($1) ON CONFLICT DO NOTHING", connection)
        {
            Parameters = { new() { Value = contract.Id.Name } },
        };
        await head.ExecuteNonQueryAsync(cancellationToken).ConfigureAwait(false);
    }

    private static async Task PrepareAsync(NpgsqlConnection connection, NpgsqlTransaction transaction, Table table, CancellationToken cancellationToken)
    {
        if (await StandingTable.ReadAsync(connection, table, cancellationToken).ConfigureAwait(false) is not { } standing)
        {
            // Asked first: even with IF NOT EXISTS the statement takes a right that Landfall need not have.
            if (!await ExistsAsync(connection, table.Schema, cancellationToken).ConfigureAwait(false))
                await ExecuteAsync(connection, $"CREATE SCHEMA IF NOT EXISTS {table.Schema.Quoted}", cancellationToken).ConfigureAwait(false);
            foreach (var statement in PostgresDdl.Create(table)) await ExecuteAsync(connection, statement, cancellationToken).ConfigureAwait(false);
            return;
        }
        var changes = TableChanges.Between(standing, table);
        var faults = changes.Faults.ToList();
        if (faults.Count == 0)
        {
            foreach (var statement in changes.Safe)
            {
                if (await TryAsync(connection, transaction, statement, cancellationToken).ConfigureAwait(false) is { } fault) faults.Add(($"a change that it needs fails with SQLSTATE {fault.SqlState}", statement));
            }
        }
        if (faults.Count > 0)
        {
            throw new RetryException($"the table {table} does not fit the contract: {string.Join("; ", faults.Select(f => f.Fault))}",
                $"change the contract, or run: {string.Join("; ", faults.Select(f => f.Statement))}");
        }
    }

    /// <returns>Its error: of a view that hangs on the column, of a table that is another's. Null when it ran.</returns>
    internal static async Task<PostgresException?> TryAsync(NpgsqlConnection connection, NpgsqlTransaction transaction, string statement, CancellationToken cancellationToken)
    {
        await transaction.SaveAsync("change", cancellationToken).ConfigureAwait(false);
        try
        {
            // A change waits for the landings under way, and every reader waits behind it: so for a moment only, and the next delivery tries again.
            await ExecuteAsync(connection, "SET LOCAL lock_timeout = '300ms'", cancellationToken).ConfigureAwait(false);
            await ExecuteAsync(connection, statement, cancellationToken).ConfigureAwait(false);
            return null;
        }
        catch (PostgresException e) when (e.SqlState[..2] is "0A" or "42" or "2B")
        {
            await transaction.RollbackAsync("change", cancellationToken).ConfigureAwait(false);
            return e;
        }
    }

    internal static async Task<bool> ExistsAsync(NpgsqlConnection connection, Identifier schema, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand("SELECT to_regnamespace($1) IS NOT NULL", connection) { Parameters = { new() { Value = schema.Quoted } } };
        return (bool)(await command.ExecuteScalarAsync(cancellationToken).ConfigureAwait(false))!;
    }

    internal static async Task ExecuteAsync(NpgsqlConnection connection, string sql, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync(cancellationToken).ConfigureAwait(false);
    }
}
