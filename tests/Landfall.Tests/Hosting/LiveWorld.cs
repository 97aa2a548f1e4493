using System.Collections.Concurrent;
using System.Text;
using Landfall.Cloud;
using Landfall.Hosting;
using Landfall.Local.Storage;
using Landfall.Tests.Landings;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Landfall.Tests.Hosting;

/// <summary>Contracts in a bucket that can be taken away, a database to land in, and a clock that a test may push on.</summary>
internal sealed class LiveWorld : IAsyncDisposable
{
    public const string Contracts = "gs://config/contracts";

    private readonly List<WebApplication> _apps = [];
    private readonly ConcurrentQueue<string> _asked = new();

    public LandingWorld Landing { get; private set; } = null!;

    public LogCapture Log { get; } = new();

    public PushedTime Time { get; } = new();

    public Settings Settings { get; private set; } = null!;

    /// <summary>Whether the bucket of contracts is forbidden to everybody.</summary>
    public bool Closed { get; set; }

    /// <summary>How often the bucket of contracts was listed.</summary>
    public int Listings => _asked.Count(path => path.Contains("/b/config/o?", StringComparison.Ordinal));

    public static async Task<LiveWorld> StartAsync()
    {
        var world = new LiveWorld { Landing = await LandingWorld.CreateAsync(Repository.Path("shared/contracts")) };
        await world.Landing.Store.CreateBucketAsync("config");
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Logging.ClearProviders();
        var storage = builder.Build();
        world._apps.Add(storage);
        storage.Use(async (context, next) =>
        {
            world._asked.Enqueue($"{context.Request.Path}{context.Request.QueryString}");
            if (world.Closed && context.Request.Path.StartsWithSegments("/storage/v1/b/config", StringComparison.Ordinal)) context.Response.StatusCode = StatusCodes.Status403Forbidden;
            else await next();
        });
        storage.UseRouting();
        StorageEndpoints.Map(storage, world.Landing.Store);
        await storage.StartAsync();
        world.Settings = new() { Port = 0, Contracts = Contracts, StorageEndpoint = new(storage.Urls.Single()), Postgres = world.Landing.Database.ConnectionString };
        return world;
    }

    /// <summary>Serves a function until the test ends.</summary>
    public async Task<HttpClient> ServeAsync(WebApplication app)
    {
        _apps.Add(app);
        await app.StartAsync();
        return new() { BaseAddress = new(app.Urls.Single()), Timeout = TimeSpan.FromSeconds(30) };
    }

    public Task<StoredObject?> PutAsync(string name, string text) => Landing.Storage.WriteAsync("config", $"contracts/{name}", Encoding.UTF8.GetBytes(text), "application/yaml");

    /// <summary>Puts contracts of the house.</summary>
    public async Task PutHouseAsync(params string[] ids)
    {
        foreach (var id in ids) await PutAsync($"{id}.odcs.yaml", await File.ReadAllTextAsync(Repository.Path($"shared/contracts/{id}.odcs.yaml")));
    }

    public int Lines(string severity) => Log.Lines.Count(line => line.GetProperty("severity").GetString() == severity);

    public async ValueTask DisposeAsync()
    {
        foreach (var app in Enumerable.Reverse(_apps)) await app.DisposeAsync();
        await Landing.DisposeAsync();
        Log.Dispose();
    }

    /// <summary>The machine's clock, and what a test adds to it.</summary>
    internal sealed class PushedTime : TimeProvider
    {
        private long _pushed;

        public void Push(TimeSpan by) => Interlocked.Add(ref _pushed, (long)(by.TotalSeconds * TimestampFrequency));

        public override long GetTimestamp() => base.GetTimestamp() + Interlocked.Read(ref _pushed);
    }
}
