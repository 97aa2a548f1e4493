using System.Collections.Concurrent;
using System.Text.Json.Nodes;
using Landfall.Local.BigQuery.Jobs;
using Landfall.Local.Storage;
using Microsoft.AspNetCore.Http.Features;

namespace Landfall.Local.BigQuery.Rest;

/// <summary>Load jobs that bring their file: <c>multipart</c> in one request, <c>resumable</c> in chunks. The job runs within the last of them.</summary>
internal sealed class JobUploads(JobRunner runner, JobStore jobs, ObjectStore store)
{
    private readonly ConcurrentDictionary<string, UploadSession<JsonObject>> _sessions = new();

    /// <returns>The job; null when the reply has been given: more is to come.</returns>
    public async Task<JsonObject?> PostAsync(BigQueryRequest request)
    {
        switch (request.Text("uploadType"))
        {
            case "resumable":
                await BeginAsync(request);
                return null;
            case "multipart":
                Unlimit(request);
                await using (var staged = store.Stage())
                {
                    var (json, _) = await new MultipartBody(request.Context.Request.ContentType, request.Context.Request.BodyReader).ReadAsync(staged, request.Aborted);
                    using var metadata = json;
                    return await RunAsync(request, JsonNode.Parse(metadata.RootElement.GetRawText())!.AsObject(), staged);
                }
            default:
                throw BigQueryFault.Invalid("Expected uploadType=multipart or resumable.");
        }
    }

    /// <inheritdoc cref="PostAsync"/>
    public async Task<JsonObject?> ContinueAsync(BigQueryRequest request)
    {
        Unlimit(request);
        if (!_sessions.TryGetValue(request.Text("upload_id") ?? "", out var session))
            throw new BigQueryFault(404, "notFound", "The upload session is unknown: it was abandoned, or the server was started anew.");
        if (await session.ReceiveAsync(request.Context.Request, request.Aborted) is { } job) return job.DeepClone().AsObject();
        request.Context.Response.StatusCode = 308;
        if (session.Received > 0) request.Context.Response.Headers.Range = $"bytes=0-{session.Received - 1}";
        return null;
    }

    private async Task BeginAsync(BigQueryRequest request)
    {
        var body = await request.BodyAsync();
        if ((string?)body["jobReference"]?["jobId"] is { } taken && await jobs.FindAsync(taken, request.Aborted) is { } job) throw BigQueryFault.Exists($"Job {JobResources.FullId(job)}");
        var id = Guid.NewGuid().ToString("N");
        _sessions[id] = new UploadSession<JsonObject>(store.Stage(), (staged, _) => RunAsync(request, body, staged));
        request.Context.Response.Headers.Location = $"{request.Root}/upload/bigquery/v2/projects/{request.Project}/jobs?uploadType=resumable&upload_id={id}";
        request.Context.Response.Headers["X-GUploader-UploadID"] = id;
    }

    private async Task<JsonObject> RunAsync(BigQueryRequest request, JsonObject body, StagedFile staged)
    {
        if (body["configuration"]?["load"] is null) throw BigQueryFault.Invalid("A job that is uploaded must be a load job.");
        return JobResources.Write(await runner.InsertAsync(request.Project, body, staged, CancellationToken.None), request.Root);
    }

    private static void Unlimit(BigQueryRequest request)
    {
        if (request.Context.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } limit) limit.MaxRequestBodySize = null;
    }
}
