using System.Text.Json.Nodes;
using Landfall.Rest.Documents;
using Landfall.Rest.Routing;
using Landfall.Rest.Writing.Rows;
using Landfall.Sinks;
using Microsoft.AspNetCore.Http;
using Npgsql;

namespace Landfall.Rest.Writing;

/// <summary><c>PUT /tables/{table}/rows/{key}</c>: the row of that key is this one, whether one stood there or not.</summary>
internal sealed class PutRow(WritableTables tables, Writes writes, ChildRows children, TimeProvider clock) : Handler(HttpMethods.Put, "/tables/{table}/rows/{key}")
{
    public override async Task HandleAsync(ApiRequest request)
    {
        var row = RowAddress.Of(request, tables);
        using var body = await RequestBody.ReadAsync(request);
        var range = RowsBody.ReadOne(body.Bytes.Span);
        var write = WriteRequest.Of(request, row.Table, request.Values["key"], body.Bytes, clock.GetUtcNow());
        var change = new RowChange(request, row, write);
        var answer = await children.GuardAsync(request.Caller, row, () => writes.RunAsync(write, transaction => PutAsync(transaction, change, body.Bytes, range), request.Cancellation), request.Cancellation);
        await answer.SendAsync(request.Response, request.Cancellation);
    }

    public override void Describe(OpenApiDocument document)
    {
        foreach (var table in WriteWords.Writable(document).Where(table => table.Key.Count > 0))
        {
            document.Add(Method, $"/tables/{table.Name}/rows/{{key}}", new($"put.{table.Name}", "Put a row")
            {
                Tag = table.Name,
                Description = "The whole row: a column that is left out is NULL. Its key stands in the path and may be left out. If-None-Match: * puts it only where none is.",
                Parameters = [Examples.Key(table), WriteWords.IfMatch(), WriteWords.Prefer("return=representation", "tx=rollback"), WriteWords.Key()],
                Body = WriteWords.Body(document.Row(table), Examples.Row(table)),
                Answers =
                [
                    (StatusCodes.Status201Created, Operation.Answer("There was none before")),
                    (StatusCodes.Status204NoContent, Operation.Answer("It has taken the place of the one that stood")),
                    (StatusCodes.Status200OK, Operation.Answer("The same, with the row", ("application/json", document.Row(table), (JsonNode?)null))),
                ],
            });
        }
    }

    private static async Task<WriteAnswer> PutAsync(WriteTransaction transaction, RowChange change, ReadOnlyMemory<byte> body, Range range)
    {
        var table = change.Row.Table;
        var version = await change.FindAsync(transaction);
        var batch = RowBatch.Bind(table, table.Feed, body, [range], rows => new KeyedRow(rows, table.Feed, table.Api, change.Row.Key));
        if (transaction.Careful) await new RowChecks(transaction, batch).RunAsync(merge: true);
        if (batch.HasRejects)
        {
            await transaction.RunAsync(null, null, batch.Refused(change.Write));
            return WriteAnswers.Refused(change.Write, batch, alone: true, merges: false);
        }
        var command = new NpgsqlBatchCommand(table.Sql.Merge + table.Sql.Returning);
        table.AddValues(command, batch, change.Write.Source);
        return await change.RunAsync(transaction, command, version is null ? StatusCodes.Status201Created : StatusCodes.Status200OK, new TableResult(table.Api.Name, 1));
    }
}
