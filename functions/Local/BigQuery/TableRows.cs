using System.Text.Json.Nodes;
using Landfall.Cloud;
using Npgsql;

namespace Landfall.Local.BigQuery;

/// <summary>A table's rows as they stand.</summary>
internal sealed class TableRows(NpgsqlDataSource database)
{
    /// <summary>Rows, and bytes on the disk.</summary>
    public async Task<(long Rows, long Bytes)> SizeAsync(TableName name, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        var quoted = TableCatalog.Quoted(name);
        var row = (await connection.RowsAsync(
            $"SELECT count(*)::text, (CASE WHEN count(*) = 0 THEN 0 ELSE pg_relation_size('{quoted.Replace("'", "''", StringComparison.Ordinal)}') END)::text FROM {quoted}", cancellationToken))[0];
        return (long.Parse(row[0]!), long.Parse(row[1]!));
    }

    /// <summary>Rows in the order in which they lie, each cell as Postgres' text.</summary>
    public async Task<List<string?[]>> ReadAsync(TableName name, IReadOnlyList<TableField> fields, long start, long most, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        return await connection.RowsAsync(
            $"SELECT {string.Join(", ", fields.Select(Text))} FROM {TableCatalog.Quoted(name)} OFFSET $1 LIMIT $2", cancellationToken, start, most);
    }

    /// <summary>Rows in <c>tabledata.list</c>'s and query results' shape.</summary>
    public static JsonArray Write(IReadOnlyList<TableField> fields, IEnumerable<IReadOnlyList<string?>> rows, bool wholeTimestamps) => new([.. rows.Select(row => (JsonNode)new JsonObject
    {
        ["f"] = new JsonArray([.. fields.Select((field, i) => (JsonNode)Cell.Of(field.Type, row[i], wholeTimestamps))]),
    })]);

    private static string Text(TableField field) =>
        field.Type == "TIMESTAMP" ? $"({TableSchema.Column(field.Name)} AT TIME ZONE 'UTC')::text || '+00'" : $"{TableSchema.Column(field.Name)}::text";
}
