namespace Landfall.Tests.Attacks;

/// <summary>Every table of a database, with its rows' number and checksum; and every bucket's objects.</summary>
/// <param name="Tables">By <c>schema.table</c>.</param>
/// <param name="Buckets">By name.</param>
internal sealed record Footprint(IReadOnlyDictionary<string, (long Rows, string Checksum)> Tables, IReadOnlyDictionary<string, IReadOnlySet<string>> Buckets)
{
    /// <summary>A table's checksum does not depend on the order of its rows.</summary>
    /// <param name="own">By table, which of its rows are not counted: a condition.</param>
    public static async Task<Footprint> TakeAsync(Database database, IReadOnlyDictionary<string, string> own, IEnumerable<string> buckets, Func<string, Task<List<string>>> objects)
    {
        var names = await RowsAsync(database,
            "SELECT table_schema, table_name FROM information_schema.tables WHERE table_type = 'BASE TABLE' AND table_schema NOT IN ('pg_catalog', 'information_schema')", row => (Schema: row.GetString(0), Name: row.GetString(1)));
        var counts = await RowsAsync(database, string.Join(" UNION ALL ", names.Select(table =>
            $"SELECT '{table.Schema}.{table.Name}', count(*), coalesce(sum(hashtextextended(t::text, 0)), 0)::text FROM \"{table.Schema}\".\"{table.Name}\" t WHERE NOT ({own.GetValueOrDefault($"{table.Schema}.{table.Name}", "false")})")),
            row => (Name: row.GetString(0), Rows: row.GetInt64(1), Checksum: row.GetString(2)));
        var contents = new Dictionary<string, IReadOnlySet<string>>(StringComparer.Ordinal);
        foreach (var bucket in buckets) contents[bucket] = (await objects(bucket)).ToHashSet(StringComparer.Ordinal);
        return new(counts.ToDictionary(table => table.Name, table => (table.Rows, table.Checksum), StringComparer.Ordinal), contents);
    }

    /// <summary>The tables that came, went, or are not as they were.</summary>
    public IEnumerable<string> ChangedTo(Footprint later) => Tables.Keys.Union(later.Tables.Keys).Where(name => Tables.GetValueOrDefault(name) != later.Tables.GetValueOrDefault(name));

    private static async Task<List<T>> RowsAsync<T>(Database database, string sql, Func<Npgsql.NpgsqlDataReader, T> read)
    {
        var rows = new List<T>();
        await using var command = database.DataSource.CreateCommand(sql);
        await using var reader = await command.ExecuteReaderAsync();
        while (await reader.ReadAsync()) rows.Add(read(reader));
        return rows;
    }
}
