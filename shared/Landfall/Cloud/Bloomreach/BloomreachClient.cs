using System.Diagnostics.CodeAnalysis;
using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;

namespace Landfall.Cloud;

/// <summary>
/// Bloomreach Engagement's private API: requests with credentials, patience and words for the operator. Neither the project's token nor the key or its secret
/// stands in anything it says. Safe for concurrent use.
/// </summary>
public sealed class BloomreachClient
{
    private const int MaxErrorBytes = 16 * 1024;

    private readonly BloomreachAccount? _account;
    private readonly HttpClient _http;
    private readonly TimeProvider _clock;
    private readonly Backoff _backoff;

    /// <param name="account">Null when there is none: whoever asks then is told which settings to make.</param>
    /// <param name="http">Must not follow redirections: credentials go where the settings say.</param>
    /// <param name="clock">Time.</param>
    /// <param name="jitter">Spreads the retries of many instances.</param>
    public BloomreachClient(BloomreachAccount? account, HttpClient http, TimeProvider clock, Random jitter) =>
        (_account, _http, _clock, _backoff) = (account, http, clock, new Backoff(clock, jitter));

    private BloomreachAccount Account => _account ?? throw new RetryException(
        "No project at Bloomreach is set", "Set LANDFALL_BLOOMREACH_URL, LANDFALL_BLOOMREACH_PROJECT, LANDFALL_BLOOMREACH_KEY and LANDFALL_BLOOMREACH_SECRET.");

    /// <summary>Opens the export of all customers (https://documentation.bloomreach.com/engagement/reference/export-all-customers-2), which comes as one body.</summary>
    /// <param name="at">When the customers are evaluated, to the second.</param>
    /// <param name="patience">How long to try.</param>
    /// <param name="cancellationToken">Ends it at once.</param>
    /// <returns>The answer's body in <c>table_json</c>: the caller's to judge and to dispose.</returns>
    /// <exception cref="RetryException">It was not begun; the hint says what the operator can do.</exception>
    public Task<Stream> ExportCustomersAsync(DateTimeOffset at, TimeSpan patience, CancellationToken cancellationToken = default) => PostAsync(
        "data/v2", "customers/export", System.Text.Encoding.UTF8.GetBytes($$"""{"format":"table_json","execution_time":{{at.ToUnixTimeSeconds()}}}"""),
        "GDPR > Export customers", patience, cancellationToken);

    /// <summary>Posts what may be posted twice, a few times if need be.</summary>
    /// <param name="api"><c>data/v2</c> or <c>track/v2</c>.</param>
    /// <param name="path">What stands behind the project.</param>
    /// <param name="json">The request's body.</param>
    /// <param name="permission">What the API key needs for it, as Bloomreach's pages name it.</param>
    /// <param name="patience">How long to try: a Retry-After beyond it is left to the platform.</param>
    /// <param name="cancellationToken">Ends it at once.</param>
    /// <returns>The body of an answer with 200, which may still say <c>success: false</c>.</returns>
    /// <exception cref="RetryException">No such answer came; the hint says what the operator can do.</exception>
    [SuppressMessage("Reliability", "CA2000", Justification = "The body's stream holds the answer's connection, and is the caller's.")]
    public async Task<Stream> PostAsync(string api, string path, ReadOnlyMemory<byte> json, string permission, TimeSpan patience, CancellationToken cancellationToken = default)
    {
        var account = Account;
        var started = _clock.GetTimestamp();
        for (var failures = 0; ; failures++)
        {
            HttpResponseMessage? response = null;
            RetryException fault;
            try
            {
                using var request = new HttpRequestMessage(HttpMethod.Post, account.Address(api, path));
                request.Headers.Authorization = account.Authorization;
                request.Content = new ReadOnlyMemoryContent(json) { Headers = { ContentType = new MediaTypeHeaderValue("application/json") } };
                response = await _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken).ConfigureAwait(false);
                if (response.StatusCode == HttpStatusCode.OK) return await response.Content.ReadAsStreamAsync(cancellationToken).ConfigureAwait(false);
                fault = await RefusedAsync(response, permission, cancellationToken).ConfigureAwait(false);
            }
            catch (Exception e) when (GoogleApi.IsLost(e, cancellationToken))
            {
                fault = new RetryException(account.Redact($"{account} can not be reached: {e.Message}"), "Check LANDFALL_BLOOMREACH_URL, if it goes on.");
            }
            using (response)
            {
                var passing = response is null or { StatusCode: HttpStatusCode.RequestTimeout or HttpStatusCode.TooManyRequests or >= HttpStatusCode.InternalServerError };
                // What is asked for too often is given seconds, where a lost connection is given a fraction of one.
                var wait = _backoff.Delay(response?.StatusCode == HttpStatusCode.TooManyRequests ? failures + 3 : failures, response);
                if (!passing || failures == Backoff.Retries || wait > patience - _clock.GetElapsedTime(started)) throw fault;
                await Task.Delay(wait, _clock, cancellationToken).ConfigureAwait(false);
            }
        }
    }

    /// <summary>What an answer's JSON says of its failure (<c>error</c>, a text, or <c>errors</c>, a list or a map of texts), without what is secret; null when it says nothing.</summary>
    /// <param name="json">All of the answer, or only the value of one of the two.</param>
    public string? Explain(ReadOnlyMemory<byte> json)
    {
        try
        {
            using var document = JsonDocument.Parse(json);
            var words = string.Join("; ", Texts(document.RootElement));
            words = Account.Redact(words);
            return words.Length == 0 ? null : words.Length <= 300 ? words : words[..300] + "…";
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            return null;
        }
    }

    /// <summary>Somebody else's text without what is secret.</summary>
    public string Redact(string text) => Account.Redact(text);

    private static IEnumerable<string> Texts(JsonElement element) => element.ValueKind switch
    {
        JsonValueKind.String => [element.GetString()!],
        JsonValueKind.Array => element.EnumerateArray().SelectMany(Texts),
        JsonValueKind.Object when element.TryGetProperty("error", out var error) => Texts(error),
        JsonValueKind.Object when element.TryGetProperty("errors", out var errors) => Texts(errors),
        JsonValueKind.Object => element.EnumerateObject().SelectMany(member => Texts(member.Value)),
        _ => [],
    };

    private async Task<RetryException> RefusedAsync(HttpResponseMessage response, string permission, CancellationToken cancellationToken)
    {
        var words = await WordsAsync(response, cancellationToken).ConfigureAwait(false);
        var asked = response.Headers.RetryAfter is { } after ? $" and asks to wait ({after})" : "";
        return new RetryException(
            $"{Account} answered {(int)response.StatusCode}{asked}{(words is null ? "" : ": " + words)}",
            response.StatusCode switch
            {
                HttpStatusCode.Unauthorized => "It does not know the API key: check LANDFALL_BLOOMREACH_KEY and LANDFALL_BLOOMREACH_SECRET (24 hours after a rotation the old secret is void).",
                HttpStatusCode.Forbidden => $"Give the API key (a private one) the permission {permission}, and check that LANDFALL_BLOOMREACH_PROJECT is its project.",
                HttpStatusCode.NotFound => "Check LANDFALL_BLOOMREACH_URL and LANDFALL_BLOOMREACH_PROJECT.",
                >= HttpStatusCode.MovedPermanently and < HttpStatusCode.BadRequest => "Set LANDFALL_BLOOMREACH_URL to where the API is: credentials follow no redirection.",
                >= HttpStatusCode.BadRequest and < HttpStatusCode.InternalServerError and not (HttpStatusCode.RequestTimeout or HttpStatusCode.TooManyRequests) =>
                    "Bloomreach refuses the request itself; check LANDFALL_BLOOMREACH_URL.",
                _ => null,
            });
    }

    private async Task<string?> WordsAsync(HttpResponseMessage response, CancellationToken cancellationToken)
    {
        try
        {
            var stream = await response.Content.ReadAsStreamAsync(cancellationToken).ConfigureAwait(false);
            await using (stream.ConfigureAwait(false))
            {
                var bytes = new byte[MaxErrorBytes];
                return Explain(bytes.AsMemory(0, await stream.ReadAtLeastAsync(bytes, bytes.Length, throwOnEndOfStream: false, cancellationToken).ConfigureAwait(false)));
            }
        }
        catch (Exception e) when (GoogleApi.IsLost(e, cancellationToken))
        {
            return null; // the status alone must do
        }
    }
}
