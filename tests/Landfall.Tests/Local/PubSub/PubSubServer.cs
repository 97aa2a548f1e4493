using System.Collections.Concurrent;
using System.Diagnostics;
using System.Text.Json.Nodes;
using Landfall.Local.PubSub;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Landfall.Tests.Local.PubSub;

/// <summary>The local Pub/Sub on a port of its own, beside a receiver at <c>/receive</c> that answers as the test says.</summary>
internal sealed class PubSubServer : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly PushDispatcher _dispatcher;

    private PubSubServer(WebApplication app, MessageQueue queue, PushDispatcher dispatcher)
    {
        (_app, Queue, _dispatcher) = (app, queue, dispatcher);
        Http = new HttpClient { BaseAddress = new Uri(app.Urls.Single()) };
    }

    public HttpClient Http { get; }

    public MessageQueue Queue { get; }

    /// <summary>What was pushed, in the order of arrival, and when.</summary>
    public ConcurrentQueue<(JsonObject Body, long Time)> Received { get; } = new();

    public ConcurrentQueue<Delivery> Buried { get; } = new();

    /// <summary>The receiver's answer.</summary>
    public Func<JsonObject, Task<int>> Answer { get; set; } = _ => Task.FromResult(204);

    public string Receiver => new Uri(Http.BaseAddress!, "/receive").AbsoluteUri;

    public static async Task<PubSubServer> StartAsync(Database database, Chaos? chaos = null, int concurrency = 4)
    {
        var queue = new MessageQueue(database.DataSource, TimeProvider.System);
        await queue.MigrateAsync();
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var app = builder.Build();
        PubSubEndpoints.Map(app, queue);
        PubSubServer? server = null;
        app.MapPost("/receive", async (HttpContext context) =>
        {
            var body = (JsonObject)(await JsonNode.ParseAsync(context.Request.Body))!;
            server!.Received.Enqueue((body, Stopwatch.GetTimestamp()));
            context.Response.StatusCode = await server.Answer(body);
        });
        await app.StartAsync();
        var dispatcher = new PushDispatcher(queue, chaos, TimeProvider.System, concurrency);
        server = new PubSubServer(app, queue, dispatcher);
        dispatcher.Buried = server.Buried.Enqueue;
        dispatcher.Start();
        return server;
    }

    /// <summary>Makes the topic <c>orders</c> and its subscription <c>billing</c>, which pushes to the receiver.</summary>
    public async Task SubscribeAsync(string policy = "")
    {
        await SendAsync(HttpMethod.Put, "/v1/projects/p/topics/orders", "{}");
        await SendAsync(HttpMethod.Put, "/v1/projects/p/subscriptions/billing",
            $$"""{"topic":"projects/p/topics/orders","pushConfig":{"pushEndpoint":"{{Receiver}}"}{{policy}}}""");
    }

    public Task PublishAsync(string text, string topic = "orders") =>
        SendAsync(HttpMethod.Post, $"/v1/projects/p/topics/{topic}:publish",
            $$$"""{"messages":[{"data":"{{{Convert.ToBase64String(System.Text.Encoding.UTF8.GetBytes(text))}}}","attributes":{"kind":"test"}}]}""");

    /// <summary>The answer, which must be a success.</summary>
    public async Task<JsonObject> SendAsync(HttpMethod method, string path, string body)
    {
        using var request = new HttpRequestMessage(method, path) { Content = new StringContent(body, System.Text.Encoding.UTF8, "application/json") };
        using var response = await Http.SendAsync(request);
        var text = await response.Content.ReadAsStringAsync();
        return response.IsSuccessStatusCode
            ? (JsonObject)JsonNode.Parse(text)!
            : throw new HttpRequestException($"{(int)response.StatusCode} {text}", null, response.StatusCode);
    }

    public async ValueTask DisposeAsync()
    {
        await _dispatcher.DisposeAsync();
        await _app.DisposeAsync();
        Http.Dispose();
    }

    public static string Text(JsonObject body) => System.Text.Encoding.UTF8.GetString(Convert.FromBase64String((string)body["message"]!["data"]!));
}
