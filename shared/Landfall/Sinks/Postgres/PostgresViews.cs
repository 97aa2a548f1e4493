using Landfall.Contracts;
using Npgsql;

namespace Landfall.Sinks.Postgres;

/// <summary>Makes a contract's views stand, and follow the contract. Readers of a view need no right on its table; what they are granted stays when the view is replaced.</summary>
internal static class PostgresViews
{
    /// <summary>The statements that make a view, or another of what stands under its name.</summary>
    public static IEnumerable<string> Create(View view, Contract contract)
    {
        // Else a reader's own function could be shown the rows that the condition hides (https://www.postgresql.org/docs/current/rules-privileges.html).
        yield return $"CREATE OR REPLACE VIEW {view.Quoted} WITH (security_barrier) AS\n{Select(view, contract)}";
        if (view.Description is not null) yield return $"COMMENT ON VIEW {view.Quoted} IS {PostgresDdl.Literal(view.Description)}";
    }

    /// <summary>Prepares the views of a contract whose tables stand.</summary>
    public static async Task PrepareAsync(NpgsqlConnection connection, NpgsqlTransaction transaction, Contract contract, CancellationToken cancellationToken)
    {
        foreach (var view in contract.Views)
        {
            if (!await PostgresTables.ExistsAsync(connection, view.Schema, cancellationToken).ConfigureAwait(false))
                await PostgresTables.ExecuteAsync(connection, $"CREATE SCHEMA IF NOT EXISTS {view.Schema.Quoted}", cancellationToken).ConfigureAwait(false);
            // Replaced only when it differs: to replace a view is to wait for all who read it.
            if (await StandsAsync(connection, transaction, view, contract, cancellationToken).ConfigureAwait(false)) continue;
            foreach (var statement in Create(view, contract))
            {
                if (await PostgresTables.TryAsync(connection, transaction, statement, cancellationToken).ConfigureAwait(false) is not { } fault) continue;
                // 42P16: a column would go, or have another name or type.
                var drop = fault.SqlState == PostgresErrorCodes.InvalidTableDefinition ? $"DROP VIEW {view.Quoted}; " : "";
                throw new RetryException($"the view {view} does not fit the contract: {fault.MessageText} (SQLSTATE {fault.SqlState})",
                    $"change the contract, or run (and grant again what was granted on it): {drop}{string.Join("; ", Create(view, contract))}");
            }
        }
    }

    private static string Select(View view, Contract contract)
    {
        // The line's end is a comment's, if the query ends in one.
        if (view.Query is not null) return view.QueryOn(contract, table => table.Quoted) + "\n";
        return $"SELECT {PostgresDdl.Names(view.Columns)}\nFROM {view.Of!.Quoted}{(view.Where is null ? "" : $"\nWHERE ({view.Where})")}";    }

    /// <summary>Whether what stands is what the contract says, asked of Postgres: it keeps a view parsed, and prints it in its own words.</summary>
    private static async Task<bool> StandsAsync(NpgsqlConnection connection, NpgsqlTransaction transaction, View view, Contract contract, CancellationToken cancellationToken)
    {
        const string probe = "_landfall_view", name = "pg_temp." + probe;
        await transaction.SaveAsync(probe, cancellationToken).ConfigureAwait(false);
        try
        {
            await using var exists = new NpgsqlCommand("SELECT relkind = 'v' FROM pg_class WHERE oid = to_regclass($1)", connection) { Parameters = { new() { Value = view.Quoted } } };
            if (await exists.ExecuteScalarAsync(cancellationToken).ConfigureAwait(false) is not true) return false;
            await PostgresTables.ExecuteAsync(connection, $"CREATE TEMPORARY VIEW {probe} WITH (security_barrier) AS\n{Select(view, contract)}", cancellationToken).ConfigureAwait(false);
            await using var same = new NpgsqlCommand($"""
                SELECT pg_get_viewdef(s.oid) = pg_get_viewdef(p.oid) AND s.reloptions IS NOT DISTINCT FROM p.reloptions AND obj_description(s.oid, 'pg_class') IS NOT DISTINCT FROM $2
                FROM pg_class s, pg_class p WHERE s.oid = to_regclass($1) AND p.oid = to_regclass('{name}')
                """, connection) { Parameters = { new() { Value = view.Quoted }, new() { Value = (object?)view.Description ?? DBNull.Value, NpgsqlDbType = NpgsqlTypes.NpgsqlDbType.Text } } };
            return await same.ExecuteScalarAsync(cancellationToken).ConfigureAwait(false) is true;
        }
        catch (PostgresException e) when (e.SqlState[..2] is "42" or "0A")
        {
            // Its own statement will say the same, where it is told.
            return false;
        }
        finally
        {
            await transaction.RollbackAsync(probe, cancellationToken).ConfigureAwait(false);
        }
    }
}
