using System.Text.Json.Nodes;
using Landfall.Rest.Documents;
using Landfall.Rest.Routing;
using Landfall.Rest.Tables;
using Microsoft.AspNetCore.Http;

namespace Landfall.Rest.Writing;

/// <summary><c>POST /bulk</c>: up to 1,000 rows of a table, of which the good ones land; the others are told, and kept in <c>landfall.rejects</c>.</summary>
internal sealed class BulkRows(TableCatalog catalog, WritableTables tables, Writes writes, TimeProvider clock) : Handler(HttpMethods.Post, "/bulk")
{
    public override async Task HandleAsync(ApiRequest request)
    {
        catalog.RequireWriter(request.Caller);
        using var body = await RequestBody.ReadAsync(request);
        var (name, rows) = RowsBody.ReadBulk(body.Bytes.Span);
        var table = tables.Find(name, request);
        var write = WriteRequest.Of(request, table, "", body.Bytes, clock.GetUtcNow());
        var inserter = new RowInserter(request, write, body.Bytes, rows, alone: false, partial: true);
        await (await writes.RunAsync(write, inserter.RunAsync, request.Cancellation)).SendAsync(request.Response, request.Cancellation);
    }

    public override void Describe(OpenApiDocument document)
    {
        if (WriteWords.Writable(document).ToList() is not [var first, ..] all) return;
        document.Add(Method, Template.Text, new("bulk", "Add the good ones of many rows")
        {
            Description = "1 to 1,000 rows of one table. Good rows land; bad ones are in the answer, each with its index (from 0), column, rule and reason, and in landfall.rejects. If none is good, the answer is 422.",
            Parameters = [WriteWords.Prefer("resolution=merge-duplicates", "tx=rollback"), WriteWords.Key()],
            Body = WriteWords.Body(
                new()
                {
                    ["type"] = "object",
                    ["properties"] = new JsonObject
                    {
                        ["table"] = new JsonObject { ["type"] = "string", ["enum"] = new JsonArray([.. all.Select(table => (JsonNode)table.Name)]) },
                        ["data"] = new JsonObject { ["type"] = "array", ["minItems"] = 1, ["maxItems"] = RowsBody.MaxRows, ["items"] = new JsonObject { ["type"] = "object" } },
                    },
                    ["required"] = new JsonArray("table", "data"),
                },
                new JsonObject { ["table"] = first.Name, ["data"] = new JsonArray(Examples.Row(first)) }),
            Answers = [(StatusCodes.Status200OK, Operation.Answer("The good rows have landed", ("application/json", WriteWords.Landed(), null)))],
        });
    }
}
