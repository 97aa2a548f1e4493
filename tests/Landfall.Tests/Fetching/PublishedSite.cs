using System.Collections.Concurrent;
using System.Globalization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Landfall.Tests.Fetching;

/// <summary>A web server with one file, which misbehaves as it is told.</summary>
internal sealed class PublishedSite : IAsyncDisposable
{
    private readonly WebApplication _app;
    private int _requests;

    private PublishedSite(WebApplication app) => _app = app;

    public Uri Address => new(_app.Urls.Single());

    /// <summary>What was asked, as <c>path range if-range if-none-match</c>; <c>-</c> where there is none.</summary>
    public ConcurrentQueue<string> Requests { get; } = new();

    public byte[] Content { get; set; } = [];

    public string? ETag { get; set; } = "\"1\"";

    public string ContentType { get; set; } = "text/csv";

    /// <summary>Further headers of the answer.</summary>
    public Dictionary<string, string> Headers { get; } = [];

    /// <summary>Whether ranges are answered with ranges.</summary>
    public bool Ranges { get; set; } = true;

    /// <summary>Whether the length is said; otherwise the body comes in chunks.</summary>
    public bool SaysLength { get; set; } = true;

    /// <summary>How many bytes more than there are the length says.</summary>
    public int Exaggerates { get; set; }

    /// <summary>Of the n-th request, from 1: after how many bytes the connection breaks; null lets it be.</summary>
    public Func<int, int?> Cut { get; set; } = _ => null;

    /// <summary>Answers the n-th request in its own way; false leaves it to the site.</summary>
    public Func<int, HttpContext, Task<bool>> Answer { get; set; } = (_, _) => Task.FromResult(false);

    public static async Task<PublishedSite> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Logging.ClearProviders();
        var app = builder.Build();
        var site = new PublishedSite(app);
        app.Run(site.ServeAsync);
        await app.StartAsync();
        return site;
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    private async Task ServeAsync(HttpContext context)
    {
        var number = Interlocked.Increment(ref _requests);
        var (asked, answer) = (context.Request.Headers, context.Response);
        Requests.Enqueue(string.Join(' ', ((string?[])[context.Request.Path + context.Request.QueryString, asked.Range, asked.IfRange, asked.IfNoneMatch]).Select(text => string.IsNullOrEmpty(text) ? "-" : text)));
        if (await Answer(number, context)) return;
        var (content, etag) = (Content, ETag);
        if (etag is not null)
        {
            answer.Headers.ETag = etag;
            if (asked.IfNoneMatch == etag)
            {
                answer.StatusCode = 304;
                return;
            }
        }
        foreach (var (name, value) in Headers) answer.Headers[name] = value;
        answer.ContentType = ContentType;
        var from = Ranges && asked.Range is [{ } range] && (asked.IfRange.Count == 0 || asked.IfRange == etag) ? int.Parse(range["bytes=".Length..^1], CultureInfo.InvariantCulture) : 0;
        if (from > 0)
        {
            answer.StatusCode = from < content.Length ? 206 : 416;
            if (from >= content.Length) return;
            answer.Headers.ContentRange = $"bytes {from}-{content.Length - 1}/{(SaysLength ? content.Length + Exaggerates : "*")}";
        }
        if (SaysLength) answer.ContentLength = content.Length - from + Exaggerates;
        var cut = Cut(number);
        await answer.Body.WriteAsync(content.AsMemory(from, Math.Min(cut ?? int.MaxValue, content.Length - from)));
        await answer.Body.FlushAsync();
        if (cut is null) return;
        // What is on its way may arrive: a connection that is reset takes it along.
        await Task.Delay(20);
        context.Abort();
    }
}
