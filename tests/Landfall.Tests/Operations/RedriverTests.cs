using Landfall.Cloud;
using Landfall.Hosting;
using Landfall.Operations;
using Landfall.Tests.Local.PubSub;
using Shouldly;
using Xunit;

namespace Landfall.Tests.Operations;

/// <summary>Messages that were given up go back to where they came from, once their reason is gone.</summary>
public sealed class RedriverTests
{
    [Fact]
    public async Task What_was_given_up_is_sent_again_and_what_names_no_way_back_stays()
    {
        await using var database = await PostgresServer.CreateDatabaseAsync();
        await using var server = await PubSubServer.StartAsync(database);
        await server.SendAsync(HttpMethod.Put, "/v1/projects/p/topics/the-dead", "{}");
        await server.SendAsync(HttpMethod.Put, "/v1/projects/p/subscriptions/dead-letters", """{"topic":"projects/p/topics/the-dead"}""");
        await server.SubscribeAsync(""","retryPolicy":{"minimumBackoff":"0.01s"},"deadLetterPolicy":{"deadLetterTopic":"projects/p/topics/the-dead","maxDeliveryAttempts":5}""");
        var topics = new PubSubClient("p", server.Http.BaseAddress!, server.Http, TimeProvider.System, new Random(1));
        var redriver = new Redriver(topics, new Settings());
        server.Answer = _ => Task.FromResult(503);
        for (var i = 0; i < 120; i++) await server.PublishAsync($"order {i}");
        for (var i = 0; i < 600 && server.Buried.Count < 120; i++) await Task.Delay(50);
        server.Buried.Count.ShouldBe(120);
        await topics.PublishAsync("the-dead", [new("nobody's"u8.ToArray(), new Dictionary<string, string> { ["a"] = "b" })]);
        (await redriver.LookAsync(default)).Count.ShouldBe(100);

        server.Answer = _ => Task.FromResult(204);
        server.Received.Clear();
        var (sent, stranded) = await redriver.RedriveAsync(default);

        sent.ShouldBe(120);
        stranded.Single().Attributes["a"].ShouldBe("b");
        for (var i = 0; i < 200 && server.Received.Count < 120; i++) await Task.Delay(50);
        server.Received.Select(one => PubSubServer.Text(one.Body)).Order().ShouldBe(Enumerable.Range(0, 120).Select(i => $"order {i}").Order());
        server.Received.ShouldAllBe(one => (string)one.Body["message"]!["attributes"]!["kind"]! == "test" && one.Body["message"]!["attributes"]!.AsObject().Count == 1);
        (await redriver.LookAsync(default)).Single().Message.Attributes["a"].ShouldBe("b");
    }
}
