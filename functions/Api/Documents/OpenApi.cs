using System.Text.Json;
using Landfall.Rest.Routing;
using Landfall.Rest.Tables;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace Landfall.Rest.Documents;

/// <summary><c>GET /openapi.json</c>: all that the caller may do here, made of the contracts.</summary>
/// <param name="services">Where the handlers are, of which this is one: asked when they are needed.</param>
internal sealed class OpenApi(IServiceProvider services, TableCatalog tables) : Handler(HttpMethods.Get, "/openapi.json")
{
    public override async Task HandleAsync(ApiRequest request)
    {
        var document = new OpenApiDocument(request.Caller, [.. tables.All.Where(request.Caller.MayRead)]);
        foreach (var handler in services.GetRequiredService<Router>().Handlers) handler.Describe(document);
        request.Response.ContentType = "application/json";
        await using var json = new Utf8JsonWriter(request.Response.BodyWriter);
        document.ToJson(request.Http.Request.PathBase.Value is { Length: > 0 } prefix ? prefix : "/").WriteTo(json);
    }

    public override void Describe(OpenApiDocument document) => document.Add(Method, Template.Text, new("openapi", "This document")
    {
        Answers = [(StatusCodes.Status200OK, Operation.Answer("OpenAPI 3.1", ("application/json", new() { ["type"] = "object" }, null)))],
    });
}
