using Landfall.Contracts;
using Npgsql;

namespace Landfall.Sinks.Postgres;

/// <summary>A table as the catalog has it: what a contract's table is compared with.</summary>
internal sealed class StandingTable
{
    /// <param name="Type">As <c>format_type</c> prints it.</param>
    /// <param name="Required">Whether it may not be NULL.</param>
    /// <param name="Demanded">Whether an INSERT must bring a value.</param>
    public sealed record StandingColumn(string Name, string Type, bool Required, bool Demanded);

    /// <param name="Drop">The statement that takes it away.</param>
    /// <param name="Columns">Its columns; empty when it is over expressions, or over some rows only.</param>
    public sealed record UniqueIndex(string Name, string Drop, bool IsPrimary, IReadOnlyList<string> Columns);

    /// <param name="Table">The referring table, quoted.</param>
    /// <param name="Name">The constraint's name, quoted.</param>
    /// <param name="Columns">The referring columns.</param>
    /// <param name="Parent"><c>schema.table.column</c> of the first column referred to.</param>
    /// <param name="Own">Whether it is the table that refers, and not another that refers to it. A table may refer to itself: then both.</param>
    /// <param name="Incoming">Whether it refers to the table.</param>
    /// <param name="Plain">Whether nothing else happens when a row goes or changes (NO ACTION).</param>
    public sealed record ForeignKey(string Table, string Name, IReadOnlyList<string> Columns, string Parent, bool Own, bool Incoming, bool Deferrable, bool Plain);

    private StandingTable(IReadOnlyList<StandingColumn> columns, IReadOnlyList<UniqueIndex> indexes, IReadOnlyList<ForeignKey> foreignKeys) =>
        (Columns, Indexes, ForeignKeys) = (columns, indexes, foreignKeys);

    public IReadOnlyList<StandingColumn> Columns { get; }

    /// <summary>Whatever keeps values apart, whoever made it.</summary>
    public IReadOnlyList<UniqueIndex> Indexes { get; }

    /// <summary>Those of the table, and those of others that refer to it.</summary>
    public IReadOnlyList<ForeignKey> ForeignKeys { get; }

    /// <returns>Null when there is no such table.</returns>
    public static async Task<StandingTable?> ReadAsync(NpgsqlConnection connection, Table table, CancellationToken cancellationToken)
    {
        var columns = await ReadAsync(connection, table, """
            SELECT a.attname::text, format_type(a.atttypid, a.atttypmod), a.attnotnull, a.attnotnull AND NOT a.atthasdef AND a.attidentity = ''
            FROM pg_attribute a WHERE a.attrelid = $1::regclass AND a.attnum > 0 AND NOT a.attisdropped
            """, row => new StandingColumn(row.GetString(0), row.GetString(1), row.GetBoolean(2), row.GetBoolean(3)), cancellationToken).ConfigureAwait(false);
        if (columns.Count == 0) return null;
        var indexes = await ReadAsync(connection, table, """
            SELECT c.relname::text, coalesce(format('ALTER TABLE %s DROP CONSTRAINT %I', i.indrelid::regclass, k.conname), format('DROP INDEX %s', i.indexrelid::regclass)), i.indisprimary,
                   CASE WHEN i.indpred IS NULL AND i.indexprs IS NULL THEN array(SELECT a.attname::text FROM unnest(i.indkey::int2[]) WITH ORDINALITY AS u(number, place)
                     JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = u.number WHERE u.place <= i.indnkeyatts ORDER BY u.place) ELSE ARRAY[]::text[] END
            FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid LEFT JOIN pg_constraint k ON k.conindid = i.indexrelid AND k.contype IN ('p', 'u', 'x')
            WHERE i.indrelid = $1::regclass AND i.indisunique
            """, row => new UniqueIndex(row.GetString(0), row.GetString(1), row.GetBoolean(2), row.GetFieldValue<string[]>(3)), cancellationToken).ConfigureAwait(false);
        var keys = await ReadAsync(connection, table, """
            SELECT format('%I.%I', n.nspname, c.relname), format('%I', f.conname),
                   array(SELECT a.attname::text FROM unnest(f.conkey) WITH ORDINALITY AS u(number, place) JOIN pg_attribute a ON a.attrelid = f.conrelid AND a.attnum = u.number ORDER BY u.place),
                   concat_ws('.', pn.nspname, p.relname, pa.attname), f.conrelid = $1::regclass, f.confrelid = $1::regclass, f.condeferrable, f.confdeltype = 'a' AND f.confupdtype = 'a'
            FROM pg_constraint f JOIN pg_class c ON c.oid = f.conrelid JOIN pg_namespace n ON n.oid = c.relnamespace
            JOIN pg_class p ON p.oid = f.confrelid JOIN pg_namespace pn ON pn.oid = p.relnamespace JOIN pg_attribute pa ON pa.attrelid = f.confrelid AND pa.attnum = f.confkey[1]
            WHERE f.contype = 'f' AND f.conparentid = 0 AND $1::regclass IN (f.conrelid, f.confrelid)
            """, row => new ForeignKey(row.GetString(0), row.GetString(1), row.GetFieldValue<string[]>(2), row.GetString(3), row.GetBoolean(4), row.GetBoolean(5), row.GetBoolean(6), row.GetBoolean(7)),
            cancellationToken).ConfigureAwait(false);
        return new(columns, indexes, keys);
    }

    private static async Task<List<T>> ReadAsync<T>(NpgsqlConnection connection, Table table, string sql, Func<NpgsqlDataReader, T> make, CancellationToken cancellationToken)
    {
        // to_regclass is NULL for a table that is not there, and NULL::regclass finds nothing.
        await using var command = new NpgsqlCommand(sql.Replace("$1::regclass", "to_regclass($1)", StringComparison.Ordinal), connection) { Parameters = { new() { Value = table.Quoted } } };
        var rows = new List<T>();
        await using var reader = await command.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
        while (await reader.ReadAsync(cancellationToken).ConfigureAwait(false)) rows.Add(make(reader));
        return rows;
    }
}
