using System.Text.Json;

namespace Landfall.Cloud;

/// <summary>
/// The session of a resumable upload (https://cloud.google.com/storage/docs/performing-resumable-uploads, which BigQuery's load jobs follow too). Chunks
/// go up one after the other; of one that a failure broke, the service is asked how much it has. What an answer means is the caller's to judge.
/// </summary>
internal sealed class ResumableUpload(GoogleApi api, Uri session, string contentType)
{
    public Uri Session => session;

    /// <summary>Where uploads of an object begin.</summary>
    public static string Path(string bucket, string name) => $"/upload/storage/v1/b/{Uri.EscapeDataString(bucket)}/o?name={Uri.EscapeDataString(name)}";

    /// <summary>Asks for a session, whose address is the answer's <c>Location</c>.</summary>
    /// <param name="api">The service.</param>
    /// <param name="path">Of the object, perhaps with a precondition.</param>
    /// <param name="contentType">The object's media type.</param>
    /// <param name="metadata">What is noted on the object; null for nothing.</param>
    /// <param name="cancellationToken">Ends it at once.</param>
    /// <exception cref="RetryException">No answer came.</exception>
    public static Task<HttpResponseMessage> BeginAsync(GoogleApi api, string path, string contentType, IReadOnlyDictionary<string, string>? metadata, CancellationToken cancellationToken) =>
        api.SendAsync(
            () =>
            {
                var request = new HttpRequestMessage(HttpMethod.Post, api.Uri(path + "&uploadType=resumable"));
                request.Content = new ByteArrayContent(metadata is null ? [] : JsonSerializer.SerializeToUtf8Bytes(new(metadata), StorageJson.Default.Notes));
                if (metadata is not null) request.Content.Headers.ContentType = new("application/json");
                request.Headers.TryAddWithoutValidation("X-Upload-Content-Type", contentType);
                return request;
            },
            repeatable: true, HttpCompletionOption.ResponseContentRead, cancellationToken);

    /// <param name="answer">308, which here says "resume incomplete".</param>
    /// <returns>Bytes of the whole that the service has.</returns>
    public static long Arrived(HttpResponseMessage answer) =>
        answer.Headers.TryGetValues("Range", out var range) ? long.Parse(range.First().AsSpan("bytes=0-".Length)) + 1 : 0;

    /// <summary>Sends a chunk; after a failure that passes, asks what became of it.</summary>
    /// <param name="chunk">A multiple of 256 KiB, unless it is the last; empty to complete what has arrived already.</param>
    /// <param name="from">Bytes of the whole before it.</param>
    /// <param name="total">Bytes of the whole; null while nobody knows.</param>
    /// <param name="fruitless">Attempts so far that brought nothing on.</param>
    /// <param name="cancellationToken">Ends it at once.</param>
    /// <exception cref="RetryException">No answer came.</exception>
    public async Task<HttpResponseMessage> SendAsync(
        ReadOnlyMemory<byte> chunk, long from, long? total, int fruitless, CancellationToken cancellationToken)
    {
        var sent = await PutAsync(chunk, from, total, cancellationToken);
        if (sent is not null && !api.Backoff.IsPassing(sent)) return sent;
        using (sent)
        {
            await api.Backoff.WaitAsync(fruitless, sent, cancellationToken);
            return await AskAsync(total, cancellationToken);
        }
    }

    /// <returns>Null when the connection was lost.</returns>
    private async Task<HttpResponseMessage?> PutAsync(ReadOnlyMemory<byte> chunk, long from, long? total, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(HttpMethod.Put, session) { Content = new ReadOnlyMemoryContent(chunk) };
        request.Content.Headers.TryAddWithoutValidation("Content-Type", contentType);
        request.Content.Headers.TryAddWithoutValidation(
            "Content-Range", chunk.IsEmpty ? Asking(total) : $"bytes {from}-{from + chunk.Length - 1}/{Total(total)}");
        try
        {
            return await api.SendOnceAsync(request, HttpCompletionOption.ResponseContentRead, cancellationToken);
        }
        catch (Exception e) when (GoogleApi.IsLost(e, cancellationToken))
        {
            return null;
        }
    }

    private Task<HttpResponseMessage> AskAsync(long? total, CancellationToken cancellationToken) =>
        api.SendAsync(
            () =>
            {
                var request = new HttpRequestMessage(HttpMethod.Put, session) { Content = new ByteArrayContent([]) };
                request.Content.Headers.TryAddWithoutValidation("Content-Range", Asking(total));
                return request;
            },
            repeatable: true, HttpCompletionOption.ResponseContentRead, cancellationToken);

    private static string Asking(long? total) => $"bytes */{Total(total)}";

    private static string Total(long? total) => total?.ToString() ?? "*";
}
