using Landfall.Contracts;
using Landfall.Tests.Local.PubSub;
using Shouldly;
using Xunit;

namespace Landfall.Tests.Reconciling;

/// <summary>Messages that were given up are seen, told of once, and stay where they are.</summary>
public sealed class DeadLetterTests : IAsyncLifetime
{
    private readonly HttpClient _http = new();
    private ReconcileWorld _world = null!;
    private PubSubServer _server = null!;

    public async Task InitializeAsync()
    {
        _world = await ReconcileWorld.CreateAsync(SinkKind.Postgres, ReconcileWorld.Contract("drops"), ReconcileWorld.Contract("orders"));
        _server = await PubSubServer.StartAsync(_world.Landings.Database);
        _world.Topics = new("p", _server.Http.BaseAddress!, _http, TimeProvider.System, new Random(1));
    }

    public async Task DisposeAsync()
    {
        await _server.DisposeAsync();
        await _world.DisposeAsync();
        _http.Dispose();
    }

    [Fact]
    public async Task One_alert_for_each_contract_whose_messages_wait_and_one_for_those_of_nobody()
    {
        await SubscribeAsync();
        await _world.TickAsync();
        _world.Alerts.ShouldBeEmpty();

        await PublishAsync("""{"bucketId":"drop-zone","objectId":"shop/drops_20260301.csv","CloudPubSubDeadLetterSourceSubscription":"DropZoneLoad"}""", 3);
        await PublishAsync("""{"bucketId":"drop-zone","objectId":"shop/nobody.csv"}""", 1);
        for (var i = 0; i < 3; i++) await _world.TickAsync(TimeSpan.FromMinutes(15));
        _world.Alerts.Order().ShouldBe(["dead-letters of drops", "dead-letters of unclaimed"]);
        var line = _world.Log.Lines.Single(line => line.Contains("ALERT dead-letters of drops", StringComparison.Ordinal));
        line.ShouldContain("at least 3 messages were given up and wait in dead-letters, the oldest since ");
        line.ShouldContain(", from DropZoneLoad. Owner: shop (shop-help");
        line.ShouldContain("shared/RUNBOOK.md#dead-letters; landfall deadletters");
        _world.Cleared.ShouldBeEmpty();

        // A person finds all of them where they were.
        var pulled = await _server.SendAsync(HttpMethod.Post, Subscription + ":pull", """{"maxMessages":100}""");
        var ids = pulled["receivedMessages"]!.AsArray().Select(message => (string)message!["ackId"]!).ToList();
        ids.Count.ShouldBe(4);
        await _server.SendAsync(HttpMethod.Post, Subscription + ":acknowledge", $$"""{"ackIds":[{{string.Join(',', ids.Select(id => $"\"{id}\""))}}]}""");
        for (var i = 0; i < 2; i++) await _world.TickAsync(TimeSpan.FromMinutes(15));
        _world.Cleared.Order().ShouldBe(["dead-letters of drops", "dead-letters of unclaimed"]);
        _world.Alerts.Count.ShouldBe(2);
    }

    [Fact]
    public async Task Where_they_can_not_be_looked_at_all_else_is_and_what_stands_stays()
    {
        await SubscribeAsync();
        await PublishAsync("""{"bucketId":"drop-zone","objectId":"shop/drops_20260301.csv"}""", 1);
        await _world.TickAsync();
        await _server.SendAsync(HttpMethod.Delete, Subscription, "{}");
        await _world.DropAsync("shop/drops_20260301.csv");

        var fault = await Should.ThrowAsync<RetryException>(() => _world.TickAsync(TimeSpan.FromMinutes(15)));
        fault.Message.ShouldStartWith("all was looked at but the dead letters: Pub/Sub answered pulling from dead-letters with 404");
        (await _world.LedgerAsync("drops")).ShouldBe("landed 1");
        (_world.Alerts.Count, _world.Cleared.Count).ShouldBe((1, 0));
    }

    private const string Subscription = "/v1/projects/p/subscriptions/dead-letters";

    private async Task SubscribeAsync()
    {
        await _server.SendAsync(HttpMethod.Put, "/v1/projects/p/topics/dead-letters", "{}");
        await _server.SendAsync(HttpMethod.Put, Subscription, """{"topic":"projects/p/topics/dead-letters"}""");
    }

    private async Task PublishAsync(string attributes, int times) => await _server.SendAsync(
        HttpMethod.Post, "/v1/projects/p/topics/dead-letters:publish", $$"""{"messages":[{{string.Join(',', Enumerable.Repeat($$"""{"attributes":{{attributes}}}""", times))}}]}""");
}
