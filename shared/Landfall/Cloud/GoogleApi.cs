using System.Net;
using System.Text.Json;
using Polly;
using Polly.Retry;

namespace Landfall.Cloud;

/// <summary>What Google's REST services have in common: one address, credentials, one quick layer of retries, one shape of error.</summary>
internal sealed class GoogleApi
{
    /// <summary>The hint for 401.</summary>
    public const string UnknownAccount =
        "The service does not know the account that runs this: attach a service account that exists, or renew the credentials.";

    private readonly string _root;
    private readonly string _service;
    private readonly string? _missing;
    private readonly HttpClient _http;
    private readonly AccessTokens _tokens;
    private readonly ResiliencePipeline<HttpResponseMessage> _repeatable;
    private readonly ResiliencePipeline<HttpResponseMessage> _single;

    /// <param name="service">The service's name, for messages.</param>
    /// <param name="scope">The OAuth scope.</param>
    /// <param name="endpoint">Where it answers.</param>
    /// <param name="http">Must not decompress.</param>
    /// <param name="clock">Time.</param>
    /// <param name="jitter">Spreads the retries of many instances.</param>
    /// <param name="missing">The hint for 404.</param>
    public GoogleApi(string service, string scope, Uri endpoint, HttpClient http, TimeProvider clock, Random jitter, string? missing = null)
    {
        (_service, _http, Clock, _missing) = (service, http, clock, missing);
        _root = endpoint.GetLeftPart(UriPartial.Path).TrimEnd('/');
        _tokens = new AccessTokens(endpoint, scope);
        Backoff = new Backoff(clock, jitter);
        _repeatable = Retry(outcome => outcome.Exception is { } e ? IsLost(e, outcome.Cancelled) : Backoff.IsPassing(outcome.Response!));
        // 429 says that nothing was done; after any other failure, something may have been.
        _single = Retry(outcome => outcome.Response?.StatusCode == HttpStatusCode.TooManyRequests && Backoff.IsPassing(outcome.Response));

        ResiliencePipeline<HttpResponseMessage> Retry(Func<(HttpResponseMessage? Response, Exception? Exception, CancellationToken Cancelled), bool> again) =>
            new ResiliencePipelineBuilder<HttpResponseMessage> { TimeProvider = clock }.AddRetry(new RetryStrategyOptions<HttpResponseMessage>
            {
                MaxRetryAttempts = Backoff.Retries,
                ShouldHandle = args => ValueTask.FromResult(again((args.Outcome.Result, args.Outcome.Exception, args.Context.CancellationToken))),
                DelayGenerator = args => ValueTask.FromResult<TimeSpan?>(Backoff.Delay(args.AttemptNumber, args.Outcome.Result)),
                OnRetry = args =>
                {
                    args.Outcome.Result?.Dispose();
                    return ValueTask.CompletedTask;
                },
            }).Build();
    }

    public TimeProvider Clock { get; }

    public Backoff Backoff { get; }

    /// <param name="path">Path and query, percent-encoded already. Sent as it is: <see cref="System.Uri"/> would undo <c>%2E</c>.</param>
    public Uri Uri(string path) => new(_root + path, new UriCreationOptions { DangerousDisablePathAndQueryCanonicalization = true });

    /// <summary>Sends, a few times if need be. The answer is the caller's to judge and to dispose.</summary>
    /// <param name="request">Makes the request anew for each attempt.</param>
    /// <param name="repeatable">Whether sending it twice does no more than sending it once.</param>
    /// <param name="completion">Whether the body belongs to the attempt, or is read by the caller.</param>
    /// <param name="cancellationToken">Ends it at once.</param>
    /// <exception cref="RetryException">No answer came.</exception>
    public async Task<HttpResponseMessage> SendAsync(
        Func<HttpRequestMessage> request, bool repeatable, HttpCompletionOption completion, CancellationToken cancellationToken)
    {
        try
        {
            return await (repeatable ? _repeatable : _single).ExecuteAsync(
                async (send, token) =>
                {
                    using var message = send.request();
                    return await send.api.SendOnceAsync(message, send.completion, token);
                },
                (api: this, request, completion), cancellationToken);
        }
        catch (Exception e) when (IsLost(e, cancellationToken))
        {
            throw Unreachable(e);
        }
    }

    /// <summary>One attempt; throws what <see cref="HttpClient"/> throws.</summary>
    public async Task<HttpResponseMessage> SendOnceAsync(
        HttpRequestMessage request, HttpCompletionOption completion, CancellationToken cancellationToken)
    {
        await _tokens.AuthorizeAsync(request, cancellationToken);
        return await _http.SendAsync(request, completion, cancellationToken);
    }

    /// <summary>Whether the connection failed, rather than the caller giving up.</summary>
    public static bool IsLost(Exception e, CancellationToken cancellationToken) =>
        e is HttpRequestException or IOException or TimeoutException || (e is OperationCanceledException && !cancellationToken.IsCancellationRequested);

    public RetryException Unreachable(Exception? inner) =>
        new($"{_service} at {_root} can not be reached: {inner?.Message ?? "the connection is lost again and again"}", inner: inner);

    /// <summary>Turns an answer that nobody asked for into a verdict.</summary>
    /// <param name="response">The answer.</param>
    /// <param name="doing">What was asked: <c>reading gs://bucket/name</c>.</param>
    /// <param name="permission">What the account needs for it.</param>
    /// <param name="cancellationToken">Ends it at once.</param>
    public async Task<RetryException> RefusedAsync(HttpResponseMessage response, string doing, string permission, CancellationToken cancellationToken)
    {
        var (reason, message) = await ErrorAsync(response, cancellationToken);
        return Refused(response.StatusCode, reason ?? response.ReasonPhrase, message, doing, permission);
    }

    /// <param name="status">The answer's.</param>
    /// <param name="reason">The service's word for it.</param>
    /// <param name="message">The service's message, or null.</param>
    /// <param name="doing">What was asked: <c>reading gs://bucket/name</c>.</param>
    /// <param name="permission">What the account needs for it.</param>
    public RetryException Refused(HttpStatusCode status, string? reason, string? message, string doing, string permission) =>
        new(
            $"{_service} answered {doing} with {(int)status} {reason}{(message is null ? "" : ": " + message)}",
            status switch
            {
                HttpStatusCode.Unauthorized => UnknownAccount,
                HttpStatusCode.Forbidden => $"Grant {permission} to the account that runs this.",
                HttpStatusCode.NotFound => _missing,
                _ => null,
            });

    /// <summary>The reason and the message of an error's answer, each null when it has none.</summary>
    public static async Task<(string? Reason, string? Message)> ErrorAsync(HttpResponseMessage response, CancellationToken cancellationToken)
    {
        try
        {
            return Reason(await response.Content.ReadAsStringAsync(cancellationToken));
        }
        catch (Exception e) when (IsLost(e, cancellationToken))
        {
            return default; // the status alone must do
        }
    }

    private static (string? Reason, string? Message) Reason(string? body)
    {
        if (string.IsNullOrWhiteSpace(body)) return default;
        try
        {
            var error = JsonSerializer.Deserialize(body, StorageJson.Default.Failure)?.Error;
            return (error?.Errors is [{ Reason: { } reason }, ..] ? reason : null, error?.Message);
        }
        catch (JsonException)
        {
            return (null, body.Length <= 300 ? body.Trim() : body[..300] + "…");
        }
    }
}
