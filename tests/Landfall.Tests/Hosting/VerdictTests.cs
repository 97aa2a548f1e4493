using System.Net;
using System.Text.Json;
using Landfall.Events;
using Microsoft.Extensions.DependencyInjection;
using Shouldly;
using Xunit;

namespace Landfall.Tests.Hosting;

/// <summary>What becomes of an event decides what its sender hears, over real HTTP.</summary>
public sealed class VerdictTests
{
    [Fact]
    public async Task Returning_is_204()
    {
        StorageObjectData? seen = null;
        await using var served = await Served.StartAsync<StorageObjectData>((_, data, _) =>
        {
            seen = data;
            return Task.CompletedTask;
        });

        using var response = await served.PostAsync(Served.Resource, "/any/path");

        response.StatusCode.ShouldBe(HttpStatusCode.NoContent);
        seen.ShouldBe(new() { Bucket = "drop-zone", Name = "people/people_20260131.csv", Generation = 1587627537231057 });
        served.Log.Only("INFO").GetProperty("eventType").GetString().ShouldBe(EventTypes.ObjectFinalized);
    }

    [Fact]
    public async Task Retry_is_503_with_its_hint()
    {
        await using var served = await Served.StartAsync<StorageObjectData>((_, _, _) => throw new RetryException("The warehouse is away.", "Start it."));

        using var response = await served.PostAsync(Served.Resource);

        var problem = await ProblemAsync(response, HttpStatusCode.ServiceUnavailable);
        problem.GetProperty("detail").GetString().ShouldBe("The warehouse is away.");
        problem.GetProperty("hint").GetString().ShouldBe("Start it.");
        var line = served.Log.Only("WARNING");
        line.GetProperty("message").GetString()!.ShouldContain("The warehouse is away.");
        line.GetProperty("hint").GetString().ShouldBe("Start it.");
    }

    [Fact]
    public async Task Reject_that_escapes_ends_the_event_and_raises_an_error()
    {
        await using var served = await Served.StartAsync<StorageObjectData>((_, _, _) => throw new RejectException("The file is no CSV."));

        using var response = await served.PostAsync(Served.Resource);

        response.StatusCode.ShouldBe(HttpStatusCode.NoContent);
        served.Log.Only("ERROR").GetProperty("message").GetString()!.ShouldContain("The file is no CSV.");
    }

    [Fact]
    public async Task A_message_that_the_function_can_not_read_is_400_with_the_reason()
    {
        await using var served = await Served.StartAsync<StorageObjectData>((_, _, _) => throw new BadEventException("The message has no 'run'."));

        using var response = await served.PostAsync(Served.Resource);

        (await ProblemAsync(response, HttpStatusCode.BadRequest)).GetProperty("detail").GetString().ShouldBe("The message has no 'run'.");
    }

    [Fact]
    public async Task Anything_else_is_503_and_tells_the_sender_nothing()
    {
        await using var served = await Served.StartAsync<StorageObjectData>((_, _, _) => throw new InvalidOperationException("a detail for operators"));

        using var response = await served.PostAsync(Served.Resource);

        var problem = await ProblemAsync(response, HttpStatusCode.ServiceUnavailable);
        problem.GetRawText().ShouldNotContain("a detail for operators");
        served.Log.Only("ERROR").GetProperty("stack_trace").GetString()!.ShouldContain("a detail for operators");
    }

    [Fact]
    public async Task A_function_that_can_not_be_made_is_503()
    {
        var made = 0;
        await using var served = await Served.StartAsync<StorageObjectData>((_, _, _) => Task.CompletedTask, services: services =>
            services.AddScoped<TestFunction<StorageObjectData>>(
                _ => ++made == 1 ? new((_, _, _) => Task.CompletedTask) : throw new InvalidOperationException("gone")));

        using var response = await served.PostAsync(Served.Resource);

        response.StatusCode.ShouldBe(HttpStatusCode.ServiceUnavailable);
        made.ShouldBe(2);
    }

    [Fact]
    public async Task Unreadable_is_400_and_the_function_is_not_called()
    {
        await using var served = await Served.StartAsync<StorageObjectData>((_, _, _) => throw new InvalidOperationException("called"));

        using var response = await served.PostAsync("date,amount");

        var problem = await ProblemAsync(response, HttpStatusCode.BadRequest);
        problem.GetProperty("detail").GetString()!.ShouldContain("not valid JSON");
        served.Log.Lines.Count.ShouldBe(1);
        served.Log.Only("WARNING").GetProperty("reason").GetString()!.ShouldContain("expected a CloudEvent");
    }

    [Fact]
    public async Task Another_type_is_400_with_what_the_function_takes()
    {
        await using var served = await Served.StartAsync<TickData>((_, _, _) => throw new InvalidOperationException("called"));

        using var response = await served.PostAsync(Served.Resource);

        var problem = await ProblemAsync(response, HttpStatusCode.BadRequest);
        problem.GetProperty("detail").GetString()!.ShouldSatisfyAllConditions(
            detail => detail.ShouldContain(EventTypes.ObjectFinalized),
            detail => detail.ShouldContain(EventTypes.SchedulerTick));
    }

    [Theory]
    [InlineData("push-storage-delete.http")]
    [InlineData("push-storage-archive.http")]
    [InlineData("push-storage-metadata-update.http")]
    public async Task Other_storage_events_are_acknowledged_without_a_call(string recorded)
    {
        await using var served = await Served.StartAsync<StorageObjectData>((_, _, _) => throw new InvalidOperationException("called"));

        using var response = await served.PostAsync(System.Text.Encoding.UTF8.GetString(Events.RecordedEvent.Load(recorded).Body));

        response.StatusCode.ShouldBe(HttpStatusCode.NoContent);
        served.Log.Lines.Count.ShouldBe(1);
        served.Log.Only("INFO").GetProperty("message").GetString()!.ShouldContain("only google.cloud.storage.object.v1.finalized brings data");
    }

    [Theory]
    [InlineData("GET", "/", HttpStatusCode.OK)]
    [InlineData("HEAD", "/", HttpStatusCode.OK)]
    [InlineData("GET", "/healthz", HttpStatusCode.OK)]
    [InlineData("GET", "/other", HttpStatusCode.NotFound)]
    [InlineData("PUT", "/", HttpStatusCode.MethodNotAllowed)]
    public async Task Other_methods_say_whether_it_is_alive(string method, string path, HttpStatusCode expected)
    {
        await using var served = await Served.StartAsync<StorageObjectData>((_, _, _) => throw new InvalidOperationException("called"));

        using var response = await served.Client.SendAsync(new HttpRequestMessage(new HttpMethod(method), path));

        response.StatusCode.ShouldBe(expected);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_body_beyond_the_limit_is_413(bool chunked)
    {
        await using var served = await Served.StartAsync<PubSubMessage>((_, _, _) => Task.CompletedTask);
        using var request = new HttpRequestMessage(HttpMethod.Post, "/") { Content = new ByteArrayContent(new byte[EventReader.MaxBytes + 1]) };
        request.Headers.TransferEncodingChunked = chunked;
        request.Headers.ExpectContinue = true;

        using var response = await served.Client.SendAsync(request);

        (await ProblemAsync(response, HttpStatusCode.RequestEntityTooLarge)).GetProperty("detail").GetString()!.ShouldContain("14000000 bytes");
    }

    [Fact]
    public async Task A_body_at_the_limit_is_read()
    {
        var length = 0;
        await using var served = await Served.StartAsync<PubSubMessage>((_, message, _) =>
        {
            length = message.Attributes["padding"].Length;
            return Task.CompletedTask;
        });
        var frame = """{"message":{"messageId":"1","attributes":{"padding":""}}}""";

        using var response = await served.PostAsync(frame.Replace("\"\"", $"\"{new string('x', EventReader.MaxBytes - frame.Length)}\"", StringComparison.Ordinal));

        response.StatusCode.ShouldBe(HttpStatusCode.NoContent);
        length.ShouldBe(EventReader.MaxBytes - frame.Length);
    }

    /// <summary>Refused with 413, it would be delivered again until it is a dead letter.</summary>
    [Fact]
    public async Task The_largest_message_of_PubSubs_is_taken()
    {
        var length = 0;
        await using var served = await Served.StartAsync<PubSubMessage>((_, message, _) =>
        {
            length = message.Data.Length;
            return Task.CompletedTask;
        });

        using var response = await served.PostAsync($$"""{"message":{"messageId":"1","publishTime":"2024-01-05T06:00:00Z","data":"{{Convert.ToBase64String(new byte[10_000_000])}}"},"subscription":"projects/p/subscriptions/s"}""");

        response.StatusCode.ShouldBe(HttpStatusCode.NoContent);
        length.ShouldBe(10_000_000);
    }

    [Fact]
    public async Task The_time_limit_cancels_the_function_and_is_503()
    {
        var time = new ManualTime();
        var running = new TaskCompletionSource();
        await using var served = await Served.StartAsync<StorageObjectData>(
            (_, _, cancellationToken) =>
            {
                running.SetResult();
                return Task.Delay(Timeout.Infinite, cancellationToken);
            },
            new() { Timeout = TimeSpan.FromSeconds(30) },
            services => services.AddSingleton<TimeProvider>(time));

        var posted = served.PostAsync(Served.Resource);
        await running.Task;
        time.Advance(TimeSpan.FromSeconds(29));
        posted.IsCompleted.ShouldBeFalse();
        time.Advance(TimeSpan.FromSeconds(1));
        using var response = await posted;

        (await ProblemAsync(response, HttpStatusCode.ServiceUnavailable)).GetProperty("detail").GetString()!.ShouldContain("30 s (LANDFALL_TIMEOUT)");
        served.Log.Only("WARNING").GetProperty("cause").GetString()!.ShouldContain("LANDFALL_TIMEOUT");
    }

    /// <summary>A sender that hangs up (its deadline is shorter than the work) must not undo the work: its redelivery would never get further.</summary>
    [Fact]
    public async Task A_sender_that_hangs_up_cancels_nothing()
    {
        var (running, gate, done) = (new TaskCompletionSource(), new TaskCompletionSource(), new TaskCompletionSource<bool>());
        await using var served = await Served.StartAsync<StorageObjectData>(async (_, _, cancellationToken) =>
        {
            running.SetResult();
            await gate.Task;
            done.SetResult(cancellationToken.IsCancellationRequested);
        });
        using (var cancelled = new CancellationTokenSource())
        {
            var posted = served.Client.PostAsync("/", new StringContent(Served.Resource), cancelled.Token);
            await running.Task;
            await cancelled.CancelAsync();
            await Should.ThrowAsync<OperationCanceledException>(() => posted);
        }

        gate.SetResult();

        (await done.Task).ShouldBeFalse();
    }

    private static async Task<JsonElement> ProblemAsync(HttpResponseMessage response, HttpStatusCode expected)
    {
        response.StatusCode.ShouldBe(expected);
        response.Content.Headers.ContentType!.MediaType.ShouldBe("application/problem+json");
        var problem = JsonDocument.Parse(await response.Content.ReadAsStringAsync()).RootElement;
        problem.GetProperty("status").GetInt32().ShouldBe((int)expected);
        return problem;
    }
}
