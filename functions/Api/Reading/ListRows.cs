using Landfall.Rest.Documents;
using Landfall.Rest.Routing;
using Landfall.Rest.Tables;
using Microsoft.AspNetCore.Http;

namespace Landfall.Rest.Reading;

/// <summary><c>GET /tables/{table}/rows</c>: a page of rows.</summary>
internal sealed class ListRows(TableCatalog tables) : Handler(HttpMethods.Get, "/tables/{table}/rows")
{
    public override Task HandleAsync(ApiRequest request)
    {
        var table = tables.Readable(request.Value("table"), request.Caller);
        return request.Response.WriteAsync(table.Name, request.Cancellation);
    }

    public override void Describe(OpenApiDocument document)
    {
    }
}
