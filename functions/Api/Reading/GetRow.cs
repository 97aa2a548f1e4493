using System.Text.Json.Nodes;
using Landfall.Hosting;
using Landfall.Rest.Documents;
using Landfall.Rest.Routing;
using Landfall.Rest.Tables;
using Microsoft.AspNetCore.Http;

namespace Landfall.Rest.Reading;

/// <summary><c>GET /tables/{table}/rows/{key}</c>: one row, with its ETag.</summary>
internal sealed class GetRow(TableCatalog tables, TableStore store) : Handler(HttpMethods.Get, "/tables/{table}/rows/{key}")
{
    private readonly QueryReader _queries = new(store.Seal);
    private readonly Dictionary<ApiTable, RowLoader> _loaders = tables.All.ToDictionary(table => table, _ => new RowLoader(store));

    public override bool IsBrief => true;

    public override async Task HandleAsync(ApiRequest request)
    {
        var table = tables.Readable(request.Value("table"), request.Caller);
        var key = KeyReader.Read(table, request.Values["key"]);
        var query = _queries.Read(table, request.Http.Request.QueryString.Value, single: true);
        var format = RowFormat.For(request.Http.Request);
        if (await _loaders[table].LoadAsync(new(query, key, format), request.Cancellation) is not { } row)
            throw new ProblemException(StatusCodes.Status404NotFound, $"{table.Name} has no row of that key");
        try
        {
            var tag = RowTag.Of(row.Version, format);
            request.Response.Headers.ETag = tag;
            if (RowTag.IsKnown(request.Http.Request, tag)) request.Response.StatusCode = StatusCodes.Status304NotModified;
            else await Answer.SendAsync(request.Response, format, row.Body, request.Cancellation);
        }
        finally
        {
            TextBuffers.Return(row.Body);
        }
    }

    public override void Describe(OpenApiDocument document)
    {
        foreach (var table in document.Tables.Where(table => table.Key.Count > 0))
        {
            document.Add(Method, $"/tables/{table.Name}/rows/{{key}}", new($"get.{table.Name}", "One row")
            {
                Tag = table.Name,
                Description = "Its ETag is another after every change: If-None-Match asks whether there was one, and a write's If-Match makes sure that there was none.",
                Parameters =
                [
                    Examples.Key(table),
                    Operation.Parameter("query", "select", "The columns to show, with commas between them; all without it.", new() { ["type"] = "string" }, table.Columns[0].Name),
                    Operation.Parameter("header", "If-None-Match", "The ETag of the row that you have.", new() { ["type"] = "string" }),
                ],
                Answers =
                [
                    (StatusCodes.Status200OK, Operation.Answer("The row", Content(document, table))),
                    (StatusCodes.Status304NotModified, Operation.Answer("You have it.")),
                ],
            });
        }
    }

    private static IEnumerable<(string, JsonObject, JsonNode?)> Content(OpenApiDocument document, ApiTable table)
    {
        yield return ("application/json", document.Row(table), Examples.Row(table));
        yield return ("text/csv", new() { ["type"] = "string" }, null);
    }
}
