using System.Globalization;
using System.Net;
using System.Runtime.CompilerServices;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace Landfall.Cloud;

/// <summary>
/// Cloud Storage over its JSON API: only what Landfall does with it. What is ordinary (an object that is not there, a precondition that does
/// not hold) is a null; everything else that goes wrong is a <see cref="RetryException"/> with the service's own status and reason. Safe for concurrent use.
/// </summary>
public sealed class CloudStorage
{
    private readonly GoogleApi _api;

    /// <param name="endpoint">Where it answers. Credentials (Google's application default) are sent over https only.</param>
    /// <param name="http">Shared by whoever likes; must not decompress, which is <see cref="HttpClient"/>'s default.</param>
    /// <param name="clock">Time.</param>
    /// <param name="jitter">Spreads the retries of many instances.</param>
    public CloudStorage(Uri endpoint, HttpClient http, TimeProvider clock, Random jitter) =>
        _api = new GoogleApi(
            "Cloud Storage", "https://www.googleapis.com/auth/devstorage.read_write", endpoint, http, clock, jitter,
            missing: "Create the bucket, or check its name and LANDFALL_BUCKET_PREFIX.");

    /// <returns>The version of that generation, live or not; without a generation the live one; null when there is none.</returns>
    public async Task<StoredObject?> GetAsync(string bucket, string name, long? generation = null, CancellationToken cancellationToken = default)
    {
        using var response = await SendAsync(HttpMethod.Get, ObjectPath(bucket, name, generation), repeatable: true, cancellationToken);
        if (response.StatusCode == HttpStatusCode.NotFound) return null;
        var found = await ReadAsync(response, $"asking for gs://{bucket}/{name}", "storage.objects.get", StorageJson.Default.StorageObject, cancellationToken);
        return found.ToStored();
    }

    /// <summary>
    /// Opens that very version, whatever was written over it since: its bytes as stored, streamed. A lost connection is made good where it broke; to
    /// be read asynchronously.
    /// </summary>
    /// <returns>Null when the version is gone. When it goes later, a read throws <see cref="ObjectGoneException"/>.</returns>
    public async Task<Stream?> OpenReadAsync(StoredObject source, CancellationToken cancellationToken = default)
    {
        var reader = new ObjectReader(_api, _api.Uri(ObjectPath(source.Bucket, source.Name, source.Generation) + "&alt=media"), source);
        if (await reader.OpenAsync(cancellationToken)) return reader;
        await reader.DisposeAsync();
        return null;
    }

    /// <summary>Begins an object, which comes into being by <see cref="ObjectWriter.CompleteAsync"/> only.</summary>
    /// <param name="bucket">The bucket's full name.</param>
    /// <param name="name">The object's name.</param>
    /// <param name="contentType">Its media type.</param>
    /// <param name="ifGenerationMatch">
    /// The generation that must be live when it completes; 0: none. With it, a write up to 1 MiB too survives a lost connection.
    /// </param>
    /// <param name="metadata">What is noted on it (<see cref="StoredObject.Metadata"/>): at most 8 KiB in all; null for nothing.</param>
    public ObjectWriter OpenWrite(
        string bucket, string name, string contentType, long? ifGenerationMatch = null, IReadOnlyDictionary<string, string>? metadata = null) =>
        new(this, _api, bucket, name, contentType, ifGenerationMatch, metadata);

    /// <summary>
    /// Begins an upload for somebody else: whoever has its URL may PUT that one object, in parts and without any other credential, for a week
    /// (https://cloud.google.com/storage/docs/resumable-uploads#session-uris).
    /// </summary>
    /// <returns>The session's URL. A secret: never printed.</returns>
    public async Task<Uri> BeginUploadAsync(string bucket, string name, string contentType, CancellationToken cancellationToken = default)
    {
        using var response = await ResumableUpload.BeginAsync(_api, ResumableUpload.Path(bucket, name), contentType, metadata: null, cancellationToken);
        return response.IsSuccessStatusCode && response.Headers.Location is { } session
            ? session
            : throw await _api.RefusedAsync(response, $"beginning an upload of gs://{bucket}/{name}", ObjectWriter.Permission, cancellationToken);
    }

    /// <returns>The new version; null when the precondition does not hold.</returns>
    /// <inheritdoc cref="OpenWrite"/>
    public async Task<StoredObject?> WriteAsync(
        string bucket, string name, ReadOnlyMemory<byte> content, string contentType, long? ifGenerationMatch = null,
        CancellationToken cancellationToken = default)
    {
        await using var writer = OpenWrite(bucket, name, contentType, ifGenerationMatch);
        await writer.WriteAsync(content, cancellationToken);
        return await writer.CompleteAsync(cancellationToken);
    }

    /// <summary>The live objects whose names begin so, ordered by name.</summary>
    public IAsyncEnumerable<StoredObject> ListAsync(string bucket, string prefix = "", CancellationToken cancellationToken = default) => ListAsync(bucket, prefix, "", cancellationToken);

    /// <summary>The live objects whose names begin so, ordered by name, from a name on.</summary>
    public async IAsyncEnumerable<StoredObject> ListAsync(string bucket, string prefix, string from, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        string? token = null;
        do
        {
            var path = $"/storage/v1/b/{Uri.EscapeDataString(bucket)}/o?prefix={Uri.EscapeDataString(prefix)}"
                + (from.Length == 0 ? "" : $"&startOffset={Uri.EscapeDataString(from)}")
                + (token is null ? "" : $"&pageToken={Uri.EscapeDataString(token)}");
            using var response = await SendAsync(HttpMethod.Get, path, repeatable: true, cancellationToken);
            var page = await ReadAsync(response, $"listing gs://{bucket}/{prefix}", "storage.objects.list", StorageJson.Default.Page, cancellationToken);
            foreach (var item in page.Items ?? []) yield return item.ToStored();
            token = page.NextPageToken;
        }
        while (!string.IsNullOrEmpty(token));
    }

    /// <summary>
    /// Deletes the live object, or for good the version of that generation. Only the latter is tried again after a lost connection: the former could
    /// hit a newer one.
    /// </summary>
    /// <returns>False when there is none (after a lost reply also when the first attempt deleted it).</returns>
    public async Task<bool> DeleteAsync(string bucket, string name, long? generation = null, CancellationToken cancellationToken = default)
    {
        using var response = await SendAsync(HttpMethod.Delete, ObjectPath(bucket, name, generation), generation is not null, cancellationToken);
        if (response.StatusCode == HttpStatusCode.NotFound) return false;
        return response.IsSuccessStatusCode
            ? true
            : throw await _api.RefusedAsync(response, $"deleting gs://{bucket}/{name}", "storage.objects.delete", cancellationToken);
    }

    /// <summary>Copies that very version within the service: a new version with a generation of its own.</summary>
    /// <param name="source">What to copy.</param>
    /// <param name="bucket">Where to.</param>
    /// <param name="name">What to call it there.</param>
    /// <param name="ifGenerationMatch">The generation that must be live there then, 0 for none; null for whatever is.</param>
    /// <param name="cancellationToken">Ends it at once.</param>
    /// <returns>Null when the source (or the bucket) is not there, or the condition does not hold.</returns>
    public async Task<StoredObject?> CopyAsync(StoredObject source, string bucket, string name, long? ifGenerationMatch = null, CancellationToken cancellationToken = default)
    {
        var path = $"{ObjectPath(source.Bucket, source.Name)}/rewriteTo{ObjectPath(bucket, name)["/storage/v1".Length..]}?sourceGeneration={source.Generation}{(ifGenerationMatch is { } live ? string.Create(CultureInfo.InvariantCulture, $"&ifGenerationMatch={live}") : "")}";
        string? token = null;
        while (true)
        {
            var step = path + (token is null ? "" : $"&rewriteToken={Uri.EscapeDataString(token)}");
            using var response = await SendAsync(HttpMethod.Post, step, repeatable: false, cancellationToken);
            if (response.StatusCode is HttpStatusCode.NotFound or HttpStatusCode.PreconditionFailed) return null;
            var rewrite = await ReadAsync(
                response, $"copying {source} to gs://{bucket}/{name}", "storage.objects.get and storage.objects.create", StorageJson.Default.Rewrite, cancellationToken);
            if (rewrite is { Done: true, Resource: { } copy }) return copy.ToStored();
            token = rewrite.RewriteToken ?? throw new RetryException($"Cloud Storage has begun copying {source}, but gave no token to go on with");
        }
    }

    /// <summary>
    /// Joins object versions of one bucket, one behind the other, within the service (https://cloud.google.com/storage/docs/composing-objects). They stay; the new object has no MD5.
    /// </summary>
    /// <param name="parts">1 to 32, all of the bucket.</param>
    /// <param name="name">The new object's name.</param>
    /// <param name="contentType">Its media type.</param>
    /// <returns>Null when there is an object of the name (after a lost reply also when the first attempt made it).</returns>
    public async Task<StoredObject?> ComposeAsync(IReadOnlyList<StoredObject> parts, string name, string contentType, CancellationToken cancellationToken = default)
    {
        var bucket = parts[0].Bucket;
        var body = JsonSerializer.SerializeToUtf8Bytes(
            new([.. parts.Select(part => new StorageReplies.Component(part.Name, part.Generation.ToString(CultureInfo.InvariantCulture)))], new(contentType)), StorageJson.Default.Composition);
        using var response = await _api.SendAsync(
            () => new HttpRequestMessage(HttpMethod.Post, _api.Uri($"{ObjectPath(bucket, name)}/compose?ifGenerationMatch=0"))
            {
                Content = new ByteArrayContent(body) { Headers = { ContentType = new("application/json") } },
            },
            repeatable: true, HttpCompletionOption.ResponseContentRead, cancellationToken);
        if (response.StatusCode == HttpStatusCode.PreconditionFailed) return null;
        var made = await ReadAsync(response, $"composing gs://{bucket}/{name}", "storage.objects.get and storage.objects.create", StorageJson.Default.StorageObject, cancellationToken);
        return made.ToStored();
    }

    /// <summary>An object's answer, or the verdict on any other.</summary>
    internal async Task<T> ReadAsync<T>(
        HttpResponseMessage response, string doing, string permission, JsonTypeInfo<T> type, CancellationToken cancellationToken)
    {
        if (!response.IsSuccessStatusCode) throw await _api.RefusedAsync(response, doing, permission, cancellationToken);
        try
        {
            return await JsonSerializer.DeserializeAsync(await response.Content.ReadAsStreamAsync(cancellationToken), type, cancellationToken)
                ?? throw new JsonException("null");
        }
        catch (JsonException e)
        {
            throw new RetryException(
                $"Cloud Storage answered {doing} with JSON that is none of its own{JsonFault.Place(e)}", "Check LANDFALL_STORAGE_ENDPOINT.", e);
        }
    }

    /// <summary>The name is encoded whole, slashes too.</summary>
    private static string ObjectPath(string bucket, string name, long? generation = null) =>
        $"/storage/v1/b/{Uri.EscapeDataString(bucket)}/o/{Uri.EscapeDataString(name)}" + (generation is { } g ? $"?generation={g}" : "");

    private Task<HttpResponseMessage> SendAsync(HttpMethod method, string path, bool repeatable, CancellationToken cancellationToken) =>
        _api.SendAsync(() => new HttpRequestMessage(method, _api.Uri(path)), repeatable, HttpCompletionOption.ResponseContentRead, cancellationToken);
}
