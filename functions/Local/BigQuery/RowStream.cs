using System.Text.Json;
using System.Text.Json.Nodes;
using Landfall.Cloud;
using Landfall.Local.BigQuery.Loads;
using Landfall.Local.BigQuery.Sql;
using Landfall.Sinks.Postgres;
using Npgsql;

namespace Landfall.Local.BigQuery;

/// <summary>Rows that are streamed: all of a request, or, without those that are bad, the rest.</summary>
internal sealed class RowStream(NpgsqlDataSource database, SqlEngine engine)
{
    public const int MostBytes = 10 << 20;

    public const int MostRows = 50_000;

    /// <returns><c>insertErrors</c>: none when all rows are in.</returns>
    public async Task<IReadOnlyList<JsonObject>> InsertAsync(
        TableName table, IReadOnlyList<TableField> columns, JsonArray rows, bool skipInvalid, bool ignoreUnknown, CancellationToken cancellationToken)
    {
        var faults = new List<JsonObject>();
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        await engine.MarkStreamedAsync(connection, table, cancellationToken);
        var names = string.Join(", ", columns.Select(column => TableSchema.Column(column.Name)));
        var bytes = await connection.BeginRawBinaryCopyAsync($"COPY {TableCatalog.Quoted(table)} ({names}) FROM STDIN (FORMAT BINARY)", cancellationToken);
        try
        {
            var copy = new PgCopyWriter(bytes, columns.Count, lines: false);
            var json = new JsonRow(columns, ignoreUnknown);
            var seen = new HashSet<string>();
            for (var i = 0; i < rows.Count; i++)
            {
                if ((string?)rows[i]?["insertId"] is { Length: > 0 } id && !seen.Add(id)) continue;
                using var row = JsonDocument.Parse(rows[i]?["json"]?.ToJsonString() ?? "null");
                copy.Begin(i);
                var wrong = json.Write(row.RootElement, copy);
                if (wrong.Count == 0)
                {
                    copy.End();
                    if (copy.Full) await copy.FlushAsync(cancellationToken);
                    continue;
                }
                copy.Abandon();
                faults.Add(Fault(i, wrong.Select(fault => ("invalid", fault.Field, fault.Fault))));
            }
            await copy.CompleteAsync(cancellationToken);
            await bytes.DisposeAsync();
        }
        catch (PostgresException e)
        {
            throw BigQueryFault.Invalid(e.MessageText);
        }
        catch
        {
            // Disposed, it would end the COPY as if all had been said.
            await bytes.CancelAsync();
            throw;
        }
        if (faults.Count == 0 || skipInvalid)
        {
            await transaction.CommitAsync(cancellationToken);
            return faults;
        }
        var bad = faults.Select(fault => (int)fault["index"]!).ToHashSet();
        return [.. faults, .. Enumerable.Range(0, rows.Count).Where(i => !bad.Contains(i)).Select(i => Fault(i, [("stopped", "", "")]))];
    }

    private static JsonObject Fault(int index, IEnumerable<(string Reason, string Location, string Message)> faults) => new()
    {
        ["index"] = index,
        ["errors"] = new JsonArray([.. faults.Select(fault => (JsonNode)new JsonObject
        {
            ["reason"] = fault.Reason, ["location"] = fault.Location, ["debugInfo"] = "", ["message"] = fault.Message,
        })]),
    };
}
