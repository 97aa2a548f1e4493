using System.Net;
using System.Text.Json.Nodes;
using Shouldly;
using Xunit;

namespace Landfall.Tests.Local.PubSub;

public sealed class PubSubEndpointsTests(Database database) : IClassFixture<Database>, IAsyncLifetime
{
    private PubSubServer _server = null!;

    public async Task InitializeAsync() => _server = await PubSubServer.StartAsync(database);

    public async Task DisposeAsync() => await _server.DisposeAsync();

    [Theory]
    [InlineData("PUT", "/topics/ab", "{}", 400, "INVALID_ARGUMENT")]
    [InlineData("PUT", "/topics/google-things", "{}", 400, "INVALID_ARGUMENT")]
    [InlineData("GET", "/topics/unknown", null, 404, "NOT_FOUND")]
    [InlineData("DELETE", "/topics/unknown", null, 404, "NOT_FOUND")]
    [InlineData("POST", "/topics/unknown:publish", """{"messages":[{"data":"AA=="}]}""", 404, "NOT_FOUND")]
    [InlineData("PUT", "/topics/there", "{}", 409, "ALREADY_EXISTS")]
    [InlineData("POST", "/topics/there:publish", """{"messages":[]}""", 400, "INVALID_ARGUMENT")]
    [InlineData("POST", "/topics/there:publish", """{"messages":[{}]}""", 400, "INVALID_ARGUMENT")]
    [InlineData("POST", "/topics/there:publish", """{"messages":[{"data":"no base64!"}]}""", 400, "INVALID_ARGUMENT")]
    [InlineData("POST", "/topics/there:publish", "not json", 400, "INVALID_ARGUMENT")]
    [InlineData("PUT", "/subscriptions/some-sub", """{"topic":"projects/p/topics/unknown"}""", 404, "NOT_FOUND")]
    [InlineData("PUT", "/subscriptions/some-sub", """{"topic":"projects/p/topics/there","ackDeadlineSeconds":5}""", 400, "INVALID_ARGUMENT")]
    [InlineData(
        "PUT", "/subscriptions/some-sub", """{"topic":"projects/p/topics/there","retryPolicy":{"minimumBackoff":"10"}}""", 400, "INVALID_ARGUMENT")]
    [InlineData("PUT", "/subscriptions/there", """{"topic":"projects/p/topics/there"}""", 409, "ALREADY_EXISTS")]
    [InlineData("GET", "/subscriptions/unknown", null, 404, "NOT_FOUND")]
    [InlineData("POST", "/subscriptions/there:pull", "{}", 400, "INVALID_ARGUMENT")]
    public async Task Refuses_as_Google_does(string method, string path, string? body, int code, string status)
    {
        await _server.Queue.CreateTopicAsync("projects/p/topics/there");
        await _server.Queue.CreateSubscriptionAsync(new("projects/p/subscriptions/there", "projects/p/topics/there"), replace: true);
        using var request = new HttpRequestMessage(new HttpMethod(method), "/v1/projects/p" + path);
        request.Content = body is null ? null : new StringContent(body);
        using var response = await _server.Http.SendAsync(request);

        var error = JsonNode.Parse(await response.Content.ReadAsStringAsync())!["error"]!;
        ((int)response.StatusCode, (int)error["code"]!, (string?)error["status"]).ShouldBe((code, code, status));
        ((string?)error["message"]).ShouldNotBeNullOrEmpty();
    }

    [Fact]
    public async Task A_subscription_can_be_read_back_and_deleted()
    {
        await _server.SendAsync(HttpMethod.Put, "/v1/projects/p/topics/kept", "{}");
        const string path = "/v1/projects/p/subscriptions/reader";
        await _server.SendAsync(HttpMethod.Put, path, """
            {"topic":"projects/p/topics/kept","ackDeadlineSeconds":30,"pushConfig":{"pushEndpoint":"http://127.0.0.1:1/x"},
             "retryPolicy":{"minimumBackoff":"1.5s","maximumBackoff":"60s"},
             "deadLetterPolicy":{"deadLetterTopic":"projects/p/topics/kept","maxDeliveryAttempts":7}}
            """);

        (await _server.SendAsync(HttpMethod.Get, path, "")).ToJsonString().ShouldBe(
            """
            {"name":"projects/p/subscriptions/reader","topic":"projects/p/topics/kept","pushConfig":{"pushEndpoint":"http://127.0.0.1:1/x"},
            "ackDeadlineSeconds":30,"retryPolicy":{"minimumBackoff":"1.5s","maximumBackoff":"60s"},"state":"ACTIVE",
            "deadLetterPolicy":{"deadLetterTopic":"projects/p/topics/kept","maxDeliveryAttempts":7}}
            """.ReplaceLineEndings(""));
        await _server.SendAsync(HttpMethod.Delete, path, "");
        (await Should.ThrowAsync<HttpRequestException>(() => _server.SendAsync(HttpMethod.Get, path, "")))
            .StatusCode.ShouldBe(HttpStatusCode.NotFound);
    }

    [Fact]
    public async Task Pulled_messages_are_gone_once_acknowledged()
    {
        await _server.SendAsync(HttpMethod.Put, "/v1/projects/p/topics/pulled", "{}");
        await _server.SendAsync(HttpMethod.Put, "/v1/projects/p/subscriptions/puller", """{"topic":"projects/p/topics/pulled"}""");
        await _server.PublishAsync("one", "pulled");
        var first = await _server.SendAsync(HttpMethod.Post, "/v1/projects/p/subscriptions/puller:pull", """{"maxMessages":5}""");
        var again = await _server.SendAsync(HttpMethod.Post, "/v1/projects/p/subscriptions/puller:pull", """{"maxMessages":5}""");

        PubSubServer.Text(first["receivedMessages"]!.AsArray().Single()!.AsObject()).ShouldBe("one");
        again.ToJsonString().ShouldBe("{}", "it is out until its deadline");
        await _server.SendAsync(HttpMethod.Post, "/v1/projects/p/subscriptions/puller:acknowledge",
            $$"""{"ackIds":["{{(string?)first["receivedMessages"]![0]!["ackId"]}}"]}""");
        (await database.ScalarAsync<long>("SELECT count(*) FROM local_pubsub.deliveries WHERE subscription LIKE '%/puller'")).ShouldBe(0);
    }
}
