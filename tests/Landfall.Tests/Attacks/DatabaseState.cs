using System.Text;
using Npgsql;

namespace Landfall.Tests.Attacks;

/// <summary>All that a database holds: every table's columns, rows and their checksum, in a text that two states differ in exactly when something has changed.</summary>
internal static class DatabaseState
{
    /// <param name="except">Tables that are allowed to change, as <c>schema.table</c>.</param>
    public static async Task<string> OfAsync(NpgsqlDataSource database, params string[] except)
    {
        var state = new StringBuilder();
        await using var connection = await database.OpenConnectionAsync();
        var tables = new List<(string Name, string Quoted, string Columns)>();
        await using (var command = new NpgsqlCommand(
            """
            SELECT n.nspname || '.' || c.relname, format('%I.%I', n.nspname, c.relname),
                   (SELECT string_agg(a.attname || ' ' || format_type(a.atttypid, a.atttypmod), ', ' ORDER BY a.attnum) FROM pg_attribute a WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped)
            FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
            WHERE c.relkind IN ('r', 'v', 'p') AND n.nspname NOT IN ('pg_catalog', 'information_schema') AND n.nspname NOT LIKE 'pg\_%'
            ORDER BY 1
            """, connection))
        await using (var reader = await command.ExecuteReaderAsync())
        {
            while (await reader.ReadAsync()) tables.Add((reader.GetString(0), reader.GetString(1), reader.IsDBNull(2) ? "" : reader.GetString(2)));
        }
        foreach (var (name, quoted, columns) in tables.Where(table => !except.Contains(table.Name)))
        {
            await using var command = new NpgsqlCommand($"SELECT count(*) || ' ' || coalesce(md5(string_agg(t::text, chr(10) ORDER BY t::text)), '-') FROM {quoted} t", connection);
            state.AppendLine($"{name} ({columns}): {await command.ExecuteScalarAsync()}");
        }
        return state.ToString();
    }
}
