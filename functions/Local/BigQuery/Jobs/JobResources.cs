using System.Text.Json.Nodes;

namespace Landfall.Local.BigQuery.Jobs;

/// <summary>A <c>jobs</c> resource: https://cloud.google.com/bigquery/docs/reference/rest/v2/Job.</summary>
internal static class JobResources
{
    /// <summary>The kinds of job, as the configuration names them.</summary>
    private static readonly string[] Kinds = ["query", "load", "copy", "extract"];

    /// <exception cref="BigQueryFault">What is wrong with the request.</exception>
    public static JsonObject New(string project, JsonObject request, DateTimeOffset now)
    {
        var configuration = request["configuration"] as JsonObject ?? throw new BigQueryFault(400, "required", "Required parameter is missing: configuration");
        var kind = Array.Find(Kinds, kind => configuration[kind] is JsonObject) ?? throw new BigQueryFault(400, "required", "Job configuration must contain exactly one job-specific configuration object");
        var id = (string?)request["jobReference"]?["jobId"] ?? $"job_{Guid.NewGuid():N}";
        if (id.Length is 0 or > 1024 || !id.All(c => c is '_' or '-' || char.IsAsciiLetterOrDigit(c)))
            throw BigQueryFault.Invalid($"Invalid job ID \"{id}\". Only alphanumeric characters, underscores and dashes are allowed, and at most 1024 of them.");
        var echoed = configuration.DeepClone().AsObject();
        echoed["jobType"] = kind.ToUpperInvariant();
        return new JsonObject
        {
            ["jobReference"] = new JsonObject { ["projectId"] = project, ["jobId"] = id, ["location"] = (string?)request["jobReference"]?["location"] ?? "US" },
            ["configuration"] = echoed,
            ["status"] = new JsonObject { ["state"] = "RUNNING" },
            ["statistics"] = new JsonObject { ["creationTime"] = Milliseconds(now), ["startTime"] = Milliseconds(now) },
        };
    }

    public static string Id(JsonObject job) => (string)job["jobReference"]!["jobId"]!;

    /// <summary><c>project:location.id</c>, as messages name a job.</summary>
    public static string FullId(JsonObject job) => $"{(string?)job["jobReference"]!["projectId"]}:{(string?)job["jobReference"]!["location"]}.{Id(job)}";

    /// <summary>Its configuration, and which kind that is.</summary>
    public static (string Kind, JsonObject Configuration) Kind(JsonObject job)
    {
        var kind = ((string)job["configuration"]!["jobType"]!).ToLowerInvariant();
        return (kind, job["configuration"]![kind]!.AsObject());
    }

    public static void Finish(JsonObject job, DateTimeOffset now)
    {
        job["status"] = new JsonObject { ["state"] = "DONE" };
        job["statistics"]!["endTime"] = Milliseconds(now);
        job["statistics"]!["finalExecutionDurationMs"] = $"{now.ToUnixTimeMilliseconds() - long.Parse((string)job["statistics"]!["startTime"]!)}";
    }

    public static void Fail(JsonObject job, BigQueryFault fault, DateTimeOffset now)
    {
        Finish(job, now);
        job["status"]!["errorResult"] = Error(fault);
        job["status"]!["errors"] = new JsonArray([.. fault.Details.Select(Error), Error(fault)]);

        JsonObject Error(BigQueryFault error)
        {
            var json = new JsonObject { ["reason"] = error.Reason, ["message"] = error.Message };
            if ((error.Location ?? (Kind(job).Kind == "query" ? "query" : null)) is { } location) json["location"] = location;
            return json;
        }
    }

    /// <summary>What the fault of a job was; null when it has none.</summary>
    public static BigQueryFault? Fault(JsonObject job)
    {
        if (job["status"]?["errorResult"] is not { } error) return null;
        var reason = (string)error["reason"]!;
        var status = reason switch { "notFound" => 404, "duplicate" => 409, "backendError" or "jobInternalError" or "internalError" => 500, "accessDenied" => 403, _ => 400 };
        return new(status, reason, (string)error["message"]!);
    }

    /// <summary>As it is answered.</summary>
    public static JsonObject Write(JsonObject job, string root)
    {
        var (project, id, location) = ((string)job["jobReference"]!["projectId"]!, Id(job), (string)job["jobReference"]!["location"]!);
        job["kind"] = "bigquery#job";
        job["id"] = FullId(job);
        job["etag"] = $"{id}-{(string?)job["status"]!["state"]}";
        job["selfLink"] = $"{root}/bigquery/v2/projects/{project}/jobs/{id}?location={location}";
        job["user_email"] = "local@localhost";
        return job;
    }

    private static string Milliseconds(DateTimeOffset time) => $"{time.ToUnixTimeMilliseconds()}";
}
