using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using Landfall.Rest.Documents;
using Landfall.Rest.Routing;
using Landfall.Rest.Tables;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.WebUtilities;

namespace Landfall.Rest.Reading;

/// <summary><c>GET /tables/{table}/rows</c>: a page of rows, and the link to the next.</summary>
internal sealed class ListRows(TableCatalog tables, TableStore store) : Handler(HttpMethods.Get, "/tables/{table}/rows")
{
    private readonly QueryReader _queries = new(store.Seal);

    public override async Task HandleAsync(ApiRequest request)
    {
        var table = tables.Readable(request.Value("table"), request.Caller);
        var query = _queries.Read(table, request.Http.Request.QueryString.Value);
        var format = RowFormat.For(request.Http.Request);
        var body = TextBuffers.Rent();
        try
        {
            Page page;
            long? total = null;
            await using (var connection = await store.Database.OpenConnectionAsync(request.Cancellation))
            {
                page = await Page.ReadAsync(query, format, body, connection, request.Cancellation);
                if (query.Count != RowCount.None) total = await RowCounter.CountAsync(query, connection, request.Cancellation);
            }
            var headers = request.Response.Headers;
            headers.ContentRange = Range(query.After?.Seen ?? 0, page.Rows, total);
            if (page.Next is { } next) headers.Link = $"<{Link(request, next.Write(store.Seal, query))}>; rel=\"next\"";
            await Answer.SendAsync(request.Response, format, body, request.Cancellation);
        }
        finally
        {
            TextBuffers.Return(body);
        }
    }

    public override void Describe(OpenApiDocument document)
    {
        foreach (var table in document.Tables)
        {
            document.Add(Method, $"/tables/{table.Name}/rows", new($"list.{table.Name}", "A page of rows")
            {
                Tag = table.Name,
                Description = "Each column's parameter filters by it: eq, neq, lt, lte, gt, gte, like, ilike (texts, * is any text), in.(a,b), is.null, is.notnull; all must hold. "
                    + "A page has a Link header to the next one, as long as there is one: follow it as it is.",
                // A parameter stands once: of a column that is called like a word, the page's reader is told elsewhere.
                Parameters = [.. table.Columns.Where(column => !QueryReader.IsWord(column.Name)).Select(Examples.Filter), .. Words(table)],
                Answers = [(StatusCodes.Status200OK, Operation.Answer("Rows; Content-Range says which, and of how many", Content(document, table)))],
            });
        }
    }

    private static IEnumerable<(string, JsonObject, JsonNode?)> Content(OpenApiDocument document, ApiTable table)
    {
        yield return ("application/json", new() { ["type"] = "array", ["items"] = document.Row(table) }, new JsonArray(Examples.Row(table)));
        yield return ("text/csv", new() { ["type"] = "string" }, null);
        yield return ("application/x-ndjson", new() { ["type"] = "string" }, null);
    }

    private static IEnumerable<JsonObject> Words(ApiTable table)
    {
        var text = new JsonObject { ["type"] = "string" };
        var first = table.Columns[0].Name;
        yield return Operation.Parameter("query", "select", "The columns to show, with commas between them; all without it.", (JsonObject)text.DeepClone(), first);
        yield return Operation.Parameter("query", "order", "Columns with commas between them, each with .asc or .desc and .nullsfirst or .nullslast behind it; the key always comes last.", (JsonObject)text.DeepClone(), $"{first}.desc");
        yield return Operation.Parameter("query", "limit", "Rows of a page.", new() { ["type"] = "integer", ["minimum"] = 1, ["maximum"] = QueryReader.MaxLimit, ["default"] = 100 }, 10);
        yield return Operation.Parameter("query", "count", "Counts all rows that the filters let through, one by one or as the planner expects; Content-Range has the number.", new() { ["type"] = "string", ["enum"] = new JsonArray("exact", "estimated") }, "exact");
        yield return Operation.Parameter("query", "cursor", "Where a page begins: from the Link header of the one before.", text);
    }

    /// <summary>As PostgREST says it: <c>0-99/3573</c>, with a star for what is not known or empty.</summary>
    private static string Range(long seen, int rows, long? total) => string.Create(
        CultureInfo.InvariantCulture, $"{(rows == 0 ? "*" : string.Create(CultureInfo.InvariantCulture, $"{seen}-{seen + rows - 1}"))}/{(total is { } all ? $"{all}" : "*")}");

    /// <summary>The same request with another cursor.</summary>
    private static string Link(ApiRequest request, string cursor)
    {
        var query = new StringBuilder("?");
        foreach (var pair in new QueryStringEnumerable(request.Http.Request.QueryString.Value))
        {
            if (!pair.DecodeName().Span.SequenceEqual("cursor")) query.Append(pair.EncodedName).Append('=').Append(pair.EncodedValue).Append('&');
        }
        return $"{request.Http.Request.PathBase}{RequestPath.Of(request.Http)}{query}cursor={cursor}";
    }
}
