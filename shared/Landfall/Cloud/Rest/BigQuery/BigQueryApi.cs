using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace Landfall.Cloud;

/// <summary>
/// Requests to BigQuery and its answers. Every request is sent again after a lost reply: what makes that harmless (a job's id, an etag, what stands
/// already) is in the request.
/// </summary>
internal sealed class BigQueryApi(string project, string location, Uri endpoint, HttpClient http, TimeProvider clock, Random jitter)
{
    public string Project { get; } = project;

    public string Location { get; } = location;

    public GoogleApi Google { get; } = new("BigQuery", "https://www.googleapis.com/auth/bigquery", endpoint, http, clock, jitter);

    /// <summary>The path of what is in the project.</summary>
    /// <param name="rest">Percent-encoded, with its query.</param>
    public string Path(string rest) => $"/bigquery/v2/projects/{Uri.EscapeDataString(Project)}/{rest}";

    /// <summary>Sends; after a rate limit, a few times more.</summary>
    /// <param name="method">GET, POST, PATCH or DELETE.</param>
    /// <param name="path">With its query, percent-encoded.</param>
    /// <param name="body">JSON; null for none.</param>
    /// <param name="ifMatch">The etag that must still be the resource's; null for any.</param>
    /// <param name="cancellationToken">Ends it at once.</param>
    /// <exception cref="RetryException">No answer came.</exception>
    public Task<HttpResponseMessage> SendAsync(
        HttpMethod method, string path, ReadOnlyMemory<byte>? body, string? ifMatch, CancellationToken cancellationToken) =>
        SendAsync(
            () =>
            {
                var request = new HttpRequestMessage(method, Google.Uri(path));
                if (body is { } json) request.Content = Json(json);
                if (ifMatch is not null) request.Headers.TryAddWithoutValidation("If-Match", ifMatch);
                return request;
            },
            cancellationToken);

    /// <param name="request">Makes the request anew for each attempt.</param>
    /// <inheritdoc cref="SendAsync(HttpMethod,string,ReadOnlyMemory{byte}?,string?,CancellationToken)"/>
    public async Task<HttpResponseMessage> SendAsync(Func<HttpRequestMessage> request, CancellationToken cancellationToken)
    {
        for (var refusals = 0; ; refusals++)
        {
            var response = await Google.SendAsync(request, repeatable: true, HttpCompletionOption.ResponseContentRead, cancellationToken);
            // Lost connections, 429 and 5xx have had their attempts; a rate limit may also come as 403.
            if (response.StatusCode is not (HttpStatusCode.Forbidden or HttpStatusCode.BadRequest) || refusals == Backoff.Retries) return response;
            var (reason, _) = await GoogleApi.ErrorAsync(response, cancellationToken);
            if (reason is null || !BigQueryReasons.IsPassing(reason, 0)) return response;
            response.Dispose();
            await RestAsync(refusals, cancellationToken);
        }
    }

    /// <summary>After a rate limit: seconds, where a lost connection is given a fraction of one.</summary>
    /// <param name="refusals">So far, less one.</param>
    public Task RestAsync(int refusals, CancellationToken cancellationToken) => Google.Backoff.WaitAsync(refusals + 3, null, cancellationToken);

    /// <summary>Sends a job that travels without data.</summary>
    public async Task<JobSubmission> InsertJobAsync(ReadOnlyMemory<byte> body, BigQueryOperation operation, CancellationToken cancellationToken)
    {
        using var response = await SendAsync(HttpMethod.Post, Path("jobs"), body, null, cancellationToken);
        if (response.IsSuccessStatusCode) return new JobSubmission(await ReadAsync(response, operation, BigQueryJson.Default.Job, cancellationToken));
        var refused = await RefusedAsync(response, operation, cancellationToken);
        return new JobSubmission(null, refused, Again: response.StatusCode == HttpStatusCode.Conflict);
    }

    /// <returns>Null when BigQuery does not know it.</returns>
    public async Task<BigQueryReplies.Job?> GetJobAsync(string id, BigQueryOperation operation, CancellationToken cancellationToken)
    {
        var path = Path($"jobs/{Uri.EscapeDataString(id)}?location={Uri.EscapeDataString(Location)}");
        using var response = await SendAsync(HttpMethod.Get, path, null, null, cancellationToken);
        if (response.StatusCode == HttpStatusCode.NotFound) return null;
        var asking = new BigQueryOperation($"asking for job {id} ({operation.Doing})", "bigquery.jobs.get");
        return await ReadAsync(response, asking, BigQueryJson.Default.Job, cancellationToken);
    }

    /// <summary>An answer's content, or the verdict on any other answer.</summary>
    public static async Task<T> ReadAsync<T>(
        HttpResponseMessage response, BigQueryOperation operation, JsonTypeInfo<T> type, CancellationToken cancellationToken)
    {
        if (!response.IsSuccessStatusCode) throw await RefusedAsync(response, operation, cancellationToken);
        try
        {
            return await JsonSerializer.DeserializeAsync(await response.Content.ReadAsStreamAsync(cancellationToken), type, cancellationToken)
                ?? throw new JsonException("null");
        }
        catch (JsonException e)
        {
            throw new RetryException(
                $"BigQuery answered {operation.Doing} with JSON that is none of its own{JsonFault.Place(e)}", "Check LANDFALL_BIGQUERY_ENDPOINT.", e);
        }
    }

    public static async Task<BigQueryException> RefusedAsync(HttpResponseMessage response, BigQueryOperation operation, CancellationToken cancellationToken)
    {
        var (reason, message) = await GoogleApi.ErrorAsync(response, cancellationToken);
        var status = (int)response.StatusCode;
        return operation.Refused(reason ?? BigQueryReasons.Of(status), message ?? response.ReasonPhrase, status);
    }

    public static HttpContent Json(ReadOnlyMemory<byte> json) =>
        new ReadOnlyMemoryContent(json) { Headers = { ContentType = new MediaTypeHeaderValue("application/json") } };
}
