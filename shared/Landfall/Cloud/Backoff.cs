using System.Net;

namespace Landfall.Cloud;

/// <summary>
/// How long to wait before the next of a few quick attempts: exponential, half of it by chance, or as long as the service says. Real patience is the
/// platform's, which delivers the event again.
/// </summary>
internal sealed class Backoff(TimeProvider clock, Random jitter)
{
    /// <summary>Attempts after the first one that brought nothing.</summary>
    public const int Retries = 4;

    /// <summary>A service that asks for more patience than this is left to the platform.</summary>
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(10);

    private static readonly TimeSpan First = TimeSpan.FromMilliseconds(200);

    private readonly Lock _jitter = new();

    /// <param name="failures">Failures so far, less one.</param>
    /// <param name="response">What was answered, or null.</param>
    public TimeSpan Delay(int failures, HttpResponseMessage? response)
    {
        if (RetryAfter(response) is { } asked) return asked;
        lock (_jitter) return First * Math.Pow(2, failures) * (0.5 + (jitter.NextDouble() / 2));
    }

    public Task WaitAsync(int failures, HttpResponseMessage? response, CancellationToken cancellationToken) =>
        Task.Delay(Delay(failures, response), clock, cancellationToken);

    /// <summary>Whether the service may answer differently soon.</summary>
    public bool IsPassing(HttpResponseMessage response) =>
        response.StatusCode is HttpStatusCode.RequestTimeout or HttpStatusCode.TooManyRequests or >= HttpStatusCode.InternalServerError
        && (RetryAfter(response) ?? TimeSpan.Zero) <= Longest;

    private TimeSpan? RetryAfter(HttpResponseMessage? response) => response?.Headers.RetryAfter switch
    {
        { Delta: { } delta } => delta,
        { Date: { } date } => date - clock.GetUtcNow() is { Ticks: > 0 } wait ? wait : TimeSpan.Zero,
        _ => null,
    };
}
