using System.Collections.Concurrent;
using System.Diagnostics;
using Landfall.Local.PubSub;
using Shouldly;
using Xunit;

namespace Landfall.Tests.Local.PubSub;

public sealed class PushTests : IAsyncLifetime
{
    private const string Impatient = ""","retryPolicy":{"minimumBackoff":"0.1s","maximumBackoff":"0.4s"}""";
    private readonly Database _database = new();

    public Task InitializeAsync() => _database.InitializeAsync();

    public async Task DisposeAsync() => await _database.DisposeAsync();

    [Fact]
    public async Task A_message_arrives_as_real_PubSub_pushes_it_within_milliseconds_and_once()
    {
        await using var server = await PubSubServer.StartAsync(_database);
        await server.SubscribeAsync();
        await server.PublishAsync("warm-up");
        await Until.TrueAsync(() => !server.Received.IsEmpty, "the first message arrived");
        var published = Stopwatch.GetTimestamp();
        await server.PublishAsync("hello");
        await Until.TrueAsync(() => server.Received.Count == 2, "the second message arrived");
        var (body, time) = server.Received.Last();

        PubSubServer.Text(body).ShouldBe("hello");
        body["subscription"]!.GetValue<string>().ShouldBe("projects/p/subscriptions/billing");
        body.ContainsKey("deliveryAttempt").ShouldBeFalse("there is no dead-letter policy");
        var message = body["message"]!;
        message["attributes"]!["kind"]!.GetValue<string>().ShouldBe("test");
        message["messageId"]!.GetValue<string>().ShouldBe(message["message_id"]!.GetValue<string>());
        message["publishTime"]!.GetValue<string>().ShouldBe(message["publish_time"]!.GetValue<string>());
        Stopwatch.GetElapsedTime(published, time).TotalMilliseconds.ShouldBeLessThan(500);
        await Until.TrueAsync(async () => await server.Queue.PendingAsync(default) == 0, "both were acknowledged");
    }

    [Fact]
    public async Task A_500_is_delivered_again_with_waits_that_grow_until_it_is_taken()
    {
        await using var server = await PubSubServer.StartAsync(_database);
        await server.SubscribeAsync(Impatient);
        server.Answer = _ => Task.FromResult(server.Received.Count < 5 ? 500 : 200);
        await server.PublishAsync("hard");
        await Until.TrueAsync(async () => await server.Queue.PendingAsync(default) == 0, "it was acknowledged");

        var times = server.Received.Select(received => received.Time).ToArray();
        times.Length.ShouldBe(5);
        var waits = times.Zip(times.Skip(1), (before, after) => Stopwatch.GetElapsedTime(before, after).TotalSeconds).ToArray();
        waits[0].ShouldBeGreaterThanOrEqualTo(0.1);
        waits[1].ShouldBeGreaterThanOrEqualTo(0.2);
        waits[2].ShouldBeGreaterThanOrEqualTo(0.4);
        waits[3].ShouldBeInRange(0.4, 0.75, "the back-off has a ceiling");
        server.Received.Select(received => (string?)received.Body["message"]!["messageId"]).Distinct().Count().ShouldBe(1);
    }

    [Theory]
    [InlineData(201, true)]
    [InlineData(202, true)]
    [InlineData(204, true)]
    [InlineData(206, false)]
    [InlineData(302, false)]
    [InlineData(400, false)]
    [InlineData(429, false)]
    public async Task Only_the_answers_that_PubSub_names_acknowledge(int status, bool acknowledged)
    {
        await using var server = await PubSubServer.StartAsync(_database);
        await server.SubscribeAsync(Impatient);
        server.Answer = _ => Task.FromResult(server.Received.Count == 1 ? status : 204);
        await server.PublishAsync("ask");
        await Until.TrueAsync(async () => await server.Queue.PendingAsync(default) == 0, "it was acknowledged in the end");

        server.Received.Count.ShouldBe(acknowledged ? 1 : 2);
    }

    [Fact]
    public async Task After_the_last_attempt_it_is_a_dead_letter_that_says_where_it_came_from()
    {
        await using var server = await PubSubServer.StartAsync(_database);
        await server.SendAsync(HttpMethod.Put, "/v1/projects/p/topics/the-dead", "{}");
        await server.SendAsync(HttpMethod.Put, "/v1/projects/p/subscriptions/morgue", """{"topic":"projects/p/topics/the-dead"}""");
        await server.SubscribeAsync("""
            ,"retryPolicy":{"minimumBackoff":"0.01s"},"deadLetterPolicy":{"deadLetterTopic":"projects/p/topics/the-dead","maxDeliveryAttempts":6}
            """);
        server.Answer = _ => Task.FromResult(503);
        await server.PublishAsync("hopeless");
        await Until.TrueAsync(() => !server.Buried.IsEmpty, "it was given up");

        server.Received.Select(received => (int)received.Body["deliveryAttempt"]!).ShouldBe([1, 2, 3, 4, 5, 6]);
        (await server.Queue.PendingAsync(default)).ShouldBe(0);
        var pulled = await server.SendAsync(HttpMethod.Post, "/v1/projects/p/subscriptions/morgue:pull", """{"maxMessages":10}""");
        var message = pulled["receivedMessages"]!.AsArray().Single()!["message"]!;
        var attributes = message["attributes"]!;
        const string source = "CloudPubSubDeadLetterSource";
        ((string?)attributes["kind"]).ShouldBe("test");
        ((string?)attributes[source + "Subscription"]).ShouldBe("billing");
        ((string?)attributes[source + "SubscriptionProject"]).ShouldBe("p");
        ((string?)attributes[source + "DeliveryCount"]).ShouldBe("6");
        DateTimeOffset.Parse((string)attributes[source + "TopicPublishTime"]!).ShouldBeGreaterThan(DateTimeOffset.UtcNow.AddMinutes(-5));
        Convert.FromBase64String((string)message["data"]!).ShouldBe("hopeless"u8.ToArray());
    }

    [Fact]
    public async Task What_is_queued_or_under_way_survives_and_is_delivered_at_the_next_start_at_once()
    {
        // A claim that nobody settles is what a killed process leaves behind.
        var queue = new MessageQueue(_database.DataSource, TimeProvider.System);
        await queue.MigrateAsync();
        await queue.CreateTopicAsync("projects/p/topics/orders");
        var subscription = new Subscription("projects/p/subscriptions/billing", "projects/p/topics/orders");
        await queue.CreateSubscriptionAsync(subscription with { PushEndpoint = "http://127.0.0.1:9/gone" });
        var none = new Dictionary<string, string>();
        await queue.PublishAsync("projects/p/topics/orders", [new([1], none), new([2], none)]);
        (await queue.ClaimAsync(1, default)).Count.ShouldBe(1);
        (await queue.ClaimAsync(5, default)).Count.ShouldBe(1, "what is taken is not taken again");

        await using var server = await PubSubServer.StartAsync(_database);
        await server.Queue.CreateSubscriptionAsync(subscription with { PushEndpoint = server.Receiver }, replace: true);
        await Until.TrueAsync(async () => await server.Queue.PendingAsync(default) == 0, "both were acknowledged", seconds: 5);

        server.Received.Select(received => (string?)received.Body["message"]!["data"]).Order().ShouldBe(["AQ==", "Ag=="]);
    }

    [Fact]
    public async Task No_more_are_under_way_at_a_time_than_allowed()
    {
        await using var server = await PubSubServer.StartAsync(_database, concurrency: 3);
        await server.SubscribeAsync();
        var (now, most) = (0, 0);
        var full = new TaskCompletionSource();
        server.Answer = async _ =>
        {
            var mine = Interlocked.Increment(ref now);
            InterlockedMax(ref most, mine);
            if (mine == 3) full.TrySetResult();

            await full.Task.WaitAsync(TimeSpan.FromSeconds(10));
            Interlocked.Decrement(ref now);
            return 204;
        };
        for (var i = 0; i < 20; i++) await server.PublishAsync($"{i}");

        await Until.TrueAsync(async () => await server.Queue.PendingAsync(default) == 0, "all were acknowledged");
        most.ShouldBe(3);
        server.Received.Count.ShouldBe(20);
    }

    [Fact]
    public async Task Chaos_does_all_its_faults_loses_nothing_and_does_the_same_again_for_the_same_seed()
    {
        const int messages = 80;
        var chaos = new Chaos(42);
        await using var server = await PubSubServer.StartAsync(_database, chaos, concurrency: 8);
        await server.SubscribeAsync(""","retryPolicy":{"minimumBackoff":"0.01s","maximumBackoff":"0.05s"}""");
        var concurrent = new ConcurrentDictionary<string, int>();
        var doubled = 0;
        server.Answer = async body =>
        {
            var id = (string)body["message"]!["messageId"]!;
            if (concurrent.AddOrUpdate(id, 1, (_, count) => count + 1) > 1) Interlocked.Increment(ref doubled);

            await Task.Delay(20);
            concurrent.AddOrUpdate(id, 0, (_, count) => count - 1);
            return 204;
        };
        for (var i = 0; i < messages; i++) await server.PublishAsync($"{i:00}");

        await Until.TrueAsync(async () => await server.Queue.PendingAsync(default) == 0, "all were acknowledged", seconds: 60);

        foreach (var fault in Enum.GetValues<Fault>()) chaos.Done(fault).ShouldBeGreaterThan(0, $"the seed did {fault}: {chaos}");

        var texts = server.Received.Select(received => PubSubServer.Text(received.Body)).ToArray();
        texts.Distinct().Count().ShouldBe(messages, "each arrived");
        texts.Length.ShouldBeGreaterThan(messages, "some arrived twice");
        texts.Distinct().ShouldNotBe(texts.Distinct().Order(), "some were overtaken");
        doubled.ShouldBeGreaterThan(0, "some arrived twice at the same time");

        var subscription = new Subscription("projects/p/subscriptions/s", "t");
        var message = new OutgoingMessage([], new Dictionary<string, string>());
        var sample = Enumerable.Range(1, 200).Select(id => new Delivery(id, subscription, id, message, default, 1)).ToArray();
        var (one, two, other) = (new Chaos(7), new Chaos(7), new Chaos(8));
        sample.Select(one.Next).ShouldBe(sample.Reverse().Select(two.Next).Reverse(), "whatever the order");
        sample.Select(one.Next).ShouldNotBe(sample.Select(other.Next));
    }

    private static void InterlockedMax(ref int target, int value)
    {
        for (var seen = Volatile.Read(ref target); value > seen; seen = Volatile.Read(ref target))
        {
            Interlocked.CompareExchange(ref target, value, seen);
        }
    }
}
