using System.Net;
using System.Net.Http.Headers;
using Landfall.Hosting;
using Microsoft.Extensions.DependencyInjection;

namespace Landfall.Functions;

/// <summary>The web as contracts may fetch from it: https, and a few redirections to https.</summary>
/// <param name="http">Must neither decompress nor follow redirections.</param>
/// <param name="clock">Time.</param>
/// <param name="mirror">Stands in for scheme and host of every URL; null for none. It may be on plain http, being the operator's own.</param>
public sealed class WebSource(HttpClient http, TimeProvider clock, Uri? mirror)
{
    private const int MaxRedirects = 5;

    /// <summary>A server that says nothing for so long is gone, though nobody said so.</summary>
    private static readonly TimeSpan Stall = TimeSpan.FromSeconds(60);

    public static WebSource Create(IServiceProvider services)
    {
        var handler = new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false, ConnectTimeout = TimeSpan.FromSeconds(10), PooledConnectionLifetime = TimeSpan.FromMinutes(5) };
        return new(new HttpClient(handler) { Timeout = Timeout.InfiniteTimeSpan }, services.GetRequiredService<TimeProvider>(), services.GetRequiredService<Settings>().FetchMirror);
    }

    /// <summary>Sends one request, and those it is redirected to.</summary>
    /// <param name="url">Where to.</param>
    /// <param name="conditions">Adds headers to each.</param>
    /// <param name="cancellationToken">Ends it at once.</param>
    /// <returns>The answer's head, which is the caller's to judge and to dispose.</returns>
    /// <exception cref="RetryException">It is redirected to where nobody follows.</exception>
    internal async Task<HttpResponseMessage> GetAsync(Uri url, Action<HttpRequestHeaders> conditions, CancellationToken cancellationToken)
    {
        var at = mirror is null ? url : new Uri(mirror.GetLeftPart(UriPartial.Path).TrimEnd('/') + url.PathAndQuery);
        for (var redirects = 0; ; redirects++)
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, at);
            request.Headers.UserAgent.Add(new("Landfall", null));
            // The file as it is published: its checksum and its ranges are of that.
            request.Headers.AcceptEncoding.Add(new("identity"));
            conditions(request.Headers);
            var response = await StallingAsync(token => http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, token), cancellationToken);
            if (response.StatusCode is not (HttpStatusCode.MovedPermanently or HttpStatusCode.Found or HttpStatusCode.SeeOther or HttpStatusCode.TemporaryRedirect or HttpStatusCode.PermanentRedirect))
                return response;
            using (response) at = Next(at, response, url, redirects);
        }
    }

    /// <summary>Waits for the server as long as that makes sense, and no longer than the caller does.</summary>
    internal async Task<T> StallingAsync<T>(Func<CancellationToken, Task<T>> wait, CancellationToken cancellationToken)
    {
        using var stall = new CancellationTokenSource(Stall, clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, stall.Token);
        return await wait(either.Token);
    }

    /// <summary>Before another attempt.</summary>
    internal Task PauseAsync(int failures, CancellationToken cancellationToken) => Task.Delay(TimeSpan.FromMilliseconds(200 << failures), clock, cancellationToken);

    private Uri Next(Uri at, HttpResponseMessage response, Uri url, int redirects)
    {
        if (redirects == MaxRedirects) throw new RetryException($"{url.Host} redirects more than {MaxRedirects} times", "Write into 'fetch' where the file is.");
        if (response.Headers.Location is not { } location) throw new RetryException($"{url.Host} answered {(int)response.StatusCode}, and not where to go");
        var next = new Uri(at, location);
        // Not down to http, where anybody could change the file on its way, nor to what is no web at all.
        if (next.Scheme == Uri.UriSchemeHttps || (mirror is not null && next.Scheme == mirror.Scheme && next.Authority == mirror.Authority)) return next;
        throw new RetryException($"{url.Host} redirects to {next.Scheme}://{next.Host}, and only https is followed", "Write into 'fetch' where the file is.");
    }
}
