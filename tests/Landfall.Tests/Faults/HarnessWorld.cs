using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json.Nodes;
using Landfall.Cloud;
using Landfall.Contracts;
using Landfall.Sinks;
using Landfall.Sinks.BigQuery;
using Landfall.Sinks.Postgres;
using Landfall.Tests.Local;
using Npgsql;
using Shouldly;

namespace Landfall.Tests.Faults;

/// <summary>
/// A local cloud in a home of its own, on ports that the system chose, and the deployed function beside it in several processes, with a <see cref="FaultyGateway"/> between. What it destroys is its own.
/// </summary>
internal sealed class HarnessWorld : IAsyncDisposable
{
    private const string Function = "DropZoneLoad";

    private readonly TempFolder _home = new();
    private readonly HttpClient _http = new() { Timeout = TimeSpan.FromMinutes(30) };
    private LocalProcess _local = null!;
    private Uri _cloud = null!;
    private ContractSet _contracts = null!;

    public FaultCounts Counts { get; } = new();

    public List<FunctionProcess> Instances { get; } = [];

    public FaultyGateway Gateway { get; private set; } = null!;

    public NpgsqlDataSource Database { get; private set; } = null!;

    /// <summary>What the local cloud has said.</summary>
    public string Said => _local.Text;

    /// <param name="instances">Processes of the function.</param>
    /// <param name="seed">Of the gateway's faults, and of the local cloud's; null for none.</param>
    /// <param name="death">When a life of a process is to end by itself.</param>
    public static async Task<HarnessWorld> StartAsync(int instances, int? seed, Func<Death?> death)
    {
        var world = new HarnessWorld();
        try
        {
            await world.StartPartsAsync(instances, seed, death);
            return world;
        }
        catch
        {
            await world.DisposeAsync();
            throw;
        }
    }

    /// <summary>Drops a file.</summary>
    /// <returns>It, and the event that tells of it, to be told again.</returns>
    public async Task<(HarnessSource Source, JsonObject Event)> DropAsync(HarnessContract contract, DateOnly date, HarnessFile file)
    {
        var name = contract.NameOf(date);
        using var content = new ByteArrayContent(Encoding.UTF8.GetBytes(file.Csv));
        content.Headers.ContentType = new MediaTypeHeaderValue("text/csv");
        using var response = await _http.PostAsync(new Uri(_cloud, $"/upload/storage/v1/b/drop-zone/o?uploadType=media&name={Uri.EscapeDataString(name)}"), content);
        var resource = (await response.EnsureSuccessStatusCode().Content.ReadFromJsonAsync<JsonObject>())!;
        var version = new StoredObject("drop-zone", name, long.Parse((string)resource["generation"]!), DateTimeOffset.Parse((string)resource["timeCreated"]!), file.Csv.Length);
        return (new(contract, date, version, file), Event(resource));
    }

    /// <summary>What Cloud Storage tells of an object.</summary>
    /// <param name="resource">The object, as its JSON API shows it.</param>
    public static JsonObject Event(JsonObject resource) => new()
    {
        ["data"] = Convert.ToBase64String(Encoding.UTF8.GetBytes(resource.ToJsonString())),
        ["attributes"] = new JsonObject
        {
            ["eventType"] = "OBJECT_FINALIZE", ["bucketId"] = (string)resource["bucket"]!, ["objectId"] = (string)resource["name"]!, ["objectGeneration"] = (string)resource["generation"]!, ["payloadFormat"] = "JSON_API_V1",
        },
    };

    /// <summary>Publishes events again, in this order.</summary>
    public async Task TellAgainAsync(IEnumerable<JsonObject> events)
    {
        using var response = await _http.PostAsJsonAsync(new Uri(_cloud, "/v1/projects/local/topics/storage-drop-zone:publish"), new JsonObject { ["messages"] = new JsonArray([.. events.Select(message => message.DeepClone())]) });
        response.EnsureSuccessStatusCode();
    }

    /// <summary>Hands an event to the first of the processes, past the queue and its patience.</summary>
    /// <returns>The status of the answer.</returns>
    public async Task<int> PushAsync(JsonObject message)
    {
        var push = new JsonObject { ["subscription"] = $"projects/local/subscriptions/{Function}", ["message"] = message.DeepClone() };
        push["message"]!["messageId"] = "1";
        push["message"]!["publishTime"] = "2024-01-01T00:00:00Z";
        using var response = await _http.PostAsJsonAsync(new Uri($"http://127.0.0.1:{Instances[0].Port}/"), push);
        return (int)response.StatusCode;
    }

    /// <summary>Deliveries that are not acknowledged.</summary>
    public Task<long> WaitingAsync() => ScalarAsync("SELECT count(*) FROM local_pubsub.deliveries WHERE subscription LIKE '%/DropZoneLoad'");

    /// <summary>Waits until every delivery is acknowledged.</summary>
    public Task SettledAsync(int seconds) => Until.TrueAsync(async () => await WaitingAsync() == 0, "every delivery is acknowledged", seconds);

    /// <summary>The ledgers' entries that do not add up, as the house itself finds them.</summary>
    public async Task<List<string>> UnbalancedAsync()
    {
        using var postgres = new PostgresSink(Database, id => _contracts[id], TimeSpan.FromMinutes(10));
        using var bigQuery = new BigQuerySink(new BigQueryClient("local", "EU", _cloud, _http, TimeProvider.System, new Random(1)), () => _contracts.All, TimeProvider.System);
        var unbalanced = new List<string>();
        foreach (var contract in _contracts.All)
            unbalanced.AddRange(await (contract.Sink == SinkKind.Postgres ? (IReconciledSink)postgres : bigQuery).FindUnbalancedAsync(contract, DateTimeOffset.UnixEpoch, default));
        return unbalanced;
    }

    public async Task<long> ScalarAsync(string sql)
    {
        await using var command = Database.CreateCommand(sql);
        return (long)(await command.ExecuteScalarAsync())!;
    }

    /// <summary>Compares tables, ledgers, quarantine and receipts with what must be.</summary>
    public async Task CheckAsync(IReadOnlyCollection<HarnessSource> sources) => (await new HarnessCheck(this, _home.Path).FaultsAsync(sources)).ShouldBeEmpty();

    /// <summary>Ends the local cloud in order, so that it tells what its chaos has done.</summary>
    public async Task<string> EndAsync()
    {
        foreach (var instance in Instances) await instance.DisposeAsync();
        await _local.TerminateAsync();
        return _local.Output.LastOrDefault(line => line.StartsWith("chaos", StringComparison.Ordinal)) ?? "";
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var instance in Instances) await instance.DisposeAsync();
        if (Gateway is not null) await Gateway.DisposeAsync();
        if (Database is not null) await Database.DisposeAsync();
        if (_local is not null) await _local.DisposeAsync();
        _http.Dispose();
        _home.Dispose();
    }

    private async Task StartPartsAsync(int instances, int? seed, Func<Death?> death)
    {
        var contracts = Directory.CreateDirectory(_home["contracts"]).FullName;
        foreach (var contract in HarnessContract.All) await File.WriteAllTextAsync(Path.Combine(contracts, $"{contract.Id}.odcs.yaml"), contract.Yaml);
        _contracts = ContractReader.Read(contracts, environment: null);
        string[] options = ["--no-samples", "--port", "0", .. seed is null ? Array.Empty<string>() : ["--chaos", $"{seed}"]];
        _local = LocalProcess.Start(_home.Path, new Dictionary<string, string> { ["LANDFALL_CONTRACTS"] = contracts }, options);
        // It throws when that has ended: nothing else is ever harmed.
        var endpoints = await _local.ReadyAsync();
        _cloud = new Uri((string)endpoints["http"]!);
        var postgres = PostgresUri.Parse((string)endpoints["postgres"]!).ConnectionString;
        Database = NpgsqlDataSource.Create(postgres);
        Gateway = new FaultyGateway(_cloud, Instances, Counts, seed);
        await Gateway.StartAsync();
        var variables = new Dictionary<string, string>
        {
            ["LANDFALL_CONTRACTS"] = contracts, ["LANDFALL_POSTGRES"] = postgres, ["GOOGLE_CLOUD_PROJECT"] = "local",
            ["LANDFALL_STORAGE_ENDPOINT"] = Root(Gateway.Address), ["LANDFALL_BIGQUERY_ENDPOINT"] = Root(Gateway.Address), ["LANDFALL_PUBSUB_ENDPOINT"] = Root(Gateway.Address),
            ["LANDFALL_LANDINGS_TOPIC"] = "landings", ["LANDFALL_TIMEOUT"] = "3600",
        };
        for (var i = 0; i < instances; i++) Instances.Add(new FunctionProcess(Function, variables, Directory.CreateDirectory(_home["notes"]).FullName, death));
        foreach (var instance in Instances) instance.Start();
        await RedirectAsync();
        await Until.TrueAsync(() => Instances.TrueForAll(instance => instance.Ready), "the functions serve", seconds: 60);

        static string Root(Uri address) => address.AbsoluteUri.TrimEnd('/');
    }

    /// <summary>Has the drop zone's events pushed to the gateway, and failed ones soon again.</summary>
    private async Task RedirectAsync()
    {
        var subscription = new Uri(_cloud, $"/v1/projects/local/subscriptions/{Function}");
        using var deleted = await _http.DeleteAsync(subscription);
        deleted.EnsureSuccessStatusCode();
        using var made = await _http.PutAsJsonAsync(subscription, new JsonObject
        {
            ["topic"] = "projects/local/topics/storage-drop-zone",
            ["pushConfig"] = new JsonObject { ["pushEndpoint"] = new Uri(Gateway.Address, "/push").AbsoluteUri },
            ["ackDeadlineSeconds"] = 120,
            ["retryPolicy"] = new JsonObject { ["minimumBackoff"] = "0.1s", ["maximumBackoff"] = "2s" },
            ["deadLetterPolicy"] = new JsonObject { ["deadLetterTopic"] = "projects/local/topics/dead-letters", ["maxDeliveryAttempts"] = 100 },
        });
        made.EnsureSuccessStatusCode();
    }
}
