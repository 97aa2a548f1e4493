using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;

namespace Landfall.Local.BigQuery.Rest;

/// <summary>Answers in BigQuery's JSON. Its 64-bit numbers stand in strings.</summary>
internal static class BigQueryReply
{
    public static readonly JsonSerializerOptions Plain = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static async Task WriteAsync(HttpContext context, JsonObject body, int status = 200)
    {
        context.Response.StatusCode = status;
        context.Response.ContentType = "application/json; charset=UTF-8";
        await context.Response.WriteAsync(body.ToJsonString(Plain), context.RequestAborted);
    }

    public static Task WriteAsync(HttpContext context, BigQueryFault fault) => WriteAsync(context, new JsonObject
    {
        ["error"] = new JsonObject
        {
            ["code"] = fault.Status,
            ["message"] = fault.Message,
            ["errors"] = new JsonArray(new JsonObject { ["message"] = fault.Message, ["domain"] = "global", ["reason"] = fault.Reason }),
            ["status"] = fault.Status switch { 400 => "INVALID_ARGUMENT", 404 => "NOT_FOUND", 409 => "ALREADY_EXISTS", 412 => "FAILED_PRECONDITION", 500 => "INTERNAL", _ => "UNKNOWN" },
        },
    }, fault.Status);

    public static JsonObject Dataset(JsonObject resource, BigQueryRequest request)
    {
        var name = (string)resource["datasetReference"]!["datasetId"]!;
        resource["kind"] = "bigquery#dataset";
        resource["id"] = $"{request.Project}:{name}";
        resource["selfLink"] = $"{request.Root}/bigquery/v2/projects/{request.Project}/datasets/{name}";
        resource["datasetReference"]!["projectId"] = request.Project;
        return resource;
    }

    public static JsonObject Table(JsonObject resource, BigQueryRequest request)
    {
        var (dataset, name) = ((string)resource["tableReference"]!["datasetId"]!, (string)resource["tableReference"]!["tableId"]!);
        resource["kind"] = "bigquery#table";
        resource["id"] = $"{request.Project}:{dataset}.{name}";
        resource["selfLink"] = $"{request.Root}/bigquery/v2/projects/{request.Project}/datasets/{dataset}/tables/{name}";
        resource["tableReference"]!["projectId"] = request.Project;
        return resource;
    }

    /// <summary>The members of a resource that a listing has, of those that are there.</summary>
    public static JsonObject Only(JsonObject resource, params ReadOnlySpan<string> members)
    {
        var some = new JsonObject();
        foreach (var member in members)
        {
            if (resource[member] is { } value) some[member] = value.DeepClone();
        }
        return some;
    }

    /// <summary>One page of a listing.</summary>
    public static JsonObject Page(BigQueryRequest request, string kind, string items, IReadOnlyList<JsonObject> all)
    {
        var (start, most) = (request.Start, request.Number("maxResults") ?? 1000);
        var page = all.Skip((int)start).Take((int)most).ToArray();
        var answer = new JsonObject { ["kind"] = kind };
        if (page.Length > 0) answer[items] = new JsonArray([.. page]);
        if (start + page.Length < all.Count) answer["nextPageToken"] = $"{start + page.Length}";
        return answer;
    }
}
