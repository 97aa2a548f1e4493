using System.Collections.Concurrent;
using System.Text;
using System.Text.Json.Nodes;
using Landfall.Cloud;
using Landfall.Events;
using Landfall.Hosting;
using Landfall.Landings;
using Landfall.Tests.Hosting;
using Landfall.Tests.Local.PubSub;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Shouldly;
using Xunit;

namespace Landfall.Tests.Landings.Announcing;

/// <summary>Whoever wants to know hears of every landing: by the topic through Pub/Sub's pushes, and by OpenLineage's events at a collector that speaks HTTP.</summary>
public sealed class AnnouncingTests : IAsyncLifetime
{
    private readonly ConcurrentQueue<JsonNode> _lineage = new();
    private readonly LogCapture _log = new();
    private readonly ServiceCollection _services = new();
    private ServiceProvider _provider = null!;
    private LandingWorld _world = null!;
    private PubSubServer _topics = null!;
    private WebApplication _collector = null!;
    private int _answer = 201;

    public async Task InitializeAsync()
    {
        _world = await LandingWorld.CreateAsync(Repository.Path("shared/contracts"));
        _topics = await PubSubServer.StartAsync(_world.Database);
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        _collector = builder.Build();
        _collector.MapPost("/api/v1/lineage", async (HttpContext context) =>
        {
            _lineage.Enqueue((await JsonNode.ParseAsync(context.Request.Body))!);
            context.Response.StatusCode = _answer;
        });
        await _collector.StartAsync();
        _services.AddSingleton(TimeProvider.System).AddLogging();
        _log.Register(_services);
        _provider = _services.BuildServiceProvider();
    }

    public async Task DisposeAsync()
    {
        await _collector.DisposeAsync();
        await _topics.DisposeAsync();
        await _world.DisposeAsync();
        await _provider.DisposeAsync();
        _log.Dispose();
    }

    [Fact]
    public async Task A_landing_is_told_once_and_again_when_its_receipt_is_missing()
    {
        await _topics.SubscribeAsync();
        var lander = Lander();
        var dropped = await DropAsync("departments", "1,Engineering\n2,Sales\n,Nobody\n");

        (await lander.LandAsync(dropped, default)).Outcome.ShouldBe("landed");
        await ToldAsync(1);
        (await lander.LandAsync(dropped, default)).Outcome.ShouldBe("landed");

        var message = _topics.Received.Single().Body;
        var attributes = message["message"]!["attributes"]!;
        ((string)attributes["contract"]!, (string)attributes["team"]!, (string)attributes["outcome"]!).ShouldBe(("departments", "hiring", "landed"));
        PubSubServer.Text(message).ShouldBe(Encoding.UTF8.GetString(await ReceiptAsync()));
        _lineage.Select(told => (string)told["eventType"]!).ShouldBe(["START", "COMPLETE"]);
        var ended = _lineage.Last();
        ((string)ended["schemaURL"]!).ShouldBe("https://openlineage.io/spec/2-0-2/OpenLineage.json#/$defs/RunEvent");
        _lineage.Select(told => (string)told["run"]!["runId"]!).Distinct().Count().ShouldBe(1);
        Guid.Parse((string)ended["run"]!["runId"]!).ShouldNotBe(Guid.Empty);
        ((string)ended["job"]!["name"]!).ShouldBe("departments");
        ((string)ended["inputs"]![0]!["namespace"]!, (string)ended["inputs"]![0]!["name"]!).ShouldBe(("gs://drop-zone", "hiring/departments_20240105.csv"));
        ((string)ended["outputs"]![0]!["name"]!).ShouldEndWith(".hiring.departments");
        ((string)ended["outputs"]![0]!["namespace"]!).ShouldStartWith("postgres://");
        ((long)ended["outputs"]![0]!["outputFacets"]!["outputStatistics"]!["rowCount"]!).ShouldBe(2);
        ended["outputs"]![0]!["facets"]!["schema"]!["fields"]!.AsArray().Select(field => (string)field!["name"]!).ShouldBe(["id", "department"]);

        // A crash between the two: the receipt was never written.
        await _world.Storage.DeleteAsync("receipts", await ReceiptNameAsync());
        (await lander.LandAsync(dropped, default)).Outcome.ShouldBe("landed");
        await ToldAsync(2);
        PubSubServer.Text(_topics.Received.Last().Body).ShouldBe(PubSubServer.Text(message));
        _lineage.Count.ShouldBe(4);
    }

    [Fact]
    public async Task Until_the_topic_takes_it_the_landing_is_tried_again_and_its_rows_land_once()
    {
        var lander = Lander();
        var dropped = await DropAsync("departments", "1,Engineering\n");

        await Should.ThrowAsync<RetryException>(() => lander.LandAsync(dropped, default));
        (await _world.Database.ScalarAsync<long>("SELECT count(*) FROM hiring.departments")).ShouldBe(1);
        (await NamesAsync()).ShouldBeEmpty();

        await _topics.SubscribeAsync();
        (await lander.LandAsync(dropped, default)).Outcome.ShouldBe("landed");
        await ToldAsync(1);
        (await NamesAsync()).Count.ShouldBe(1);
        (await _world.Database.ScalarAsync<long>("SELECT count(*) FROM landfall.landings")).ShouldBe(1);
    }

    [Fact]
    public async Task A_refused_file_is_told_with_its_reason_and_without_its_values()
    {
        await _topics.SubscribeAsync();

        (await Lander().LandAsync(await DropAsync("departments", "secret-one,\nsecret-two,\n"), default)).Outcome.ShouldBe("refused");
        await ToldAsync(1);

        PubSubServer.Text(_topics.Received.Single().Body).ShouldNotContain("secret");
        ((string)_topics.Received.Single().Body["message"]!["attributes"]!["outcome"]!).ShouldBe("refused");
        var ended = _lineage.Last();
        ((string)ended["eventType"]!).ShouldBe("FAIL");
        ((string)ended["run"]!["facets"]!["errorMessage"]!["message"]!).ShouldNotBeNullOrWhiteSpace();
        ended["outputs"]!.AsArray().ShouldBeEmpty();
        ended.ToJsonString().ShouldNotContain("secret");
    }

    [Fact]
    public async Task A_collector_that_is_away_keeps_no_landing_from_ending()
    {
        await _topics.SubscribeAsync();
        _answer = 500;
        (await Lander().LandAsync(await DropAsync("departments", "1,Engineering\n"), default)).Outcome.ShouldBe("landed");
        _log.Lines.Count(line => $"{line}".Contains("the collector answered 500", StringComparison.Ordinal)).ShouldBe(2);

        await _collector.StopAsync();
        (await Lander().LandAsync(await DropAsync("jobs", "1,Analyst\n"), default)).Outcome.ShouldBe("landed");
        _log.Lines.Count(line => $"{line}".Contains("jobs_20240105.csv", StringComparison.Ordinal) && $"{line}".Contains("is not told", StringComparison.Ordinal)).ShouldBe(2);
    }

    [Fact]
    public async Task Without_a_collector_lineage_is_in_the_log()
    {
        var lander = _world.NewLander(new() { OpenLineage = Settings.ToTheLog, Postgres = "Host=db;Port=6543;Database=data;Password=hunter2" }, null, _provider.GetRequiredService<ILoggerFactory>());
        (await lander.LandAsync(await DropAsync("departments", "1,Engineering\n"), default)).Outcome.ShouldBe("landed");
        var told = _log.Lines.Select(line => $"{line}").Where(line => line.Contains("eventType", StringComparison.Ordinal)).ToList();
        told.Count.ShouldBe(2);
        told[1].ShouldContain("postgres://db:6543");
        told[1].ShouldContain("data.hiring.departments");
        told.ShouldAllBe(line => !line.Contains("hunter2", StringComparison.Ordinal));
    }

    private Lander Lander() => _world.NewLander(
        new() { LandingsTopic = "orders", OpenLineage = new Uri(new Uri(_collector.Urls.Single()), "/api/v1/lineage").AbsoluteUri, Postgres = _world.Database.ConnectionString },
        new PubSubClient("p", _topics.Http.BaseAddress!, _topics.Http, TimeProvider.System, new Random(1)), _provider.GetRequiredService<ILoggerFactory>());

    private Task<StorageObjectData> DropAsync(string name, string content) => _world.DropAsync("drop-zone", $"hiring/{name}_20240105.csv", Encoding.UTF8.GetBytes(content));

    /// <summary>Pushes come a little later than what is published.</summary>
    private async Task ToldAsync(int count)
    {
        for (var i = 0; i < 200 && _topics.Received.Count < count; i++) await Task.Delay(50);
        await Task.Delay(100);
        _topics.Received.Count.ShouldBe(count);
    }

    private async Task<List<string>> NamesAsync()
    {
        var names = new List<string>();
        await foreach (var found in _world.Storage.ListAsync("receipts")) names.Add(found.Name);
        return names;
    }

    private async Task<string> ReceiptNameAsync() => (await NamesAsync()).Single();

    private async Task<byte[]> ReceiptAsync() => await _world.ReadAsync($"gs://receipts/{await ReceiptNameAsync()}");
}
