using System.Text.RegularExpressions;
using Landfall.Cloud;
using Landfall.Contracts;
using Landfall.Events;
using Landfall.Hosting;
using Landfall.Landings;
using Landfall.Local.Storage;
using Landfall.Sinks;
using Landfall.Sinks.BigQuery;
using Landfall.Sinks.Postgres;
using Landfall.Tests.Local.BigQuery;
using Landfall.Tests.Sinks;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;

namespace Landfall.Tests.Landings;

/// <summary>All that a landing touches, for real: Cloud Storage over HTTP, a Postgres, the contracts of a folder.</summary>
internal sealed class LandingWorld : IAsyncDisposable
{
    private static readonly string[] Buckets = ["catalog", "drop-zone", "matrix", "exports", "rejects", "receipts", "backups"];

    private readonly TempFolder _home = new();
    private readonly HttpClient _http = new();
    private readonly List<IDisposable> _others = [];
    private ContractSet _contracts = null!;
    private Database _database = null!;
    private NpgsqlDataSource _connections = null!;
    private WebApplication _app = null!;
    private ISink _sink = null!;
    private BigQueryServer? _bigQuery;
    private TimeProvider _clock = TimeProvider.System;

    public ObjectStore Store { get; private set; } = null!;

    public CloudStorage Storage { get; private set; } = null!;

    public Lander Lander { get; private set; } = null!;

    /// <summary>What takes the messages of runs.</summary>
    public RunLander Runs { get; private set; } = null!;

    public ContractSet Contracts => _contracts;

    /// <summary>The warehouse.</summary>
    public ISink Sink => _sink;

    /// <summary>For a world that lands in BigQuery.</summary>
    public BigQueryClient BigQuery { get; private set; } = null!;

    /// <summary>What has been asked of BigQuery.</summary>
    public SqlRecorder Recorder { get; } = new();

    public Database Database => _database;

    /// <summary>Where Cloud Storage answers.</summary>
    public Uri Endpoint { get; private set; } = null!;

    /// <summary>Where BigQuery answers, in a world that lands there.</summary>
    public Uri? BigQueryEndpoint => _bigQuery?.Endpoint;

    /// <summary>The contracts as this world has them.</summary>
    public string ContractsFolder => Path.Combine(_home.Path, "contracts");

    /// <param name="contracts">A folder of contracts.</param>
    /// <param name="kind">Where they land, whatever they say.</param>
    /// <param name="clock">What objects and landings go by; null for the machine's.</param>
    /// <param name="sinkClock">What BigQuery's sink goes by; null for the machine's.</param>
    public static async Task<LandingWorld> CreateAsync(string contracts, SinkKind kind = SinkKind.Postgres, TimeProvider? clock = null, TimeProvider? sinkClock = null)
    {
        var world = new LandingWorld { _clock = clock ?? TimeProvider.System };
        world._database = await PostgresServer.CreateDatabaseAsync();
        world._connections = PostgresConnections.Open(world._database.ConnectionString);
        world.Store = new ObjectStore(world._database.DataSource, world._home.Path, world._clock);
        await world.Store.MigrateAsync();
        foreach (var bucket in Buckets) await world.Store.CreateBucketAsync(bucket);
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Logging.ClearProviders();
        world._app = builder.Build();
        StorageEndpoints.Map(world._app, world.Store);
        await world._app.StartAsync();
        world.Endpoint = new Uri(world._app.Urls.Single());
        world.Storage = new CloudStorage(world.Endpoint, world._http, TimeProvider.System, new Random(1));
        var set = world._contracts = world.Read(contracts, kind);
        if (kind == SinkKind.Postgres)
        {
            world._sink = new PostgresSink(world._connections, id => set[id], TimeSpan.FromMinutes(10));
        }
        else
        {
            world._bigQuery = await BigQueryServer.StartAsync(world._database.DataSource, TimeProvider.System, world.Store);
            world.BigQuery = world.NewClient(world.Recorder);
            world._sink = new BigQuerySink(world.BigQuery, () => set.All, sinkClock ?? TimeProvider.System);
        }
        world.Lander = world.NewLander(world._sink);
        world.Runs = new RunLander(set, world.Lander);
        return world;
    }

    /// <summary>Another process that takes the messages of runs.</summary>
    public RunLander AnotherRuns()
    {
        var sink = new BigQuerySink(NewClient(new SocketsHttpHandler()), () => _contracts.All, TimeProvider.System);
        _others.Add(sink);
        return new RunLander(_contracts, NewLander(sink));
    }

    public async Task<IReadOnlyList<string>> QueryAsync(string sql)
    {
        var rows = new List<string>();
        await foreach (var row in BigQuery.QueryAsync($"landfall_test_{Guid.NewGuid():N}", new(sql), default)) rows.Add(string.Join('|', row.Select(cell => cell ?? "∅")));
        return rows;
    }

    private BigQueryClient NewClient(HttpMessageHandler handler)
    {
        var http = new HttpClient(handler);
        _others.Add(http);
        return new("local", "EU", _bigQuery!.Endpoint, http, TimeProvider.System, new Random(_others.Count));
    }

    private Lander NewLander(ISink sink) => NewLander(sink, new(), topics: null, NullLoggerFactory.Instance);

    /// <summary>A lander that tells others, too.</summary>
    public Lander NewLander(Settings settings, PubSubClient? topics, ILoggerFactory logs) => NewLander(_sink, settings, topics, logs);

    private Lander NewLander(ISink sink, Settings settings, PubSubClient? topics, ILoggerFactory logs)
    {
        settings = settings with { StorageEndpoint = Endpoint };
        return new(_contracts, Storage, [sink], settings, _clock, new(settings, topics, _http, _clock, logs), new(new(settings.RunEndpoint, _http, _clock, new Random(2)), Storage, settings, _clock), logs);
    }

    /// <summary>Puts an object and says what its event would.</summary>
    public async Task<StorageObjectData> DropAsync(string bucket, string name, byte[] content)
    {
        var stored = await Storage.WriteAsync(bucket, name, content, "text/csv");
        return Event(stored!);
    }

    /// <summary>The contracts, with their tables in the other warehouse if need be.</summary>
    private ContractSet Read(string contracts, SinkKind kind)
    {
        var folder = Directory.CreateDirectory(Path.Combine(_home.Path, "contracts")).FullName;
        foreach (var file in Directory.EnumerateFiles(contracts))
        {
            var text = File.ReadAllText(file);
            if (kind == SinkKind.BigQuery) text = Regex.Replace(text, "type: postgres, host: landfall, port: 5432, database: landfall, schema: ", "type: bigquery, project: local, dataset: ");
            else if (text.Contains("type: bigquery", StringComparison.Ordinal)) continue;
            File.WriteAllText(Path.Combine(folder, Path.GetFileName(file)), text);
        }
        return ContractReader.Read(folder, environment: null);
    }

    public static StorageObjectData Event(StoredObject version) =>
        new() { Bucket = version.Bucket, Name = version.Name, Generation = version.Generation, TimeCreated = version.TimeCreated, Size = version.Size };

    /// <summary>The bytes of a <c>gs://</c> object.</summary>
    public async Task<byte[]> ReadAsync(string uri)
    {
        var path = uri["gs://".Length..].Split('/', 2);
        await using var stream = await Storage.OpenReadAsync((await Storage.GetAsync(path[0], path[1]))!);
        var bytes = new MemoryStream();
        await stream!.CopyToAsync(bytes);
        return bytes.ToArray();
    }

    /// <summary>The objects that a <c>gs://</c> address with a <c>*</c> means.</summary>
    public async Task<IReadOnlyList<string>> PartsAsync(string uri)
    {
        if (uri.Split('*') is not [var begin, var end]) return [uri];
        var path = begin["gs://".Length..].Split('/', 2);
        return [.. (await NamesAsync(path[0])).Where(n => n.StartsWith(path[1], StringComparison.Ordinal) && n.EndsWith(end, StringComparison.Ordinal)).Select(n => $"gs://{path[0]}/{n}").OrderBy(n => n.Length)];
    }

    /// <summary>The names of a bucket's objects.</summary>
    public async Task<List<string>> NamesAsync(string bucket)
    {
        var names = new List<string>();
        await foreach (var version in Storage.ListAsync(bucket)) names.Add(version.Name);
        return names;
    }

    /// <summary>How many objects are still arriving.</summary>
    public int Arriving() => Directory.Exists(Path.Combine(_home.Path, "uploads")) ? Directory.GetFiles(Path.Combine(_home.Path, "uploads")).Length : 0;

    public async ValueTask DisposeAsync()
    {
        await _app.DisposeAsync();
        ((IDisposable)_sink).Dispose();
        foreach (var other in _others) other.Dispose();
        Recorder.Dispose();
        if (_bigQuery is not null) await _bigQuery.DisposeAsync();
        await _connections.DisposeAsync();
        await _database.DisposeAsync();
        _http.Dispose();
        _home.Dispose();
    }
}
