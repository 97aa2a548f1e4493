using System.Text.Json.Nodes;
using Landfall.Local.BigQuery.Jobs;

namespace Landfall.Local.BigQuery.Rest;

internal sealed class JobRequests(JobRunner runner, JobStore store)
{
    private static readonly TimeSpan DefaultTimeout = TimeSpan.FromSeconds(10);

    public async Task<JsonObject> InsertAsync(BigQueryRequest request) =>
        Write(await runner.InsertAsync(request.Project, await request.BodyAsync(), null, request.Aborted), request);

    public async Task<JsonObject> GetAsync(BigQueryRequest request, string id) => Write(await runner.GetAsync(id, request.Aborted), request);

    /// <summary>What runs here is done soon; a job is not stopped, as BigQuery may not, either.</summary>
    public async Task<JsonObject> CancelAsync(BigQueryRequest request, string id) =>
        new() { ["kind"] = "bigquery#jobCancelResponse", ["job"] = Write(await runner.GetAsync(id, request.Aborted), request) };

    public async Task<JsonObject> DeleteAsync(BigQueryRequest request, string id) => await store.DeleteAsync(id, request.Aborted) ? [] : throw JobRunner.NoJob(id);

    public async Task<JsonObject> ListAsync(BigQueryRequest request)
    {
        var states = request.Context.Request.Query["stateFilter"].Select(state => state!.ToUpperInvariant()).ToHashSet();
        var all = (await store.ListAsync(request.Text("parentJobId"), request.Aborted))
            .Where(job => states.Count == 0 || states.Contains((string)job["status"]!["state"]!)).Select(job =>
            {
                var listed = Write(job, request);
                listed["state"] = (string?)job["status"]!["state"];
                listed["errorResult"] = job["status"]!["errorResult"]?.DeepClone();
                return listed;
            });
        return BigQueryReply.Page(request, "bigquery#jobList", "jobs", [.. all]);
    }

    /// <summary><c>jobs.getQueryResults</c>.</summary>
    public async Task<JsonObject> ResultsAsync(BigQueryRequest request, string id)
    {
        var timeout = request.Number("timeoutMs") is { } milliseconds ? TimeSpan.FromMilliseconds(Math.Min(milliseconds, 200_000)) : DefaultTimeout;
        await runner.WaitAsync(id, timeout, request.Aborted);
        return await ResultsAsync(
            "bigquery#getQueryResultsResponse", await runner.GetAsync(id, request.Aborted), request.Start, request.Number("maxResults"),
            IsWhole(request.Text("formatOptions.useInt64Timestamp"), request.Text("formatOptions.timestampOutputFormat")), request);
    }

    /// <summary><c>jobs.query</c>: a query job and the first page of its answer.</summary>
    public async Task<JsonObject> QueryAsync(BigQueryRequest request)
    {
        var body = await request.BodyAsync();
        var query = BigQueryReply.Only(body, "query", "useLegacySql", "queryParameters", "parameterMode", "defaultDataset", "maximumBytesBilled");
        var job = await runner.InsertAsync(
            request.Project,
            new JsonObject
            {
                ["jobReference"] = new JsonObject { ["location"] = (string?)body["location"] ?? "US" },
                ["configuration"] = new JsonObject { ["query"] = query, ["labels"] = body["labels"]?.DeepClone(), ["dryRun"] = (bool?)body["dryRun"] is true },
            },
            null, request.Aborted);
        var format = body["formatOptions"];
        return await ResultsAsync(
            "bigquery#queryResponse", job, 0, body["maxResults"] is { } most ? long.Parse(most.ToString()) : null,
            IsWhole(format?["useInt64Timestamp"]?.ToString(), (string?)format?["timestampOutputFormat"]), request);
    }

    private async Task<JsonObject> ResultsAsync(string kind, JsonObject job, long start, long? most, bool wholeTimestamps, BigQueryRequest request)
    {
        if (JobResources.Fault(job) is { } fault) throw fault;
        var done = (string?)job["status"]!["state"] == "DONE";
        var answer = new JsonObject
        {
            ["kind"] = kind,
            ["jobReference"] = job["jobReference"]!.DeepClone(),
            ["jobComplete"] = done,
            ["totalBytesProcessed"] = "0",
            ["cacheHit"] = false,
        };
        if (!done) return answer;
        if (job["statistics"]!["query"] is not JsonObject statistics) throw BigQueryFault.Invalid($"Cannot return the results of a job that is no query: {JobResources.FullId(job)}");
        if (statistics["numDmlAffectedRows"] is { } affected) answer["numDmlAffectedRows"] = affected.DeepClone();
        if (job["jobReference"]!["jobId"] is not { } id || await store.ReadAsync((string)id!, start, most ?? 10_000, request.Aborted) is not var (fields, total, rows))
        {
            answer["schema"] = statistics["schema"]?.DeepClone();
            answer["totalRows"] = "0";
            return answer;
        }
        answer["schema"] = TableSchema.Write(fields);
        answer["totalRows"] = $"{total}";
        if (rows.Count > 0) answer["rows"] = TableRows.Write(fields, rows, wholeTimestamps);
        if (start + rows.Count < total) answer["pageToken"] = $"{start + rows.Count}";
        return answer;
    }

    private static bool IsWhole(string? flag, string? format) => string.Equals(flag, "true", StringComparison.OrdinalIgnoreCase) || format == "INT64";

    private static JsonObject Write(JsonObject job, BigQueryRequest request)
    {
        if (job["jobReference"]!["jobId"] is not null) return JobResources.Write(job, request.Root);
        job["kind"] = "bigquery#job"; // a dry run has no id
        return job;
    }
}
