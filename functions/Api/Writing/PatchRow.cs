using System.Text.Json.Nodes;
using Landfall.Hosting;
using Landfall.Rest.Documents;
using Landfall.Rest.Routing;
using Landfall.Rest.Writing.Rows;
using Landfall.Sinks;
using Microsoft.AspNetCore.Http;
using Npgsql;

namespace Landfall.Rest.Writing;

/// <summary><c>PATCH /tables/{table}/rows/{key}</c>: some columns of a row become what the body says; the others stay.</summary>
internal sealed class PatchRow(WritableTables tables, Writes writes, ChildRows children, TimeProvider clock) : Handler(HttpMethods.Patch, "/tables/{table}/rows/{key}")
{
    public override async Task HandleAsync(ApiRequest request)
    {
        var row = RowAddress.Of(request, tables);
        using var body = await RequestBody.ReadAsync(request);
        var range = RowsBody.ReadOne(body.Bytes.Span);
        var write = WriteRequest.Of(request, row.Table, request.Values["key"], body.Bytes, clock.GetUtcNow());
        var change = new RowChange(request, row, write);
        var answer = await children.GuardAsync(request.Caller, row, () => writes.RunAsync(write, transaction => PatchAsync(transaction, change, body.Bytes, range), request.Cancellation), request.Cancellation);
        await answer.SendAsync(request.Response, request.Cancellation);
    }

    public override void Describe(OpenApiDocument document)
    {
        foreach (var table in WriteWords.Writable(document).Where(table => table.Key.Count > 0 && table.Key.Count < table.Columns.Count))
        {
            var example = Examples.Row(table);
            foreach (var column in table.Columns.Where(column => table.Key.Contains(column))) example.Remove(column.Name);
            document.Add(Method, $"/tables/{table.Name}/rows/{{key}}", new($"patch.{table.Name}", "Change a row")
            {
                Tag = table.Name,
                Description = "The columns that are named become what is said, null takes a value away; the others stay as they are.",
                Parameters = [Examples.Key(table), WriteWords.IfMatch(), WriteWords.Prefer("return=representation", "tx=rollback"), WriteWords.Key()],
                Body = WriteWords.Body(new() { ["type"] = "object" }, example),
                Answers =
                [
                    (StatusCodes.Status204NoContent, Operation.Answer("It is changed")),
                    (StatusCodes.Status200OK, Operation.Answer("The same, with the row", ("application/json", document.Row(table), (JsonNode?)null))),
                ],
            });
        }
    }

    private static async Task<WriteAnswer> PatchAsync(WriteTransaction transaction, RowChange change, ReadOnlyMemory<byte> body, Range range)
    {
        var table = change.Row.Table;
        if (await change.FindAsync(transaction) is null) throw change.Row.Missing();
        var feed = table.Part(JsonRowReader.Names(body.Span[range]));
        var columns = feed.Columns.Where(column => !table.Table.Key.Contains(column)).ToList();
        var batch = RowBatch.Bind(table, feed, body, [range], rows => new KeyedRow(rows, feed, table.Api, change.Row.Key));
        if (transaction.Careful && columns.Count > 0) await new RowChecks(transaction, batch).RunAsync(merge: true);
        if (batch.HasRejects)
        {
            await transaction.RunAsync(null, null, batch.Refused(change.Write));
            return WriteAnswers.Refused(change.Write, batch, alone: true, merges: false);
        }
        if (columns.Count == 0) throw ProblemException.Bad("The body names no column that could change", "name the columns that are to become something else");
        var command = new NpgsqlBatchCommand(table.Sql.Update(columns) + table.Sql.Returning);
        table.AddValues(command, batch, change.Write.Source, columns);
        change.Row.AddKey(command.Parameters);
        return await change.RunAsync(transaction, command, StatusCodes.Status200OK, new TableResult(table.Api.Name, 1));
    }
}
