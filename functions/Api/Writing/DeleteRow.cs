using System.Text.Json.Nodes;
using Landfall.Rest.Documents;
using Landfall.Rest.Routing;
using Landfall.Sinks;
using Microsoft.AspNetCore.Http;
using Npgsql;

namespace Landfall.Rest.Writing;

/// <summary><c>DELETE /tables/{table}/rows/{key}</c>: unless rows refer to it.</summary>
internal sealed class DeleteRow(WritableTables tables, Writes writes, ChildRows children, TimeProvider clock) : Handler(HttpMethods.Delete, "/tables/{table}/rows/{key}")
{
    public override async Task HandleAsync(ApiRequest request)
    {
        var row = RowAddress.Of(request, tables);
        var write = WriteRequest.Of(request, row.Table, request.Values["key"], default, clock.GetUtcNow());
        var change = new RowChange(request, row, write);
        var answer = await children.GuardAsync(request.Caller, row, () => writes.RunAsync(write, transaction => DeleteAsync(transaction, change), request.Cancellation), request.Cancellation);
        await answer.SendAsync(request.Response, request.Cancellation);
    }

    public override void Describe(OpenApiDocument document)
    {
        foreach (var table in WriteWords.Writable(document).Where(table => table.Key.Count > 0))
        {
            document.Add(Method, $"/tables/{table.Name}/rows/{{key}}", new($"delete.{table.Name}", "Delete a row")
            {
                Tag = table.Name,
                Description = "A row that others refer to stays: the answer is 409 and names some of them. A file that lands later and has the row brings it back.",
                Parameters = [Examples.Key(table), WriteWords.IfMatch(), WriteWords.Prefer("return=representation", "tx=rollback"), WriteWords.Key()],
                Answers =
                [
                    (StatusCodes.Status204NoContent, Operation.Answer("It is gone")),
                    (StatusCodes.Status200OK, Operation.Answer("The same, with the row as it was", ("application/json", document.Row(table), (JsonNode?)null))),
                ],
            });
        }
    }

    private static async Task<WriteAnswer> DeleteAsync(WriteTransaction transaction, RowChange change)
    {
        var sql = change.Row.Table.Sql;
        if (await change.FindAsync(transaction) is null) throw change.Row.Missing();
        var command = new NpgsqlBatchCommand(sql.Delete + sql.Returning);
        change.Row.AddKey(command.Parameters);
        return await change.RunAsync(transaction, command, StatusCodes.Status200OK, new TableResult(change.Row.Table.Api.Name, 0) { Removed = 1 });
    }
}
