using System.Text.Json.Nodes;
using Landfall.Rest.Documents;
using Landfall.Rest.Routing;
using Microsoft.AspNetCore.Http;

namespace Landfall.Rest.Writing;

/// <summary><c>POST /tables/{table}/rows</c>: one row or up to 1,000, all of them or none.</summary>
internal sealed class PostRows(WritableTables tables, Writes writes, TimeProvider clock) : Handler(HttpMethods.Post, "/tables/{table}/rows")
{
    public override async Task HandleAsync(ApiRequest request)
    {
        var table = tables.Find(request.Value("table"), request);
        using var body = await RequestBody.ReadAsync(request);
        var rows = RowsBody.Read(body.Bytes.Span, out var alone);
        var write = WriteRequest.Of(request, table, "", body.Bytes, clock.GetUtcNow());
        var inserter = new RowInserter(request, write, body.Bytes, rows, alone, partial: false);
        await (await writes.RunAsync(write, inserter.RunAsync, request.Cancellation)).SendAsync(request.Response, request.Cancellation);
    }

    public override void Describe(OpenApiDocument document)
    {
        foreach (var table in WriteWords.Writable(document))
        {
            document.Add(Method, $"/tables/{table.Name}/rows", new($"post.{table.Name}", "Add rows")
            {
                Tag = table.Name,
                Description = "One row, or an array of 1 to 1,000: all of them or none. A row whose key stands already is 409, one that breaks the contract 422; an array with bad rows is 422 with an entry for each.",
                Parameters = [WriteWords.Prefer("resolution=merge-duplicates", "return=representation", "return=minimal", "tx=rollback"), WriteWords.Key()],
                Body = WriteWords.Body(new() { ["oneOf"] = new JsonArray(document.Row(table), new JsonObject { ["type"] = "array", ["minItems"] = 1, ["maxItems"] = RowsBody.MaxRows, ["items"] = document.Row(table) }) }, Examples.Row(table)),
                Answers =
                [
                    (StatusCodes.Status201Created, Operation.Answer("They have landed", ("application/json", WriteWords.Landed(), null))),
                    (StatusCodes.Status200OK, Operation.Answer("They have landed, merged with those that stood", ("application/json", WriteWords.Landed(), null))),
                ],
            });
        }
    }
}
