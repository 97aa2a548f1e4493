using System.Text;
using Landfall.Cloud;
using Landfall.Local.Bloomreach;
using Landfall.Runs;
using Landfall.Tests.Cloud;
using Landfall.Tests.Local.Storage;
using Microsoft.AspNetCore.Http;
using Shouldly;
using Xunit;

namespace Landfall.Tests.Exporting;

/// <summary>An export that goes wrong, at every point: nothing is half done, and the next tick ends right.</summary>
public sealed class BrokenExportTests(StorageServer storage) : IClassFixture<StorageServer>
{
    private const string Marker = "hunter2";

    [Theory]
    [InlineData(401, "LANDFALL_BLOOMREACH_SECRET", 1)]
    [InlineData(403, "GDPR > Export customers", 1)]
    [InlineData(404, "LANDFALL_BLOOMREACH_URL", 1)]
    [InlineData(400, "LANDFALL_BLOOMREACH_URL", 1)]
    [InlineData(302, "LANDFALL_BLOOMREACH_URL", 1)]
    [InlineData(429, null, 5)]
    [InlineData(500, null, 5)]
    [InlineData(503, null, 5)]
    public async Task An_error_is_told_to_the_operator(int status, string? hint, int requests)
    {
        await using var world = await ExportWorld.CreateAsync(storage, 45);
        world.Bloomreach.Fault = _ => new() { Status = status };
        var fault = await world.FailAsync();
        fault.Message.ShouldBe($"Bloomreach at 127.0.0.1 answered {status}: by order");
        if (hint is null) fault.Hint.ShouldBeNull();
        else fault.Hint.ShouldNotBeNull().ShouldContain(hint);
        world.Bloomreach.Requests.ShouldBe(requests);
        world.Bloomreach.Fault = _ => null;
        await EndsRightAsync(world);
    }

    [Fact]
    public async Task Wrong_credentials_and_a_foreign_project_are_what_the_stand_in_refuses()
    {
        await using var world = await ExportWorld.CreateAsync(storage, 45);
        var url = new Uri(world.Address, StandIn.Path);
        world.Account = new BloomreachAccount(url, StandIn.Project, StandIn.Key, "other");
        (await world.FailAsync()).Message.ShouldContain("401: invalid credentials");
        world.Account = new BloomreachAccount(url, "other", StandIn.Key, StandIn.Secret);
        (await world.FailAsync()).Message.ShouldContain("403: no access to the project");
        world.Account = null;
        (await world.FailAsync()).Hint.ShouldNotBeNull().ShouldContain("LANDFALL_BLOOMREACH_PROJECT");
    }

    [Fact]
    public async Task What_passes_is_waited_for_within_the_tick()
    {
        await using var world = await ExportWorld.CreateAsync(storage, 45);
        var waits = new RecordedWaits();
        world.Clock = waits;
        world.Bloomreach.Fault = request => request switch { 1 => new() { Status = 429, RetryAfter = "40" }, 2 => new() { Status = 500 }, _ => null };
        await EndsRightAsync(world);
        waits.Waits.ShouldContain(TimeSpan.FromSeconds(40));
        world.Bloomreach.Requests.ShouldBe(3);
    }

    [Fact]
    public async Task A_longer_wait_than_the_tick_has_is_left_to_the_platform()
    {
        await using var world = await ExportWorld.CreateAsync(storage, 45);
        world.Bloomreach.Fault = _ => new() { Status = 429, RetryAfter = "3600" };
        (await world.FailAsync()).Message.ShouldBe("Bloomreach at 127.0.0.1 answered 429 and asks to wait (3600): by order");
        world.Bloomreach.Requests.ShouldBe(1);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(20)]
    [InlineData(200)]
    [InlineData(5_000)]
    [InlineData(300_000)]
    [InlineData(2_500_000)]
    public async Task A_body_that_is_cut_is_no_export(int bytes)
    {
        await using var world = await ExportWorld.CreateAsync(storage, 40_000);
        world.Bloomreach.Fault = request => request == 1 ? new() { CutAfter = bytes } : null;
        (await world.FailAsync()).Message.ShouldStartWith("Bloomreach's export broke off after ");
        await world.TickAsync();
        world.Published.Last().ShouldBeOfType<CompleteMessage>().Rows.ShouldBe(40_000);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(30)]
    [InlineData(40_000)]
    public async Task An_export_that_says_it_failed_is_none(int rows)
    {
        await using var world = await ExportWorld.CreateAsync(storage, 40_000);
        world.Bloomreach.Fault = request => request == 1 ? new() { FailAfter = rows } : null;
        (await world.FailAsync()).Message.ShouldBe("Bloomreach's export says that it failed: by order");
        await world.TickAsync();
        world.Published.Last().ShouldBeOfType<CompleteMessage>().Rows.ShouldBe(40_000);
    }

    [Theory]
    [InlineData("", "ends too soon")]
    [InlineData("<html>", "not valid JSON")]
    [InlineData("[]", "no JSON object")]
    [InlineData("{}", "does not say that it succeeded")]
    [InlineData("""{"success":false}""", "says that it failed")]
    [InlineData("""{"success":false,"errors":{"a":["x","y"]}}""", "says that it failed: x; y")]
    [InlineData("""{"success":true}""", "no 'header' and 'rows'")]
    [InlineData("""{"success":"true","header":[],"rows":[]}""", "neither true nor false")]
    [InlineData("""{"success":true,"success":true,"header":[],"rows":[]}""", "twice")]
    [InlineData("""{"success":true,"header":["a"],"rows":[[1]],"rows":[[2]]}""", "twice")]
    [InlineData("""{"success":true,"header":["a"],"header":["b"],"rows":[[1]]}""", "twice")]
    [InlineData("""{"success":true,"header":["a"],"fields":["b"],"rows":[[1]]}""", "twice")]
    [InlineData("""{"success":true,"header":["a",1],"rows":[[1]]}""", "a column without a name")]
    [InlineData("""{"success":true,"header":["a\ud800"],"rows":[[1]]}""", "not valid Unicode")]
    [InlineData("""{"success":true,"header":[],"rows":[[1]]}""", "rows and no columns")]
    [InlineData("""{"success":true,"header":["a"],"rows":{}}""", "rows are no array")]
    [InlineData("""{"success":true,"header":["a"],"rows":[[1]""", "ends too soon")]
    [InlineData("""{"success":true,"header":["a"],"rows":[[1]]}}""", "not valid JSON")]
    [InlineData("""{"success":true,"header":["a"],"rows":[[1]]}{}""", "not valid JSON")]
    [InlineData("""{"success":true,"header":["a"],"rows":[[1],[2]],}""", "not valid JSON")]
    [InlineData("""{"success":true,"header":["a"],"rows":[[01]]}""", "not valid JSON")]
    public async Task What_is_no_export_makes_nothing(string body, string words)
    {
        await using var world = await ExportWorld.CreateAsync(storage, 45);
        world.Serve(body);
        (await world.FailAsync()).Message.ShouldContain(words);
        world.Answer = null;
        await EndsRightAsync(world);
    }

    [Fact]
    public async Task Hostile_exports_make_nothing()
    {
        await using var world = await ExportWorld.CreateAsync(storage, 45);
        const string Begin = """{"success":true,"header":["a"],"rows":[[1],""";
        byte[][] hostile =
        [
            Encoding.UTF8.GetBytes(Begin + new string('[', 10_000_000)),
            Encoding.UTF8.GetBytes(Begin + "[\"" + new string('x', 10_000_000) + "\"]]}"),
            Encoding.UTF8.GetBytes(Begin + "[" + new string(' ', 10_000_000) + "]]}"),
            Encoding.UTF8.GetBytes(Begin + new string('9', 10_000_000) + "]}"),
            Encoding.UTF8.GetBytes($"{{\"success\":true,\"header\":[{string.Join(',', Enumerable.Repeat("\"\"", 10_001))}],\"rows\":[]}}"),
            Encoding.UTF8.GetBytes($"{{\"success\":true,\"header\":[\"{new string('x', 1_000_000)}\"],\"rows\":[]}}"),
            [.. Encoding.UTF8.GetBytes(Begin + "[\""), 0xC0, 0xA0, .. "\"]]}"u8],
        ];
        foreach (var body in hostile)
        {
            world.Serve(body);
            (await world.FailAsync()).Message.Length.ShouldBeLessThan(400);
        }
        // White space behind values is of no account, however much of it.
        world.Serve(Begin + "[2]" + new string('\n', 10_000_000) + "]}" + new string(' ', 10_000_000));
        await world.TickAsync();
        world.Published.Last().ShouldBeOfType<CompleteMessage>().Rows.ShouldBe(2);
    }

    /// <summary>5,000 customers are 250 pages: three requests of pages and one of complete.</summary>
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    public async Task A_publish_that_fails_leaves_the_run_open_and_the_next_tick_closes_it(int request)
    {
        await using var world = await ExportWorld.CreateAsync(storage, 5000);
        world.PublishStatus = n => n >= request ? 500 : 200;
        await Should.ThrowAsync<RetryException>(() => world.TickAsync());
        world.Published.OfType<CompleteMessage>().ShouldBeEmpty();
        world.Published.Count.ShouldBe(Math.Min((request - 1) * 100, 250));

        world.PublishStatus = _ => 200;
        var before = world.Texts.ToArray();
        world.Texts.Clear();
        await world.TickAsync();
        world.Bloomreach.Requests.ShouldBe(1, "the object is cut again");
        world.Texts.Take(before.Length).ShouldBe(before, "a restart cuts the same pages");
        world.Texts.Count.ShouldBe(251);
        world.Published.OfType<CompleteMessage>().ShouldHaveSingleItem().Rows.ShouldBe(5000);
    }

    [Fact]
    public async Task A_lost_reply_publishes_again()
    {
        await using var world = await ExportWorld.CreateAsync(storage, 45);
        world.PublishStatus = n => n is 1 or 3 ? 0 : 200;
        await EndsRightAsync(world);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(4)]
    public async Task A_function_that_is_stopped_between_pages_is_made_good_by_the_next(int request)
    {
        await using var world = await ExportWorld.CreateAsync(storage, 5000);
        using var stop = new CancellationTokenSource();
        world.PublishStatus = n =>
        {
            if (n == request) stop.Cancel();
            return 200;
        };
        await Should.ThrowAsync<OperationCanceledException>(() => world.TickAsync(cancellationToken: stop.Token));
        world.PublishStatus = _ => 200;
        await world.TickAsync();
        var complete = world.Published.Last().ShouldBeOfType<CompleteMessage>();
        (complete.Pages, complete.Rows).ShouldBe((250, 5000L));
        world.Texts.Distinct().Count().ShouldBe(251);
        world.Bloomreach.Requests.ShouldBe(1);
    }

    [Fact]
    public async Task An_object_that_is_no_export_is_never_completed()
    {
        await using var world = await ExportWorld.CreateAsync(storage, 45);
        await world.WriteAsync("""{"success":true,"header":["a"],"rows":[[1],[2],""");
        var fault = await Should.ThrowAsync<RetryException>(() => world.TickAsync());
        fault.Message.ShouldContain("is no export of Bloomreach's");
        fault.Hint.ShouldNotBeNull().ShouldContain("Delete the object");
        world.Published.OfType<CompleteMessage>().ShouldBeEmpty();
        world.Bloomreach.Requests.ShouldBe(0);
    }

    [Fact]
    public async Task A_job_that_no_contract_exports_for_is_told()
    {
        await using var world = await ExportWorld.CreateAsync(storage, 45);
        (await Should.ThrowAsync<RetryException>(() => world.TickAsync(job: "people"))).Message.ShouldContain("'people'");
    }

    /// <summary>Project, key and secret hold a marker, and so does what the other side says of them.</summary>
    [Fact]
    public async Task Secrets_are_in_no_log_and_no_error()
    {
        await using var world = await ExportWorld.CreateAsync(storage, 45);
        var url = new Uri(world.Address, StandIn.Path);
        var basic = Convert.ToBase64String(Encoding.UTF8.GetBytes($"{Marker}-key:{Marker}/secret"));
        world.Account = new BloomreachAccount(url, $"{Marker}-project/1", $"{Marker}-key", $"{Marker}/secret");
        var said = new StringBuilder();
        var (status, body) = (0, "");
        world.Answer = async context =>
        {
            context.Request.Headers.Authorization.ToString().ShouldBe("Basic " + basic);
            if (status == 0)
            {
                context.Abort();
                return;
            }
            context.Response.StatusCode = status;
            await context.Response.WriteAsync(body);
        };
        var echo = $"no {Marker}-project/1 ({Marker}-project%2F1) for {Marker}-key, {Marker}/secret, {basic}";
        foreach (var (answer, text) in new (int, string)[]
        {
            (0, ""), (401, $$"""{"success":false,"error":"{{echo}}"}"""), (403, $$"""{"errors":["{{echo}}"]}"""), (500, $$$"""{"errors":{"{{{Marker}}}":"{{{echo}}}"}}"""), (503, echo), (404, $"<p>{echo}</p>"),
            (200, $$"""{"success":false,"error":"{{echo}}"}"""), (200, $$"""{"success":true,"header":["{{Marker}}"],"rows":[["{{Marker}}"],["""), (200, echo), (200, $$"""{"{{Marker}}":{{Marker}}"""),
        })
        {
            (status, body) = (answer, text);
            var fault = await world.FailAsync();
            said.AppendLine($"{fault} {fault.Hint}");
        }
        world.Account = new BloomreachAccount(new Uri("http://127.0.0.1:1"), $"{Marker}-project", $"{Marker}-key", $"{Marker}/secret");
        said.AppendLine($"{await world.FailAsync()} {world.Account}");
        (status, body) = (200, """{"success":true,"header":["a"],"rows":[["x"]]}""");
        world.Account = new BloomreachAccount(url, $"{Marker}-project/1", $"{Marker}-key", $"{Marker}/secret");
        await world.TickAsync();
        said.ToString().ShouldNotContain(Marker);
        said.ToString().ShouldNotContain(basic);
        said.ToString().ShouldContain("•••", customMessage: "what was echoed was told, but for the secrets");
        world.Log.Lines.ShouldNotBeEmpty();
        string.Concat(world.Log.Lines).ShouldNotContain(Marker);
    }

    private static async Task EndsRightAsync(ExportWorld world)
    {
        await world.TickAsync();
        var complete = world.Published.Last().ShouldBeOfType<CompleteMessage>();
        (complete.Pages, complete.Rows).ShouldBe((3, 45L));
        world.Published.OfType<PageMessage>().Select(page => page.Rows.Count).ShouldBe([20, 20, 5]);
    }
}
