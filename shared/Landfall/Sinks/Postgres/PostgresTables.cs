using Landfall.Contracts;
using Npgsql;

namespace Landfall.Sinks.Postgres;

/// <summary>Makes a contract's tables stand: creates what is missing, adds nullable columns, widens decimals, lifts NOT NULL; anything else is told with the statement a person would run.</summary>
internal static class PostgresTables
{
    /// <summary>Prepares a contract's tables and its head row in one transaction.</summary>
    public static async Task PrepareAsync(NpgsqlDataSource database, Contract contract, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken).ConfigureAwait(false);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken).ConfigureAwait(false);
        // CREATE … IF NOT EXISTS is not safe against itself; one lock for all that changes a schema is.
        await ExecuteAsync(connection, $"SELECT pg_advisory_xact_lock({PostgresMigrations.AdvisoryLock})", cancellationToken).ConfigureAwait(false);
        // A change waits for the landings under way, and readers wait behind it: not for long.
        await ExecuteAsync(connection, "SET LOCAL lock_timeout = '5s'", cancellationToken).ConfigureAwait(false);
        foreach (var table in contract.Tables) await PrepareAsync(connection, table, cancellationToken).ConfigureAwait(false);
        await using var head = new NpgsqlCommand("INSERT INTO landfall.heads (contract) VALUES ($1) ON CONFLICT DO NOTHING", connection)
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
            var alter = $"ALTER TABLE {table.Quoted} ALTER COLUMN {column.Name.Quoted}";
            if (!standing.Remove(column.Name.Name, out var found))
            {
                if (column.Required) faults.Add(($"it lacks the required column {column.Name}", $"{PostgresDdl.AddColumn(table, column)} DEFAULT …"));
                else await ExecuteAsync(connection, PostgresDdl.AddColumn(table, column), cancellationToken).ConfigureAwait(false);
            }
            else if (PostgresDdl.Widens(found.Type, column))
            {
                await ExecuteAsync(connection, $"{alter} TYPE {PostgresDdl.Type(column)}", cancellationToken).ConfigureAwait(false);
            }
            else if (found.Type != PostgresDdl.Type(column))
            {
                faults.Add(($"its column {column.Name} is {found.Type}, not {PostgresDdl.Type(column)}", $"{alter} TYPE {PostgresDdl.Type(column)} USING …"));
            }
            else if (found.Demanded && !column.Required)
            {
                await ExecuteAsync(connection, $"{alter} DROP NOT NULL", cancellationToken).ConfigureAwait(false);
            }
            else if (!found.Required && column.Required)
            {
                faults.Add(($"its column {column.Name} may be NULL", $"{alter} SET NOT NULL"));
            }
        }
        foreach (var own in table.Write == WriteMode.Upsert ? (string[])[PostgresDdl.LandingId, PostgresDdl.Order] : [PostgresDdl.LandingId])
        {
            if (!standing.Remove(own)) faults.Add(($"it lacks {own}", $"ALTER TABLE {table.Quoted} ADD COLUMN {own} bigint NOT NULL DEFAULT 0"));
        }
        faults.AddRange(standing.Where(c => c.Value.Demanded).Select(c => ($"its column {c.Key} demands a value, and the contract has none for it", $"ALTER TABLE {table.Quoted} ALTER COLUMN \"{c.Key}\" DROP NOT NULL")));
        faults.AddRange(await KeyFaultsAsync(connection, table, cancellationToken).ConfigureAwait(false));
        faults.AddRange(await ReferenceFaultsAsync(connection, table, cancellationToken).ConfigureAwait(false));
        if (faults.Count > 0)
        {
            throw new RetryException($"the table {table} does not fit the contract: {string.Join("; ", faults.Select(f => f.Fault))}",
                $"change the contract, or run: {string.Join("; ", faults.Select(f => f.Statement))}");
        }
    }

    /// <summary>Whether the key and the unique columns of the contract are those of the table.</summary>
    private static async Task<List<(string Fault, string Statement)>> KeyFaultsAsync(NpgsqlConnection connection, Table table, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand("""
            SELECT con.contype = 'p', array(SELECT attname::text FROM unnest(con.conkey) WITH ORDINALITY AS k(num, place) JOIN pg_attribute a ON a.attrelid = con.conrelid AND a.attnum = k.num ORDER BY k.place)
            FROM pg_constraint con JOIN pg_class c ON c.oid = con.conrelid JOIN pg_namespace n ON n.oid = c.relnamespace
            WHERE n.nspname = $1 AND c.relname = $2 AND con.contype IN ('p', 'u')
            """, connection)
        {
            Parameters = { new() { Value = table.Schema.Name }, new() { Value = table.Name.Name } },
        };
        string[] primary = [];
        var unique = new HashSet<string>(StringComparer.Ordinal);
        await using (var reader = await command.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false))
        {
            while (await reader.ReadAsync(cancellationToken).ConfigureAwait(false))
            {
                var columns = reader.GetFieldValue<string[]>(1);
                if (reader.GetBoolean(0)) primary = columns;
                if (columns.Length == 1) unique.Add(columns[0]);
            }
        }
        var faults = new List<(string, string)>();
        if (!primary.SequenceEqual(table.Key.Select(c => c.Name.Name)))
        {
            faults.Add(($"its primary key is ({string.Join(", ", primary)}), not ({string.Join(", ", table.Key)})",
                table.Key.Count == 0 ? $"ALTER TABLE {table.Quoted} DROP CONSTRAINT …" : $"ALTER TABLE {table.Quoted} ADD PRIMARY KEY ({PostgresDdl.Names(table.Key)})"));
        }
        faults.AddRange(table.Columns.Where(c => c.Unique && !unique.Contains(c.Name.Name)).Select(c => ($"its column {c.Name} is not unique", $"ALTER TABLE {table.Quoted} ADD UNIQUE ({c.Name.Quoted})")));
        return faults;
    }

    /// <summary>Whether the relationships of the contract are foreign keys of the table; those that are not deferrable are made so, which rewrites nothing.</summary>
    private static async Task<List<(string Fault, string Statement)>> ReferenceFaultsAsync(NpgsqlConnection connection, Table table, CancellationToken cancellationToken)
    {
        var standing = new List<(string Name, string Column, string Parent, bool Deferrable)>();
        await using (var command = new NpgsqlCommand("""
            SELECT f.conname, child.attname, format('%I.%I.%I', pn.nspname, p.relname, parent.attname), f.condeferrable
            FROM pg_constraint f JOIN pg_class c ON c.oid = f.conrelid JOIN pg_namespace n ON n.oid = c.relnamespace
            JOIN pg_class p ON p.oid = f.confrelid JOIN pg_namespace pn ON pn.oid = p.relnamespace
            JOIN pg_attribute child ON child.attrelid = f.conrelid AND child.attnum = f.conkey[1]
            JOIN pg_attribute parent ON parent.attrelid = f.confrelid AND parent.attnum = f.confkey[1]
            WHERE n.nspname = $1 AND c.relname = $2 AND f.contype = 'f' AND cardinality(f.conkey) = 1
            """, connection)
        {
            Parameters = { new() { Value = table.Schema.Name }, new() { Value = table.Name.Name } },
        })
        {
            await using var reader = await command.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
            while (await reader.ReadAsync(cancellationToken).ConfigureAwait(false)) standing.Add((reader.GetString(0), reader.GetString(1), reader.GetString(2), reader.GetBoolean(3)));
        }
        var faults = new List<(string, string)>();
        foreach (var relationship in table.Relationships)
        {
            var found = standing.Find(f => f.Column == relationship.Column.Name.Name && f.Parent.Replace("\"", "", StringComparison.Ordinal) == $"{relationship.ParentSchema}.{relationship.ParentTable}.{relationship.ParentColumn}");
            if (found.Name is null)
                faults.Add(($"its column {relationship.Column} does not refer to {relationship.ParentSchema}.{relationship.ParentTable}", $"ALTER TABLE {table.Quoted} ADD {PostgresDdl.ForeignKey(relationship)}"));
            else if (!found.Deferrable)
                await ExecuteAsync(connection, $"ALTER TABLE {table.Quoted} ALTER CONSTRAINT \"{found.Name.Replace("\"", "\"\"", StringComparison.Ordinal)}\" DEFERRABLE INITIALLY IMMEDIATE", cancellationToken).ConfigureAwait(false);
        }
        return faults;
    }

    /// <summary>By name: the type, whether it may not be NULL, and whether an INSERT must bring a value.</summary>
    private static async Task<Dictionary<string, (string Type, bool Required, bool Demanded)>> ColumnsAsync(NpgsqlConnection connection, Table table, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand("""
            SELECT a.attname, format_type(a.atttypid, a.atttypmod), a.attnotnull, a.attnotnull AND NOT a.atthasdef AND a.attidentity = ''
            FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid JOIN pg_namespace n ON n.oid = c.relnamespace
            WHERE n.nspname = $1 AND c.relname = $2 AND a.attnum > 0 AND NOT a.attisdropped
            """, connection)
        {
            Parameters = { new() { Value = table.Schema.Name }, new() { Value = table.Name.Name } },
        };
        var columns = new Dictionary<string, (string, bool, bool)>(StringComparer.Ordinal);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
        while (await reader.ReadAsync(cancellationToken).ConfigureAwait(false)) columns.Add(reader.GetString(0), (reader.GetString(1), reader.GetBoolean(2), reader.GetBoolean(3)));
        return columns;
    }

    private static async Task ExecuteAsync(NpgsqlConnection connection, string sql, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync(cancellationToken).ConfigureAwait(false);
    }
}
