using System.Collections.Concurrent;
using System.Text;
using System.Text.Json.Nodes;
using Landfall.Cloud;
using Landfall.Contracts;
using Landfall.Events;
using Landfall.Functions;
using Landfall.Hosting;
using Landfall.Local.Bloomreach;
using Landfall.Runs;
using Landfall.Tests.Contracts;
using Landfall.Tests.Local.Storage;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Shouldly;

namespace Landfall.Tests.Exporting;

/// <summary>The function <see cref="CustomerExport"/>, the stand-in it exports from, a bucket of the local Cloud Storage, and a Pub/Sub that keeps what it is sent.</summary>
internal sealed class ExportWorld : IAsyncDisposable
{
    public const string Run = "customers-20240105T060000Z";

    private readonly WebApplication _app;
    private readonly StorageServer _storage;
    private int _publishes;

    private ExportWorld(WebApplication app, StorageServer storage, StandIn bloomreach, string prefix) => (_app, _storage, Bloomreach, Prefix) = (app, storage, bloomreach, prefix);

    public StandIn Bloomreach { get; }

    public string Prefix { get; }

    public Uri Address => new(_app.Urls.Single());

    /// <summary>Answers the export itself; null leaves it to the stand-in.</summary>
    public Func<HttpContext, Task>? Answer { get; set; }

    /// <summary>All that was published, in its order; a run of many rows keeps too much.</summary>
    public ConcurrentQueue<RunMessage> Published { get; } = new();

    /// <summary>The same as text.</summary>
    public ConcurrentQueue<string> Texts { get; } = new();

    /// <summary>Takes what is published instead.</summary>
    public Action<RunMessage>? Take { get; set; }

    /// <summary>The status of the n-th publish request, from 1.</summary>
    public Func<int, int> PublishStatus { get; set; } = _ => 200;

    /// <summary>Everything that was logged, at any level.</summary>
    public LogKeeper Log { get; } = new();

    public BloomreachAccount? Account { get; set; }

    public Settings Settings { get; set; } = new();

    public TimeProvider Clock { get; set; } = new HurriedTime();

    public static async Task<ExportWorld> CreateAsync(StorageServer storage, int customers)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Limits.MaxRequestBodySize = null);
        builder.Logging.ClearProviders();
        var app = builder.Build();
        var bloomreach = new StandIn(customers, TimeProvider.System);
        var prefix = (await storage.BucketAsync()) + "-";
        (await storage.Store.CreateBucketAsync(prefix + "exports", CancellationToken.None)).ShouldBeTrue();
        var world = new ExportWorld(app, storage, bloomreach, prefix);
        app.Use(async (context, next) =>
        {
            if (world.Answer is { } answer && context.Request.Path.StartsWithSegments(StandIn.Path, StringComparison.Ordinal)) await answer(context);
            else await next(context);
        });
        bloomreach.Map(app);
        app.MapPost("/v1/projects/p/topics/customers:publish", world.PublishAsync);
        await app.StartAsync();
        world.Account = StandIn.Account(world.Address);
        return world;
    }

    /// <summary>Answers every export with these bytes.</summary>
    public void Serve(string body) => Serve(Encoding.UTF8.GetBytes(body));

    public void Serve(byte[] body) => Answer = context => context.Response.Body.WriteAsync(body).AsTask();

    /// <summary>One tick of the contract's.</summary>
    public async Task TickAsync(string due = "2024-01-05T06:00:00Z", string job = "customers", Uri? storage = null, CancellationToken cancellationToken = default)
    {
        using var folder = new ContractFolder().With("customers");
        var contract = folder.Read().All[0] with { Topic = "customers", Export = ExportKind.Bloomreach };
        var settings = Settings with { BucketPrefix = Prefix };
        using var http = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false }) { Timeout = Timeout.InfiniteTimeSpan };
        var collection = new ServiceCollection()
            .AddLogging(logging => logging.SetMinimumLevel(LogLevel.Trace).AddProvider(Log))
            .AddSingleton(settings).AddSingleton(new ContractSet([contract])).AddSingleton(_storage.Client(storage)).AddSingleton<CustomerExport>()
            .AddSingleton(new BloomreachClient(Account, http, Clock, new Random(1))).AddSingleton(new PubSubClient("p", Address, http, Clock, new Random(1)));
        CustomerExport.Services(collection);
        await using var services = collection.BuildServiceProvider();
        var tick = new TickData(job, DateTimeOffset.Parse(due, System.Globalization.CultureInfo.InvariantCulture));
        await services.GetRequiredService<CustomerExport>().HandleAsync(HandedEvent.Of(new("1", "//test", EventTypes.SchedulerTick, null, tick.ScheduleTime)), tick, cancellationToken);
    }

    /// <summary>A tick that fails before anything is made or published.</summary>
    public async Task<RetryException> FailAsync()
    {
        var fault = await Should.ThrowAsync<RetryException>(() => TickAsync());
        (await ObjectsAsync()).ShouldBeEmpty();
        Published.ShouldBeEmpty();
        return fault;
    }

    /// <summary>The live objects' names.</summary>
    public async Task<List<StoredObject>> ObjectsAsync()
    {
        var objects = new List<StoredObject>();
        await foreach (var one in _storage.Client().ListAsync(Prefix + "exports")) objects.Add(one);
        return objects;
    }

    /// <summary>An object that somebody else has put there.</summary>
    public Task WriteAsync(string content) => _storage.Client().WriteAsync(Prefix + "exports", $"customers/{Run}.json", Encoding.UTF8.GetBytes(content), "application/json");

    /// <summary>The bytes of the run's object.</summary>
    public async Task<byte[]> ReadAsync()
    {
        var only = (await ObjectsAsync()).ShouldHaveSingleItem();
        await using var stream = (await _storage.Client().OpenReadAsync(only)).ShouldNotBeNull();
        using var bytes = new MemoryStream();
        await stream.CopyToAsync(bytes);
        return bytes.ToArray();
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    private async Task PublishAsync(HttpContext context)
    {
        var status = PublishStatus(Interlocked.Increment(ref _publishes));
        if (status == 0)
        {
            context.Abort();
            return;
        }
        var body = (await JsonNode.ParseAsync(context.Request.Body))!["messages"]!.AsArray();
        context.Response.StatusCode = status;
        if (status != 200) return;
        foreach (var message in body)
        {
            var data = Convert.FromBase64String((string)message!["data"]!);
            var read = RunMessages.Read(data);
            ((string?)message["attributes"]!["landfall-run"]).ShouldBe(read.Run);
            if (Take is { } take)
            {
                take(read);
                continue;
            }
            Published.Enqueue(read);
            Texts.Enqueue(Encoding.UTF8.GetString(data));
        }
        await context.Response.WriteAsJsonAsync(new JsonObject { ["messageIds"] = new JsonArray([.. body.Select((_, i) => (JsonNode)$"{i}")]) });
    }
}
