using System.Collections.Concurrent;
using Microsoft.AspNetCore.Http.Features;

namespace Landfall.Local.Storage;

/// <summary>
/// The three ways up: <c>media</c> (content only), <c>multipart</c> (metadata and content), <c>resumable</c> (a session that takes chunks).
/// </summary>
internal sealed class UploadRequests(ObjectStore store)
{
    private readonly ConcurrentDictionary<string, UploadSession<ObjectResource>> _sessions = new();

    public Task PostAsync(StorageRequest request, string bucket) => (request.Text("uploadType"), request.Text("upload_id")) switch
    {
        (_, not null) => ContinueAsync(request),
        ("media", _) => MediaAsync(request, bucket),
        ("multipart", _) => MultipartAsync(request, bucket),
        ("resumable", _) => BeginAsync(request, bucket),
        _ => throw StorageException.Invalid("Expected uploadType=media, multipart or resumable."),
    };

    public async Task ContinueAsync(StorageRequest request)
    {
        Unlimit(request);
        var id = request.Text("upload_id") ?? "";
        if (!_sessions.TryGetValue(id, out var session))
            throw new StorageException(404, "notFound", "The upload session is unknown: it was abandoned, or the server was started anew.");
        try
        {
            if (await session.ReceiveAsync(request.Context.Request, request.Aborted) is { } version)
            {
                await StorageReply.WriteAsync(request, version);
                return;
            }
        }
        catch (StorageException fault) when (fault.Status == 412)
        {
            await ForgetAsync(id);
            throw;
        }
        request.Context.Response.StatusCode = 308;
        if (session.Received > 0) request.Context.Response.Headers.Range = $"bytes=0-{session.Received - 1}";
    }

    public async Task AbandonAsync(StorageRequest request)
    {
        await ForgetAsync(request.Text("upload_id") ?? "");
        request.Context.Response.StatusCode = 499; // what Cloud Storage answers to a session cancelled
    }

    private async Task MediaAsync(StorageRequest request, string bucket)
    {
        Unlimit(request);
        using var metadata = UploadMetadata.Parse(default);
        var (name, options) = UploadMetadata.Read(request, metadata, request.Context.Request.ContentType);
        await using var staged = store.Stage();
        await staged.AppendAsync(request.Context.Request.Body, request.Aborted);
        await FinishAsync(request, bucket, name, staged, options);
    }

    private async Task MultipartAsync(StorageRequest request, string bucket)
    {
        Unlimit(request);
        await using var staged = store.Stage();
        var (json, contentType) = await new MultipartBody(request.Context.Request.ContentType, request.Context.Request.BodyReader)
            .ReadAsync(staged, request.Aborted);
        using var metadata = json;
        var (name, options) = UploadMetadata.Read(request, metadata, contentType);
        await FinishAsync(request, bucket, name, staged, options);
    }

    private async Task FinishAsync(StorageRequest request, string bucket, string name, StagedFile staged, PutOptions options)
    {
        await StorageReply.WriteAsync(request, await store.CommitAsync(bucket, name, staged, options, request.Aborted) ?? throw StorageException.ConditionNotMet());
    }

    private async Task BeginAsync(StorageRequest request, string bucket)
    {
        using var metadata = await UploadMetadata.ParseAsync(request.Context.Request, request.Aborted);
        var (name, options) = UploadMetadata.Read(request, metadata, request.Context.Request.Headers["X-Upload-Content-Type"]);
        if (await store.BucketAsync(bucket, request.Aborted) is null) throw StorageException.NoBucket(bucket);
        if (await store.IsTooLateAsync(bucket, name, options.Preconditions, request.Aborted)) throw StorageException.ConditionNotMet();
        var id = Guid.NewGuid().ToString("N");
        _sessions[id] = new UploadSession<ObjectResource>(store.Stage(), async (staged, cancellationToken) =>
            await store.CommitAsync(bucket, name, staged, options, cancellationToken) ?? throw StorageException.ConditionNotMet());
        request.Context.Response.Headers.Location = $"{request.Root}{request.Service}/b/{bucket}/o?uploadType=resumable&upload_id={id}";
        request.Context.Response.Headers["X-GUploader-UploadID"] = id;
    }

    private async Task ForgetAsync(string id)
    {
        if (_sessions.TryRemove(id, out var session)) await session.DisposeAsync();
    }

    private static void Unlimit(StorageRequest request)
    {
        if (request.Context.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } limit) limit.MaxRequestBodySize = null;
    }
}
