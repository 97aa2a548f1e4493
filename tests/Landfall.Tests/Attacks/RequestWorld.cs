using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using Landfall.Events;
using Landfall.Local;
using Landfall.Local.Bloomreach;
using Landfall.Sinks.Postgres;
using Landfall.Tests.Hosting;
using Landfall.Tests.Rest;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;
using Shouldly;
using Xunit;

namespace Landfall.Tests.Attacks;

/// <summary>The servers that requests come to: an event function's host, the API and the local cloud; the first two a second time, with less patience.</summary>
public sealed class RequestWorld : IAsyncLifetime
{
    private static readonly Dictionary<string, (string Method, string Path, string Begin, string End)> All = new()
    {
        ["event"] = ("POST", "/", "{\"message\":{\"messageId\":\"1\",\"attributes\":", "}}"),
        ["row"] = ("POST", "/tables/things/rows", "{\"id\":1,\"label\":", "}"),
        ["patch"] = ("PATCH", "/tables/things/rows/1", "{\"label\":", "}"),
        ["bulk"] = ("POST", "/bulk", "{\"table\":\"things\",\"data\":", "}"),
        ["upload"] = ("POST", "/upload", "", ""),
        ["backup"] = ("POST", "/api/backup", "{\"table\":", "}"),
        ["publish"] = ("POST", "/v1/projects/local/topics/storage-drop-zone:publish", "{\"messages\":", "}"),
        ["query"] = ("POST", "/bigquery/v2/projects/local/queries", "{\"query\":", "}"),
        ["insertAll"] = ("POST", "/bigquery/v2/projects/local/datasets/catalog/tables/nothing/insertAll", "{\"rows\":", "}"),
        ["bucket"] = ("POST", "/storage/v1/b?project=local", "{\"name\":", "}"),
        ["compose"] = ("POST", "/storage/v1/b/drop-zone/o/x/compose", "{\"sourceObjects\":", "}"),
        ["bloomreach"] = ("POST", $"{StandIn.Path}/track/v2/projects/{StandIn.Project}/batch", "{\"commands\":", "}"),
        ["localEvent"] = ("POST", "/functions/DropZoneLoad", "{\"message\":{\"messageId\":\"1\",\"attributes\":", "}}"),
    };

    private readonly TempFolder _home = new();
    private Served _function = null!, _hurriedFunction = null!;
    private ApiWorld _api = null!;
    private Uri _apiUri = null!, _hurriedApi = null!;
    private Home _lock = null!;
    private LocalCloud _local = null!;
    private NpgsqlDataSource _localDatabase = null!;

    public static IEnumerable<string> Targets => All.Keys;

    internal WebApplication Function => _function.App;

    /// <summary>What stands around a value where the target looks at one.</summary>
    public static (string Begin, string End) Around(string target) => (All[target].Begin, All[target].End);

    public async Task InitializeAsync()
    {
        _function = await Served.StartAsync<StorageObjectData>((_, _, _) => Task.CompletedTask);
        _hurriedFunction = await Served.StartAsync<StorageObjectData>((_, _, _) => Task.CompletedTask, services: Hasten);
        _api = await ApiWorld.StartAsync();
        _apiUri = _api.Client.BaseAddress!;
        await _api.Database.ExecuteAsync("INSERT INTO lab.things (id, label) VALUES (1, 'one')");
        // The first row that is refused makes Landfall's own tables.
        using var refused = await _api.Client.PostAsync("/tables/things/rows", new StringContent("{\"id\":\"x\"}", Encoding.UTF8, "application/json"));
        await _api.ServeAsync(services: Hasten);
        _hurriedApi = _api.Client.BaseAddress!;
        _lock = Home.Open(_home.Path);
        var functions = Landfall.Local.Functions.All.Where(function => function.Name is "DropZoneLoad" or "TableBackup").ToList();
        _local = await LocalCloud.StartAsync(new() { Port = 0, Samples = false }, _lock, functions, TimeProvider.System, TextWriter.Null, default);
        var endpoints = JsonNode.Parse(await File.ReadAllTextAsync(_home["endpoints.json"]))!;
        _localDatabase = NpgsqlDataSource.Create(PostgresUri.Parse((string)endpoints["postgres"]!).ConnectionString);
    }

    public async Task DisposeAsync()
    {
        await _localDatabase.DisposeAsync();
        await _local.DisposeAsync();
        _lock.Dispose();
        await _api.DisposeAsync();
        await _hurriedFunction.DisposeAsync();
        await _function.DisposeAsync();
        _home.Dispose();
    }

    public Uri Server(string target) => target switch
    {
        "event" => new(_function.App.Urls.Single()),
        "row" or "patch" or "bulk" or "upload" => _apiUri,
        _ => _local.Http,
    };

    /// <summary>Where the same is served with less patience; of the local cloud there is none.</summary>
    public Uri Hurry(string target) => target switch
    {
        "event" => new(_hurriedFunction.App.Urls.Single()),
        "row" => _hurriedApi,
        _ => _local.Http,
    };

    public static string Path(string target) => All[target].Path;

    /// <summary>A request's head, to the empty line.</summary>
    public static string Head(string target, string headers, string more = "", string? query = null)
    {
        var (method, path, _, _) = All[target];
        var head = new StringBuilder($"{method} {path}{(query is null ? "" : (path.Contains('?', StringComparison.Ordinal) ? "&" : "?") + query)} HTTP/1.1\r\nHost: x\r\n");
        head.Append(CultureInfo.InvariantCulture, $"Content-Type: {(target == "upload" ? "multipart/form-data; boundary=b" : "application/json")}\r\n");
        if (target == "bloomreach") head.Append(CultureInfo.InvariantCulture, $"Authorization: Basic {Convert.ToBase64String(Encoding.UTF8.GetBytes($"{StandIn.Key}:{StandIn.Secret}"))}\r\n");
        foreach (var header in new[] { headers, more }.Where(header => header.Length > 0)) head.Append(CultureInfo.InvariantCulture, $"{header}\r\n");
        return head.Append("\r\n").ToString();
    }

    /// <summary>All that the API's database and the local cloud's hold, but for the rows that were refused, whose place that is.</summary>
    internal async Task<(Footprint Api, Footprint Local)> StateAsync() => (await Footprint.TakeAsync(_api.Database.DataSource, table => table == "landfall.rejects"), await Footprint.TakeAsync(_localDatabase));

    /// <summary>That nothing of it is otherwise.</summary>
    internal async Task ShouldStillBeAsync((Footprint Api, Footprint Local) before)
    {
        var (api, local) = await StateAsync();
        before.Api.ChangedTo(api).ShouldBeEmpty();
        before.Local.ChangedTo(local).ShouldBeEmpty();
    }

    private static void Hasten(IServiceCollection services) => services.PostConfigure<KestrelServerOptions>(kestrel =>
        (kestrel.Limits.RequestHeadersTimeout, kestrel.Limits.MinRequestBodyDataRate) = (TimeSpan.FromSeconds(1), new(bytesPerSecond: 240, gracePeriod: TimeSpan.FromSeconds(1.5))));
}
