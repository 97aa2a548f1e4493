using Npgsql;

namespace Landfall.Tests.Attacks;

/// <summary>Every table of a database, with its columns, its rows' number and their checksum; every view, with its text; and every bucket's objects.</summary>
/// <param name="Tables">By <c>schema.table</c>.</param>
/// <param name="Buckets">By name.</param>
internal sealed record Footprint(IReadOnlyDictionary<string, Footprint.Table> Tables, IReadOnlyDictionary<string, IReadOnlySet<string>> Buckets)
{
    /// <summary>A table's checksum does not depend on the order of its rows.</summary>
    /// <param name="except">Tables that may change as they like.</param>
    /// <param name="own">By table, which of its rows are not counted: a condition.</param>
    public static async Task<Footprint> TakeAsync(NpgsqlDataSource database, Func<string, bool>? except = null, IReadOnlyDictionary<string, string>? own = null)
    {
        var tables = await RowsAsync(database,
            """
            SELECT n.nspname || '.' || c.relname, format('%I.%I', n.nspname, c.relname), CASE c.relkind WHEN 'v' THEN pg_get_viewdef(c.oid) END,
                   (SELECT string_agg(a.attname || ' ' || format_type(a.atttypid, a.atttypmod), ', ' ORDER BY a.attnum) FROM pg_attribute a WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped)
            FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
            WHERE c.relkind IN ('r', 'v', 'p') AND n.nspname <> 'information_schema' AND n.nspname NOT LIKE 'pg\_%'
            """,
            row => (Name: row.GetString(0), Quoted: row.GetString(1), View: row.IsDBNull(2) ? null : row.GetString(2), Columns: row.IsDBNull(3) ? "" : row.GetString(3)));
        tables.RemoveAll(table => except?.Invoke(table.Name) == true);
        var counts = tables.Where(table => table.View is null).Select(table =>
            $"SELECT '{table.Name.Replace("'", "''", StringComparison.Ordinal)}', count(*), coalesce(sum(hashtextextended(t::text, 0)), 0)::text FROM {table.Quoted} t WHERE NOT ({own?.GetValueOrDefault(table.Name) ?? "false"})").ToList();
        var counted = counts.Count == 0 ? [] : await RowsAsync(database, string.Join(" UNION ALL ", counts), row => (Name: row.GetString(0), Rows: row.GetInt64(1), Checksum: row.GetString(2)));
        var rows = counted.ToDictionary(table => table.Name, StringComparer.Ordinal);
        return new(
            tables.ToDictionary(table => table.Name, table => table.View is { } view ? new Table(table.Columns, 0, view) : new(table.Columns, rows[table.Name].Rows, rows[table.Name].Checksum), StringComparer.Ordinal),
            new Dictionary<string, IReadOnlySet<string>>());
    }

    /// <param name="names">The names of a bucket's objects.</param>
    public async Task<Footprint> WithAsync(IEnumerable<string> buckets, Func<string, Task<List<string>>> names)
    {
        var contents = new Dictionary<string, IReadOnlySet<string>>(StringComparer.Ordinal);
        foreach (var bucket in buckets) contents[bucket] = (await names(bucket)).ToHashSet(StringComparer.Ordinal);
        return this with { Buckets = contents };
    }

    /// <summary>The tables that came, went, or are not as they were.</summary>
    public IEnumerable<string> ChangedTo(Footprint later) => Differing(later, table => table);

    /// <summary>The tables that came, went, or have not the columns that they had.</summary>
    public IEnumerable<string> ReshapedTo(Footprint later) => Differing(later, table => table?.Columns);

    private IEnumerable<string> Differing<T>(Footprint later, Func<Table?, T> part) =>
        Tables.Keys.Union(later.Tables.Keys).Where(name => !Equals(part(Tables.GetValueOrDefault(name)), part(later.Tables.GetValueOrDefault(name))));

    private static async Task<List<T>> RowsAsync<T>(NpgsqlDataSource database, string sql, Func<NpgsqlDataReader, T> read)
    {
        var rows = new List<T>();
        await using var command = database.CreateCommand(sql);
        await using var reader = await command.ExecuteReaderAsync();
        while (await reader.ReadAsync()) rows.Add(read(reader));
        return rows;
    }

    /// <summary>What is in a table; a view's rows are others', and its text stands for them.</summary>
    internal sealed record Table(string Columns, long Rows, string Checksum);
}
