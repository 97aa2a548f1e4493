using System.Net;
using System.Net.Http.Headers;
using Google.Apis.Http;

namespace Landfall.Cloud;

/// <summary>
/// What Google's REST libraries send through: the client that Landfall is given, its credentials and its few quick retries, as everything else that it sends. Their own retries are
/// off, for two layers of patience multiply; only within a load job's upload the library's own go on.
/// </summary>
/// <param name="api">The service.</param>
/// <param name="repeatable">Whether all of its requests may be sent again after a lost reply.</param>
internal sealed class SharedHttp(GoogleApi api, bool repeatable = false) : HttpClientFactory
{
    protected override HttpMessageHandler CreateHandler(CreateHttpClientArgs args) => new Handler(api, repeatable);

    /// <summary>Marks a request that may be sent again after a lost reply, though its method does not say so.</summary>
    public static readonly HttpRequestOptionsKey<bool> Repeatable = new("landfall.repeatable");

    private const string Begin = "uploadType=resumable";

    private sealed class Handler(GoogleApi api, bool repeatable) : HttpMessageHandler
    {
        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            var query = request.RequestUri!.Query;
            // A part of an upload: whether it arrived is the uploader's to ask.
            if (query.Contains("upload_id=", StringComparison.Ordinal) || request.Method == HttpMethod.Put)
            {
                var watch = UploadWatch.Current.Value;
                watch?.Refusal = null;
                var part = await api.SendOnceAsync(Copy(request, request.Content), HttpCompletionOption.ResponseHeadersRead, cancellationToken).ConfigureAwait(false);
                try
                {
                    if (part.StatusCode == HttpStatusCode.PermanentRedirect) watch?.Continues(part);
                    else if (!part.IsSuccessStatusCode) watch?.Refusal = part;
                    return part;
                }
                catch
                {
                    part.Dispose();
                    throw;
                }
            }
            var body = request.Content is null ? null : await request.Content.ReadAsByteArrayAsync(cancellationToken).ConfigureAwait(false);
            // An answer in JSON belongs to its attempt, to the last byte; content is read, and mended, by whoever asked for it.
            var completion = IsMedia(query) ? HttpCompletionOption.ResponseHeadersRead : HttpCompletionOption.ResponseContentRead;
            var response = await api.SendAsync(() => Copy(request, Again(request, body)), repeatable || IsRepeatable(request, query), completion, cancellationToken).ConfigureAwait(false);
            // Whatever else came in the place of the rest would be taken for it.
            if (response.IsSuccessStatusCode && request.Headers.Range?.Ranges.FirstOrDefault()?.From is { } from && response.Content.Headers.ContentRange?.From != from)
            {
                response.Dispose();
                throw new RetryException($"{request.RequestUri.Host} answered a read from byte {from} on with another range");
            }
            if (response is { IsSuccessStatusCode: true, Headers.Location: { } session } && query.Contains(Begin, StringComparison.Ordinal)) UploadWatch.Current.Value?.Session = session;
            return response;
        }

        /// <summary>Whether sending it twice does no more than sending it once.</summary>
        private static bool IsRepeatable(HttpRequestMessage request, string query) =>
            request.Method == HttpMethod.Get
            || request.Options.TryGetValue(Repeatable, out _)
            || query.Contains(Begin, StringComparison.Ordinal)
            || (request.Method == HttpMethod.Delete && query.Contains("generation=", StringComparison.Ordinal));

        private static bool IsMedia(string query) => query.Contains("alt=media", StringComparison.Ordinal);

        /// <summary>A message is sent once; the libraries' own stays theirs.</summary>
        private static HttpRequestMessage Copy(HttpRequestMessage request, HttpContent? content)
        {
            var copy = new HttpRequestMessage(request.Method, request.RequestUri) { Content = content, Version = request.Version };
            foreach (var (name, values) in request.Headers) copy.Headers.TryAddWithoutValidation(name, values);
            // Else what is stored compressed would come decompressed, without a length and deaf to ranges.
            if (IsMedia(request.RequestUri!.Query)) copy.Headers.AcceptEncoding.Add(new StringWithQualityHeaderValue("gzip"));
            return copy;
        }

        private static ByteArrayContent? Again(HttpRequestMessage request, byte[]? body)
        {
            if (body is null) return null;
            var content = new ByteArrayContent(body);
            foreach (var (name, values) in request.Content!.Headers) content.Headers.TryAddWithoutValidation(name, values);
            return content;
        }
    }
}
