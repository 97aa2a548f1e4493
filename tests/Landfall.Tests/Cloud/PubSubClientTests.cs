using System.Text.Json.Nodes;
using Landfall.Cloud;
using Landfall.Tests.Local.PubSub;
using Shouldly;
using Xunit;

namespace Landfall.Tests.Cloud;

public sealed class PubSubClientTests(Database database) : IClassFixture<Database>, IAsyncLifetime
{
    private static readonly IReadOnlyDictionary<string, string> None = new Dictionary<string, string>();

    private readonly HttpClient _http = new();
    private readonly RecordedWaits _waits = new();
    private ScriptedService _service = null!;

    private PubSubClient Client => new("my project", _service.Address, _http, _waits, new Random(1));

    /// <summary>Waits as long as it says: its patience is a wait, too.</summary>
    private PubSubClient Patient => new("my project", _service.Address, _http, TimeProvider.System, new Random(1));

    public async Task InitializeAsync() => _service = await ScriptedService.StartAsync();

    public async Task DisposeAsync()
    {
        await _service.DisposeAsync();
        _http.Dispose();
    }

    [Fact]
    public async Task Nothing_is_published_without_a_request() => (await Client.PublishAsync("t", [])).ShouldBeEmpty();

    [Theory]
    [InlineData(1000, 10, new[] { 1000 })]
    [InlineData(2001, 10, new[] { 1000, 1000, 1 })]
    [InlineData(3, 3_000_000, new[] { 2, 1 })]
    [InlineData(2, 6_700_000, new[] { 1, 1 })]
    public async Task Requests_are_no_larger_than_Google_takes(int messages, int bytes, int[] requests)
    {
        foreach (var count in requests) _service.Answer(200, $$"""{"messageIds":[{{string.Join(',', Enumerable.Repeat("\"1\"", count))}}]}""");
        var one = new Publication(new byte[bytes], None);
        (await Client.PublishAsync("t", [.. Enumerable.Repeat(one, messages)])).Count.ShouldBe(messages);
        _service.Asked.Select(asked => JsonNode.Parse(asked.Body)!["messages"]!.AsArray().Count).ShouldBe(requests);
        _service.Asked.ShouldAllBe(asked => asked.Body.Length <= 10_000_000);
    }

    [Fact]
    public async Task What_no_request_takes_is_the_caller_s_mistake()
    {
        await Should.ThrowAsync<ArgumentException>(() => Client.PublishAsync("t", [new(new byte[6_800_000], None)]));
        await Should.ThrowAsync<ArgumentException>(() => Client.PublishAsync("t", [new(default, None)]));
        _service.Asked.ShouldBeEmpty();
    }

    [Theory]
    [InlineData(0)]
    [InlineData(429)]
    [InlineData(500)]
    [InlineData(503)]
    public async Task What_passes_is_tried_again(int status)
    {
        _service.Answer(status).Answer(status).Answer(200, """{"messageIds":["7"]}""");
        (await Client.PublishAsync("t", [new(new byte[1], None)])).ShouldBe(["7"]);
        _service.Asked.Count.ShouldBe(3);
        foreach (var asked in _service.Asked) asked.Body.ShouldBe(_service.Asked[0].Body);
        _waits.Waits.Count.ShouldBe(2);
    }

    [Fact]
    public async Task What_does_not_pass_is_told()
    {
        const string Forbidden = """{"error":{"code":403,"message":"User not authorized to perform this action.","status":"PERMISSION_DENIED"}}""";
        _service.Answer(403, Forbidden).Answer(404, """{"error":{"code":404,"message":"Resource not found (resource=t).","status":"NOT_FOUND"}}""").Answer(200, """{"messageIds":[]}""").Answer(200, "<html>");
        var fault = await FailAsync();
        fault.Message.ShouldBe("Pub/Sub answered publishing to t with 403 Forbidden: User not authorized to perform this action.");
        fault.Hint.ShouldNotBeNull().ShouldContain("roles/pubsub.publisher");
        (await FailAsync()).Hint.ShouldNotBeNull().ShouldContain("landfall.topic");
        (await FailAsync()).Message.ShouldContain("1 messages to t with 0 ids");
        (await FailAsync()).Hint.ShouldNotBeNull().ShouldContain("LANDFALL_PUBSUB_ENDPOINT");
    }

    [Fact]
    public async Task The_local_Pub_Sub_pushes_what_is_published()
    {
        await using var server = await PubSubServer.StartAsync(database);
        await server.SubscribeAsync();
        var client = new PubSubClient("p", server.Http.BaseAddress!, _http, TimeProvider.System, new Random(1));
        var ids = await client.PublishAsync("orders", [.. Enumerable.Range(0, 1200).Select(i => new Publication(BitConverter.GetBytes(i), new Dictionary<string, string> { ["i"] = $"{i}" }))]);
        ids.Distinct().Count().ShouldBe(1200);
        await Until.TrueAsync(() => server.Received.Count >= 1200, "all are pushed");
        var received = server.Received.Select(push => push.Body["message"]!).ToList();
        received.Select(message => $"{BitConverter.ToInt32(Convert.FromBase64String((string)message["data"]!), 0)}").ShouldBe(received.Select(message => (string)message["attributes"]!["i"]!));
        received.Select(message => (string)message["messageId"]!).ShouldBe(ids, ignoreOrder: true);
    }

    [Fact]
    public async Task Nothing_to_see_is_nothing_however_Google_says_so()
    {
        _service.Answer(200, "{}");
        (await Patient.PeekAsync("s", 20, TimeSpan.FromSeconds(10))).ShouldBeEmpty();
        // It waits for the first message longer than we do.
        for (var i = 0; i < 5; i++) _service.Answer(504);
        (await Patient.PeekAsync("s", 20, TimeSpan.FromSeconds(10))).ShouldBeEmpty();
        _service.Answer(403, "{}");
        (await Should.ThrowAsync<RetryException>(() => Patient.PeekAsync("s", 20, TimeSpan.FromSeconds(10)))).Hint.ShouldNotBeNull().ShouldContain("roles/pubsub.subscriber");
    }

    private Task<RetryException> FailAsync() => Should.ThrowAsync<RetryException>(() => Client.PublishAsync("t", [new(new byte[1], None)]));
}
