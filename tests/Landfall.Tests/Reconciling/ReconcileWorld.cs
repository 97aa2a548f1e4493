using System.Globalization;
using System.Text;
using Landfall.Cloud;
using Landfall.Contracts;
using Landfall.Events;
using Landfall.Functions;
using Landfall.Hosting;
using Landfall.Landings;
using Landfall.Reconciling;
using Landfall.Sinks.BigQuery;
using Landfall.Tests.Exporting;
using Landfall.Tests.Landings;
using Microsoft.Extensions.Logging;

namespace Landfall.Tests.Reconciling;

/// <summary>All that <see cref="Reconcile"/> touches, for real, under a clock that a test sets; no event comes unless a test sends it.</summary>
internal sealed class ReconcileWorld : IAsyncDisposable
{
    /// <summary>A day that the contracts' dates are near.</summary>
    public static readonly DateTimeOffset Begin = new(2026, 3, 10, 12, 0, 0, TimeSpan.Zero);

    private readonly ILoggerFactory _logs;

    private ReconcileWorld(LandingWorld landings, SetTime clock, SinkKind kind)
    {
        (Landings, Clock, Kind) = (landings, clock, kind);
        _logs = LoggerFactory.Create(logging => logging.SetMinimumLevel(LogLevel.Trace).AddProvider(Log));
        Settings = new() { StorageEndpoint = landings.Endpoint };
    }

    public LandingWorld Landings { get; }

    public SetTime Clock { get; }

    public SinkKind Kind { get; }

    /// <summary>Everything that was logged, at any level.</summary>
    public LogKeeper Log { get; } = new();

    public Settings Settings { get; set; }

    /// <summary>Null for a world without a project.</summary>
    public PubSubClient? Topics { get; set; }

    public Lander Lander => Landings.NewLander(Settings, topics: null, _logs);

    /// <summary>The alerts that were raised: kind and contract.</summary>
    public IReadOnlyList<string> Alerts => [.. Log.Lines.Where(line => line.StartsWith("Error ALERT ", StringComparison.Ordinal)).Select(line => line["Error ALERT ".Length..line.IndexOf(':', StringComparison.Ordinal)])];

    /// <summary>Those that were cleared.</summary>
    public IReadOnlyList<string> Cleared => [.. Log.Lines.Where(line => line.StartsWith("Information Cleared: ", StringComparison.Ordinal)).Select(line => line["Information Cleared: ".Length..line.IndexOf(',', StringComparison.Ordinal)])];

    /// <summary>The alerts raised, and those cleared: <c>late of orders, missing of orders | late of orders</c>.</summary>
    public string Told => $"{string.Join(", ", Alerts)} | {string.Join(", ", Cleared)}";

    /// <param name="kind">Where the contracts land.</param>
    /// <param name="contracts">Each a whole contract, as <see cref="Contract"/> makes them.</param>
    public static async Task<ReconcileWorld> CreateAsync(SinkKind kind, params string[] contracts)
    {
        using var folder = new TempFolder();
        foreach (var contract in contracts)
        {
            var id = contract.Split('\n').Single(line => line.StartsWith("id: ", StringComparison.Ordinal))["id: ".Length..].Trim();
            var text = kind == SinkKind.Postgres ? contract : contract.Replace("type: postgres, schema:", "type: bigquery, dataset:", StringComparison.Ordinal);
            await File.WriteAllTextAsync(Path.Combine(folder.Path, $"{id}.odcs.yaml"), text);
        }
        var clock = new SetTime(Begin);
        return new(await LandingWorld.CreateAsync(folder.Path, kind, clock), clock, kind);
    }

    /// <summary>A contract of the team <c>shop</c> with rows of <c>id</c> and <c>n</c>, in files <c>shop/ID_yyyyMMdd.csv</c> unless something else is said.</summary>
    public static string Contract(string id, string? from = null, string write = "append", string sla = "", string more = "", string quality = "") => $$"""
        apiVersion: v3.1.0
        kind: DataContract
        id: {{id}}
        version: 1.0.0
        status: active
        team: { name: shop }
        support: [ { channel: shop-help, url: "mailto:shop@example.com" } ]
        slaProperties: [ {{sla}} ]
        servers: [ { server: s, type: postgres, schema: t } ]
        customProperties: [ { property: landfall, value: { {{from ?? $"object: \"drop-zone/shop/{id}_{{date:yyyyMMdd}}.csv\""}}{{more}} } } ]
        schema:
          - name: {{id}}
            customProperties: [ { property: landfall, value: { write: {{write}} } } ]
            quality: [ {{quality}} ]
            properties:
              - { name: id, logicalType: integer, required: true{{(write is "upsert" or "replace" ? ", primaryKey: true" : "")}} }
              - { name: n, logicalType: integer }
        """;

    /// <summary>A file of so many rows.</summary>
    public static byte[] Rows(int count, int first = 0) => Encoding.UTF8.GetBytes("id,n\n" + string.Concat(Enumerable.Range(first, count).Select(i => string.Create(CultureInfo.InvariantCulture, $"{i},{i}\n"))));

    /// <summary>A file appears, and no event tells of it.</summary>
    public Task<StorageObjectData> DropAsync(string name, byte[]? content = null) => Landings.DropAsync("drop-zone", name, content ?? Rows(1));

    /// <summary>A file appears, and its event comes.</summary>
    public async Task<Receipt> LandAsync(string name, byte[]? content = null) => await Lander.LandAsync(await DropAsync(name, content), default);

    /// <summary>A tick of the function, so long after the last one.</summary>
    public Task TickAsync(TimeSpan later = default)
    {
        Clock.Now += later;
        var tick = new TickData("reconcile", Clock.Now);
        var reconciler = new Reconciler(Landings.Contracts, Lander, Landings.Storage, Settings, Clock, _logs, Topics);
        return new Reconcile(reconciler).HandleAsync(HandedEvent.Of(new("1", "//cloudscheduler.googleapis.com/reconcile", EventTypes.SchedulerTick, null, Clock.Now)), tick, default);
    }

    /// <summary>Ticks until a clock shows a time of <see cref="Begin"/>'s day, or of a later one.</summary>
    public Task TickAtAsync(int day, int hour, int minute = 0) => TickAsync(new DateTimeOffset(2026, 3, day, hour, minute, 0, TimeSpan.Zero) - Clock.Now);

    /// <summary>What the walk over objects says of itself, tick by tick: how many it landed, how many it could not.</summary>
    public IReadOnlyList<string> Looks => [.. Log.Lines.Where(line => line.Contains(" objects looked at in ", StringComparison.Ordinal)).Select(line => line.Split(": ", 2)[1].Split(',')[0] + "," + line.Split(": ", 2)[1].Split(',')[1])];

    /// <summary>How many objects it looked at, tick by tick.</summary>
    public IReadOnlyList<int> Seen => [.. Log.Lines.Where(line => line.Contains(" objects looked at in ", StringComparison.Ordinal)).Select(line => int.Parse(line.Split(' ')[1], CultureInfo.InvariantCulture))];

    public Task<long> CountAsync(string table) => Landings.Database.ScalarAsync<long>($"SELECT count(*) FROM {(Kind == SinkKind.Postgres ? "" : "bq_")}{table}");

    /// <summary>The ledger's entries of a contract by outcome: <c>landed 3, refused 1</c>.</summary>
    public async Task<string> LedgerAsync(string contract) => await Landings.Database.ScalarAsync<string>(
        $"SELECT string_agg(o, ', ' ORDER BY o) FROM (SELECT outcome || ' ' || count(*) AS o FROM {(Kind == SinkKind.Postgres ? "landfall.landings" : $"bq_landfall.ledger_{contract}")} WHERE contract = '{contract}' GROUP BY outcome) q") ?? "";

    /// <summary>The same where there may be no ledger yet.</summary>
    public async Task<string> LedgerOrNothingAsync(string contract) =>
        await Landings.Database.ScalarAsync<bool>($"SELECT to_regclass('{(Kind == SinkKind.Postgres ? "landfall.landings" : $"bq_landfall.ledger_{contract}")}') IS NOT NULL") ? await LedgerAsync(contract) : "";

    /// <summary>Another process' BigQuery sink, which has prepared nothing yet.</summary>
    public BigQuerySink AnotherSink() => new(Landings.BigQuery, () => Landings.Contracts.All, TimeProvider.System);

    public async ValueTask DisposeAsync()
    {
        await Landings.DisposeAsync();
        _logs.Dispose();
        Log.Dispose();
    }
}
