using System.Text.Json.Nodes;
using Landfall.Cloud;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace Landfall.Local.BigQuery.Rest;

/// <summary>A request, its path cut in segments behind <c>projects/{project}</c>.</summary>
internal sealed class BigQueryRequest
{
    private BigQueryRequest(HttpContext context, string project, string[] segments) => (Context, Project, Segments) = (context, project, segments);

    public HttpContext Context { get; }

    /// <summary>Whatever the client says it is: all projects are one here.</summary>
    public string Project { get; }

    /// <summary>Decoded.</summary>
    public string[] Segments { get; }

    public string Method => Context.Request.Method;

    /// <summary>This server's own address, for the links in its answers.</summary>
    public string Root => $"{Context.Request.Scheme}://{Context.Request.Host}";

    public string? IfMatch => Context.Request.Headers.IfMatch is [{ Length: > 0 } tag, ..] ? tag : null;

    public CancellationToken Aborted => Context.RequestAborted;

    public static BigQueryRequest Of(HttpContext context, string service)
    {
        var path = context.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget.Split('?')[0];
        if (!path.StartsWith(service + "/projects", StringComparison.Ordinal)) throw Unknown(context);
        string[] segments = [.. path[(service.Length + 1)..].Split('/').Select(Uri.UnescapeDataString)];
        return segments.Length < 2 ? new(context, "", segments) : new(context, segments[1], segments[2..]);
    }

    public static BigQueryFault Unknown(HttpContext context) =>
        new(404, "notFound", $"{context.Request.Method} {context.Request.Path} is not supported by the local BigQuery");

    public string? Text(string parameter) => Context.Request.Query[parameter] is [{ Length: > 0 } value, ..] ? value : null;

    public bool Flag(string parameter) => bool.TryParse(Text(parameter), out var flag) && flag;

    /// <exception cref="BigQueryFault">It is no number.</exception>
    public long? Number(string parameter) =>
        Text(parameter) is not { } text ? null
        : long.TryParse(text, out var number) && number >= 0 ? number
        : throw BigQueryFault.Invalid($"Invalid value for {parameter}: '{text}' is not a whole number.");

    /// <summary>Where a page starts: a page token says it here, too.</summary>
    public long Start => Number("pageToken") ?? Number("startIndex") ?? 0;

    /// <exception cref="BigQueryFault">It is no JSON object.</exception>
    public async Task<JsonObject> BodyAsync(int most = 20 << 20, int tokens = JsonBody.MaxTokens)
    {
        try
        {
            return await JsonBody.ReadAsync(Context, most, tokens) ?? throw new BigQueryFault(400, "parseError", "Parse Error: the body is no JSON object");
        }
        catch (BadHttpRequestException e) when (e.StatusCode == 413)
        {
            throw new BigQueryFault(413, "uploadTooLarge", $"Request payload size exceeds the limit: {most} bytes.");
        }
    }

    public static TableName Table(string dataset, string table) => TableCatalog.NameOf(new JsonObject { ["datasetId"] = dataset, ["tableId"] = table });
}
