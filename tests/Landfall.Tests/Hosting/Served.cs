using System.Net;
using System.Net.Http.Headers;
using System.Text;
using Landfall.Events;
using Landfall.Hosting;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;

namespace Landfall.Tests.Hosting;

/// <summary>A function served by the real host on loopback, with its log in memory.</summary>
internal sealed class Served : IAsyncDisposable
{
    /// <summary>What a storage event that needs nothing else is made of.</summary>
    public const string Resource = """{"bucket":"drop-zone","name":"people/people_20260131.csv","generation":"1587627537231057"}""";

    private Served(WebApplication app, LogCapture log) => (App, Log, Client) = (app, log, new() { BaseAddress = new(app.Urls.Single()) });

    public WebApplication App { get; }

    public LogCapture Log { get; }

    public HttpClient Client { get; }

    public static async Task<Served> StartAsync<TData>(
        Func<CloudEvent, TData, CancellationToken, Task> handle, Settings? settings = null, Action<IServiceCollection>? services = null)
        where TData : class
    {
        var log = new LogCapture();
        var app = FunctionHost.Build<TestFunction<TData>, TData>((settings ?? new()) with { Port = 0 }, IPAddress.Loopback, collection =>
        {
            collection.AddSingleton(handle);
            log.Register(collection);
            services?.Invoke(collection);
        });
        await app.StartAsync();
        return new(app, log);
    }

    public Task<HttpResponseMessage> PostAsync(string body, string path = "/", string? token = null)
    {
        var request = new HttpRequestMessage(HttpMethod.Post, path) { Content = new StringContent(body, Encoding.UTF8, "application/json") };
        if (token is not null) request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        return Client.SendAsync(request);
    }

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await App.DisposeAsync();
    }
}
