using Landfall.Rest.Routing;
using Microsoft.AspNetCore.Http;

namespace Landfall.Rest.Documents;

/// <summary><c>GET /</c>: a page to try it. It knows nothing but where <c>openapi.json</c> is.</summary>
internal sealed class TryPage() : Handler(HttpMethods.Get, "/")
{
    private static readonly byte[] Page = Read();

    public override bool Public => true;

    public override async Task HandleAsync(ApiRequest request)
    {
        var response = request.Response;
        response.ContentType = "text/html; charset=utf-8";
        // It asks nobody but us, and nothing from elsewhere runs in it.
        response.Headers.ContentSecurityPolicy = "default-src 'none'; script-src 'unsafe-inline'; style-src 'unsafe-inline'; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";
        response.Headers.XContentTypeOptions = "nosniff";
        response.ContentLength = Page.Length;
        await response.BodyWriter.WriteAsync(Page, request.Cancellation);
    }

    public override void Describe(OpenApiDocument document) => document.Add(Method, Template.Text, new("try", "A page to try it")
    {
        Public = true,
        Answers = [(StatusCodes.Status200OK, Operation.Answer("HTML", ("text/html", new() { ["type"] = "string" }, null)))],
    });

    private static byte[] Read()
    {
        using var page = typeof(TryPage).Assembly.GetManifestResourceStream("try.html")!;
        using var bytes = new MemoryStream();
        page.CopyTo(bytes);
        return bytes.ToArray();
    }
}
