using System.Text.Json;
using Landfall.Contracts;
using Landfall.Hosting;
using Landfall.Hosting.Access;
using Landfall.Rest.Tables;
using Microsoft.AspNetCore.Http;
using Npgsql;

namespace Landfall.Rest.Writing;

/// <summary>The rows that refer to one which was to go: why it can not.</summary>
internal sealed class ChildRows(TableCatalog tables, TableStore store)
{
    /// <summary>Rows that are counted of one table.</summary>
    private const int Most = 1000;

    private const int Shown = 5;

    /// <summary>Does something to a row; where rows refer to it, says which.</summary>
    /// <exception cref="ProblemException">409: rows refer to it.</exception>
    public async Task<WriteAnswer> GuardAsync(Caller caller, RowAddress row, Func<Task<WriteAnswer>> work, CancellationToken cancellationToken)
    {
        try
        {
            return await work();
        }
        catch (PostgresException e) when (Refer(e, row.Table))
        {
            var found = await FindAsync(caller, row, cancellationToken);
            throw new ProblemException(
                StatusCodes.Status409Conflict, $"Rows of {e.SchemaName}.{e.TableName} refer to the row ({e.ConstraintName}), and would refer to nothing", "change or delete those first")
            {
                Members = json => Write(json, found),
            };
        }
    }

    /// <summary>Whether an error says that rows of other tables refer to what was to go.</summary>
    public static bool Refer(PostgresException e, WritableTable table) =>
        e.SqlState == PostgresErrorCodes.ForeignKeyViolation && !(e.SchemaName == table.Table.Schema.Name && e.TableName == table.Table.Name.Name);

    private async Task<List<(string Table, string Column, int Rows, List<string> Keys)>> FindAsync(Caller caller, RowAddress row, CancellationToken cancellationToken)
    {
        var found = new List<(string, string, int, List<string>)>();
        await using var connection = await store.Database.OpenConnectionAsync(cancellationToken);
        foreach (var (child, relationship) in tables.All.SelectMany(child => child.Table.Relationships.Select(r => (child, r))))
        {
            if (relationship.ParentSchema != row.Table.Table.Schema || relationship.ParentTable != row.Table.Table.Name) continue;
            var keys = await KeysAsync(connection, child, relationship, row, cancellationToken);
            // Which rows they are is told to those who may see them.
            if (keys.Count > 0) found.Add((child.Name, relationship.Column.Name.Name, keys.Count, caller.MayRead(child) ? [.. keys.Take(Shown)] : []));
        }
        return found;
    }

    private static async Task<List<string>> KeysAsync(NpgsqlConnection connection, ApiTable child, Relationship relationship, RowAddress row, CancellationToken cancellationToken)
    {
        var key = child.Key.Count == 0 ? "NULL" : $"concat_ws(',', {string.Join(", ", child.Key.Select(column => $"c.{column.Quoted}"))})";
        var parent = string.Join(" AND ", row.Table.Table.Key.Select((column, i) => $"p.{column.Name.Quoted} = ${i + 1}"));
        await using var command = new NpgsqlCommand(
            $"SELECT {key} FROM {child.Table.Quoted} c WHERE c.{relationship.Column.Name.Quoted} = (SELECT p.{relationship.ParentColumn.Quoted} FROM {row.Table.Table.Quoted} p WHERE {parent}) LIMIT {Most}", connection);
        row.AddKey(command.Parameters);
        var keys = new List<string>();
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken)) keys.Add(reader.IsDBNull(0) ? "" : reader.GetString(0));
        return keys;
    }

    private static void Write(Utf8JsonWriter json, List<(string Table, string Column, int Rows, List<string> Keys)> found)
    {
        json.WriteStartArray("references");
        foreach (var (table, column, rows, keys) in found)
        {
            json.WriteStartObject();
            json.WriteString("table", table);
            json.WriteString("column", column);
            json.WriteNumber(rows == Most ? "rowsAtLeast" : "rows", rows);
            json.WriteStartArray("some");
            foreach (var key in keys.Where(key => key.Length > 0)) json.WriteStringValue(key);
            json.WriteEndArray();
            json.WriteEndObject();
        }
        json.WriteEndArray();
    }
}
