using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Landfall.Tests.Faults;

/// <summary>
/// Stands between a local cloud and the functions' processes, in both directions: <c>/push</c> hands deliveries to one of them, everything else they ask goes on to the cloud. What goes wrong on the
/// way the seed decides.
/// </summary>
/// <param name="cloud">The local cloud.</param>
/// <param name="instances">Who takes deliveries.</param>
/// <param name="counts">Of what went wrong.</param>
/// <param name="seed">Of the dice; null for a gateway that does its work.</param>
internal sealed class FaultyGateway(Uri cloud, IReadOnlyList<FunctionProcess> instances, FaultCounts counts, int? seed) : IAsyncDisposable
{
    private readonly HttpClient _http = new(new SocketsHttpHandler { UseProxy = false, AllowAutoRedirect = false }) { Timeout = TimeSpan.FromMinutes(10) };
    private readonly CloudFaults _faults = new(counts, seed ?? 0);
    private WebApplication _app = null!;

    public Uri Address => new(_app.Urls.Single());

    /// <summary>Whether anything goes wrong from now on.</summary>
    public bool Faulty { get; set; } = seed is not null;

    /// <summary>An object that nobody keeps; null for none.</summary>
    public GeneratedObject? Generated { get; set; }

    public async Task StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls("http://127.0.0.1:0").ConfigureKestrel(kestrel => kestrel.Limits.MaxRequestBodySize = null);
        builder.Logging.ClearProviders();
        _app = builder.Build();
        _app.Run(context => context.Request.Path.StartsWithSegments("/push", StringComparison.Ordinal) ? PushAsync(context) : AskAsync(context));
        await _app.StartAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await _app.DisposeAsync();
        _http.Dispose();
    }

    private async Task PushAsync(HttpContext context)
    {
        var body = await BodyAsync(context);
        var fault = Faulty ? _faults.OfPush() : null;
        if (fault == HarnessFault.Delay) await _faults.WaitAsync(fault.Value);
        var first = Pick(null);
        var taken = first is null ? 503 : await DeliverAsync(first, body, half: fault == HarnessFault.HalfDelivery, beside: fault == HarnessFault.Doubled ? Pick(first) : null);
        if (fault == HarnessFault.LostVerdict && taken < 300)
        {
            counts.Add(HarnessFault.LostVerdict);
            taken = 502;
        }
        context.Response.StatusCode = taken;
    }

    /// <summary>One that is ready, the idlest first.</summary>
    private FunctionProcess? Pick(FunctionProcess? butNot) => instances.Where(instance => instance.Ready && instance != butNot).MinBy(instance => (instance.Busy, Random.Shared.Next()));

    private async Task<int> DeliverAsync(FunctionProcess to, byte[] body, bool half, FunctionProcess? beside)
    {
        if (beside is not null) counts.Add(HarnessFault.Doubled);
        var answers = await Task.WhenAll([SendAsync(to, body, half), .. beside is null ? Array.Empty<Task<int>>() : [SendAsync(beside, body, half)]]);
        return answers.Max();
    }

    private async Task<int> SendAsync(FunctionProcess to, byte[] body, bool half)
    {
        using var visit = to.Enter();
        using HttpContent content = half ? new HalfContent(body) : new ByteArrayContent(body);
        content.Headers.ContentType = new("application/json");
        try
        {
            using var response = await _http.PostAsync(new Uri($"http://127.0.0.1:{to.Port}/"), content);
            return (int)response.StatusCode;
        }
        catch (Exception e) when (e is HttpRequestException or IOException or OperationCanceledException)
        {
            if (half) counts.Add(HarnessFault.HalfDelivery);
            return 502;
        }
    }

    private async Task AskAsync(HttpContext context)
    {
        if (Generated?.IsMeant(context.Request) is true)
        {
            await Generated.ServeAsync(context);
            return;
        }
        var body = await BodyAsync(context);
        var fault = Faulty ? _faults.OfRequest(context.Request, body) : null;
        if (fault == HarnessFault.Delay) await _faults.WaitAsync(fault.Value);
        if (await _faults.AnswerAsync(context, body, fault)) return;
        try
        {
            using var request = Copy(context, body);
            using var response = await _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, context.RequestAborted);
            if (fault == HarnessFault.LostReply)
            {
                _ = await response.Content.ReadAsByteArrayAsync();
                counts.Add(HarnessFault.LostReply);
                context.Abort();
                return;
            }
            await ReplyAsync(context, response, fault);
        }
        catch (Exception e) when (e is HttpRequestException or IOException or OperationCanceledException)
        {
            context.Abort();
        }
    }

    private HttpRequestMessage Copy(HttpContext context, byte[] body)
    {
        var request = new HttpRequestMessage(new HttpMethod(context.Request.Method), new Uri(cloud, context.Request.Path.ToUriComponent() + context.Request.QueryString.ToUriComponent()));
        if (body.Length > 0 || context.Request.ContentLength == 0) request.Content = new ByteArrayContent(body);
        foreach (var (name, values) in context.Request.Headers)
        {
            if (name is "Connection" or "Transfer-Encoding" or "Content-Length" or "Expect") continue;
            if (!request.Headers.TryAddWithoutValidation(name, values.AsEnumerable())) request.Content?.Headers.TryAddWithoutValidation(name, values.AsEnumerable());
        }
        return request;
    }

    private async Task ReplyAsync(HttpContext context, HttpResponseMessage response, HarnessFault? fault)
    {
        context.Response.StatusCode = (int)response.StatusCode;
        foreach (var (name, values) in response.Headers.Concat(response.Content.Headers))
        {
            if (name is not ("Connection" or "Transfer-Encoding" or "Date" or "Server")) context.Response.Headers[name] = values.ToArray();
        }
        if (fault is HarnessFault.HalfBody or HarnessFault.SlowBody && response.IsSuccessStatusCode)
        {
            var whole = await response.Content.ReadAsByteArrayAsync();
            await context.Response.Body.WriteAsync(whole.AsMemory(0, whole.Length / 2));
            await context.Response.Body.FlushAsync();
            if (fault == HarnessFault.HalfBody)
            {
                counts.Add(HarnessFault.HalfBody);
                context.Abort();
                return;
            }
            await _faults.WaitAsync(HarnessFault.SlowBody);
            await context.Response.Body.WriteAsync(whole.AsMemory(whole.Length / 2));
            return;
        }
        await response.Content.CopyToAsync(context.Response.Body, context.RequestAborted);
    }

    private static async Task<byte[]> BodyAsync(HttpContext context)
    {
        using var body = new MemoryStream();
        await context.Request.Body.CopyToAsync(body);
        return body.ToArray();
    }
}
