using System.Text.Json.Nodes;
using Landfall.Cloud;
using Shouldly;
using Xunit;

namespace Landfall.Tests.Cloud.Rest;

/// <summary>Our own REST client's requests to Pub/Sub, to the letter.</summary>
public sealed class PubSubRequestTests : IAsyncLifetime
{
    private readonly HttpClient _http = new();
    private ScriptedService _service = null!;

    private PubSubClient Client => new("my project", _service.Address, _http, TimeProvider.System, new Random(1));

    public async Task InitializeAsync() => _service = await ScriptedService.StartAsync();

    public async Task DisposeAsync()
    {
        await _service.DisposeAsync();
        _http.Dispose();
    }

    [Fact]
    public async Task A_request_is_as_Google_documents_it()
    {
        _service.Answer(200, """{"messageIds":["7","8"]}""");
        var ids = await Client.PublishAsync("a+b", [new("é"u8.ToArray(), new Dictionary<string, string> { ["k"] = "v\"é" }), new(default, new Dictionary<string, string> { ["only"] = "" })]);
        ids.ShouldBe(["7", "8"]);
        var asked = _service.Asked.ShouldHaveSingleItem();
        (asked.Method, asked.Target).ShouldBe(("POST", "/v1/projects/my%20project/topics/a%2Bb:publish"));
        asked.Headers["Content-Type"].ShouldBe("application/json");
        asked.Headers.Keys.ShouldContain("Content-Length");
        JsonNode.DeepEquals(JsonNode.Parse(asked.Body), JsonNode.Parse("""{"messages":[{"data":"w6k=","attributes":{"k":"v\"é"}},{"data":"","attributes":{"only":""}}]}""")).ShouldBeTrue();
    }

    [Fact]
    public async Task A_peek_pulls_and_gives_back_as_Google_documents_it()
    {
        _service.Answer(200, """{"receivedMessages":[{"ackId":"a1","message":{"data":"w6k=","attributes":{"k":"v"},"messageId":"7","publishTime":"2026-03-10T12:00:00.123456789Z"}},{"ackId":"a2","message":{"messageId":"8"}}]}""").Answer(200, "{}");
        var peeked = await Client.PeekAsync("a+b", 20, TimeSpan.FromSeconds(10));
        peeked.Select(one => (one.MessageId, one.Published?.UtcDateTime.ToString("O"), string.Join(',', one.Attributes))).ShouldBe([("7", "2026-03-10T12:00:00.1234567Z", "[k, v]"), ("8", null, "")]);
        _service.Asked.Select(asked => $"{asked.Method} {asked.Target} {System.Text.Encoding.UTF8.GetString(asked.Body)}").ShouldBe(
        [
            """POST /v1/projects/my%20project/subscriptions/a%2Bb:pull {"maxMessages":20}""",
            """POST /v1/projects/my%20project/subscriptions/a%2Bb:modifyAckDeadline {"ackIds":["a1","a2"],"ackDeadlineSeconds":0}""",
        ]);
    }
}
