using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;

namespace Landfall.Tests.Reports;

/// <summary>Stands before a BigQuery and, while it is told to, keeps what is uploaded without an answer.</summary>
internal sealed class StuckBigQuery : IAsyncDisposable
{
    private readonly HttpClient _http = new(new SocketsHttpHandler { UseProxy = false, AllowAutoRedirect = false });
    private readonly WebApplication _app;
    private readonly Uri _to;

    public StuckBigQuery(Uri to)
    {
        _to = to;
        var builder = WebApplication.CreateEmptyBuilder(new());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0));
        _app = builder.Build();
        _app.Run(PassAsync);
    }

    public Uri Endpoint => new(_app.Urls.Single());

    /// <summary>Whether uploads are kept.</summary>
    public bool IsStuck { get; set; }

    /// <summary>Set when an upload has come that is kept.</summary>
    public TaskCompletionSource Kept { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public Task StartAsync() => _app.StartAsync();

    public async ValueTask DisposeAsync()
    {
        await _app.DisposeAsync();
        _http.Dispose();
    }

    private async Task PassAsync(HttpContext context)
    {
        if (IsStuck && context.Request.Method == HttpMethods.Put)
        {
            Kept.TrySetResult();
            await Task.Delay(Timeout.Infinite, context.RequestAborted).ContinueWith(_ => { }, TaskScheduler.Default);
            return;
        }
        using var request = new HttpRequestMessage(new(context.Request.Method), new Uri(_to, context.Request.Path + context.Request.QueryString));
        using var body = new MemoryStream();
        await context.Request.Body.CopyToAsync(body);
        request.Content = new ByteArrayContent(body.ToArray());
        foreach (var (name, value) in context.Request.Headers.Where(header => header.Key is not ("Host" or "Transfer-Encoding")))
        {
            if (!request.Headers.TryAddWithoutValidation(name, value.ToArray())) request.Content.Headers.TryAddWithoutValidation(name, value.ToArray());
        }
        using var response = await _http.SendAsync(request);
        context.Response.StatusCode = (int)response.StatusCode;
        foreach (var (name, value) in response.Headers.Concat(response.Content.Headers).Where(header => header.Key != "Transfer-Encoding"))
            // The upload goes on where it began: through here.
            context.Response.Headers[name] = value.Select(text => name == "Location" ? text.Replace(_to.Authority, Endpoint.Authority, StringComparison.Ordinal) : text).ToArray();
        await response.Content.CopyToAsync(context.Response.Body);
    }
}
