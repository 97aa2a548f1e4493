using System.IO.Compression;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core.Features;

namespace Landfall.Local.Storage;

internal sealed class ObjectRequests(ObjectStore store)
{
    /// <summary>https://cloud.google.com/storage/docs/composing-objects</summary>
    private const int MaxComponents = 32;

    public async Task ListAsync(StorageRequest request, string bucket)
    {
        var page = await store.ListAsync(
            bucket,
            new ListOptions(
                request.Text("prefix") ?? "", request.Text("delimiter"), request.Text("pageToken"),
                (int)Math.Clamp(request.Number("maxResults") ?? 1000, 1, 1000), "true".Equals(request.Text("versions"), StringComparison.OrdinalIgnoreCase), request.Text("startOffset") ?? ""),
            request.Aborted);
        var json = new JsonObject
        {
            ["kind"] = "storage#objects",
            ["prefixes"] = new JsonArray([.. page.Prefixes.Select(prefix => JsonValue.Create(prefix))]),
            ["items"] = new JsonArray([.. page.Items.Select(version => StorageReply.Object(version, request.Root))]),
        };
        if (page.NextPageToken is { } token) json["nextPageToken"] = token;
        await StorageReply.WriteAsync(request.Context, json);
    }

    public async Task GetAsync(StorageRequest request, string bucket, string name)
    {
        var version = await store.GetAsync(bucket, name, request.Number("generation"), request.Aborted)
            ?? throw StorageException.NoObject(bucket, name);
        if (!request.Preconditions.Hold(version))
        {
            if (request.Number("ifGenerationNotMatch") != version.Generation) throw StorageException.ConditionNotMet();
            request.Context.Response.StatusCode = 304;
            return;
        }
        await (request.Text("alt") == "media" ? SendAsync(request, version) : StorageReply.WriteAsync(request, version));
    }

    public async Task DeleteAsync(StorageRequest request, string bucket, string name)
    {
        if (!await store.DeleteAsync(bucket, name, request.Number("generation"), request.Preconditions, request.Aborted))
            throw StorageException.NoObject(bucket, name);
        request.Context.Response.StatusCode = 204;
    }

    /// <summary>
    /// Copies in one move. A limit on the bytes per call is honoured on the wire only: the caller asks again with the token until they are all
    /// "rewritten".
    /// </summary>
    public async Task RewriteAsync(StorageRequest request, string bucket, string name, string toBucket, string toName)
    {
        var source = await store.OpenAsync(bucket, name, request.Number("sourceGeneration"), request.Aborted)
            ?? throw StorageException.NoObject(bucket, name);
        await using var content = source.Content;
        var size = source.Version.Size;
        var rewritten = Math.Min(size, (request.Number("rewriteToken") ?? 0) + (request.Number("maxBytesRewrittenPerCall") ?? size));
        var json = new JsonObject
        {
            ["kind"] = "storage#rewriteResponse",
            ["totalBytesRewritten"] = $"{rewritten}",
            ["objectSize"] = $"{size}",
            ["done"] = rewritten == size,
        };
        if (rewritten < size)
        {
            json["rewriteToken"] = $"{rewritten}";
        }
        else
        {
            var options = new PutOptions(source.Version.ContentType, source.Version.ContentEncoding, source.Version.Metadata,
                Preconditions: request.Preconditions);
            var copy = await store.PutAsync(toBucket, toName, content, options, request.Aborted) ?? throw StorageException.ConditionNotMet();
            json["resource"] = StorageReply.Object(copy, request.Root);
        }
        await StorageReply.WriteAsync(request.Context, json);
    }

    /// <summary>Joins objects of one bucket: how gcloud sends a large file, in parts side by side.</summary>
    public async Task ComposeAsync(StorageRequest request, string bucket, string name)
    {
        JsonObject? body;
        try
        {
            body = await JsonBody.ReadAsync(request.Context, JsonBody.Small);
        }
        catch (JsonException)
        {
            throw StorageException.Invalid("The request is not JSON.");
        }
        if (body?["sourceObjects"] is not JsonArray { Count: >= 1 and <= MaxComponents } parts) throw StorageException.Invalid($"sourceObjects names 1 to {MaxComponents} objects.");
        await using var staged = store.Stage();
        foreach (var part in parts)
        {
            if ((part as JsonObject)?["name"] is not JsonValue called || !called.TryGetValue<string>(out var partName)) throw StorageException.Invalid("Each of sourceObjects has a name.");
            StorageNames.RequireObject(partName);
            long? generation = part["generation"] is null ? null : long.TryParse(part["generation"]!.ToString(), out var number) ? number : throw StorageException.Invalid("A generation is a number.");
            var (_, content) = await store.OpenAsync(bucket, partName, generation, request.Aborted) ?? throw StorageException.NoObject(bucket, partName);
            await using (content) await staged.AppendAsync(content, request.Aborted);
        }
        var options = new PutOptions(body["destination"]?["contentType"]?.ToString() ?? "application/octet-stream", Metadata: (body["destination"]?["metadata"] as JsonObject)?.ToJsonString(), Preconditions: request.Preconditions);
        await StorageReply.WriteAsync(request, await store.CommitAsync(bucket, name, staged, options, request.Aborted) ?? throw StorageException.ConditionNotMet());
    }

    private async Task SendAsync(StorageRequest request, ObjectResource version)
    {
        var opened = await store.OpenAsync(version.Bucket, version.Name, version.Generation, request.Aborted)
            ?? throw StorageException.NoObject(version.Bucket, version.Name);
        // A reader that waits for its own warehouse is slow, not gone.
        if (request.Context.Features.Get<IHttpMinResponseDataRateFeature>() is { } rate) rate.MinDataRate = null;
        var headers = request.Context.Response.Headers;
        headers["x-goog-generation"] = $"{version.Generation}";
        headers["x-goog-metageneration"] = "1";
        headers["x-goog-hash"] = $"crc32c={version.Crc32c},md5={version.Md5Hash}";
        headers["x-goog-stored-content-encoding"] = version.ContentEncoding ?? "identity";
        headers["x-goog-stored-content-length"] = $"{version.Size}";
        if (version.ContentEncoding == "gzip"
            && !request.Context.Request.Headers.AcceptEncoding.ToString().Contains("gzip", StringComparison.Ordinal))
        {
            // Decompressive transcoding, as Cloud Storage does it: the whole content whatever the range.
            await using var plain = new GZipStream(opened.Content, CompressionMode.Decompress);
            request.Context.Response.ContentType = version.ContentType;
            await plain.CopyToAsync(request.Context.Response.Body, request.Aborted);
            return;
        }
        if (version.ContentEncoding is { } encoding) headers.ContentEncoding = encoding;
        await Results.Stream(opened.Content, version.ContentType, enableRangeProcessing: true).ExecuteAsync(request.Context);
    }
}
