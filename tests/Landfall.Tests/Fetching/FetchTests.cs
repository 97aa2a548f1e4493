using System.Security.Cryptography;
using System.Text;
using Landfall.Tests.Local.Storage;
using Shouldly;
using Xunit;

namespace Landfall.Tests.Fetching;

/// <summary>What a tick brings, and what it does not write.</summary>
public sealed class FetchTests(StorageServer server) : IClassFixture<StorageServer>, IAsyncLifetime
{
    private static readonly byte[] Small = "id\n1\n2"u8.ToArray();

    private FetchWorld _world = null!;

    /// <summary>What tests before have left of the storage that all share.</summary>
    private readonly string[] _before = server.Uploads();

    private PublishedSite Site => _world.Site;

    public async Task InitializeAsync()
    {
        _world = await FetchWorld.CreateAsync(server);
        Site.Content = Small;
    }

    public async Task DisposeAsync() => await _world.DisposeAsync();

    [Theory]
    [InlineData(6)]
    [InlineData(0)]
    [InlineData(1 << 20)]
    [InlineData(5_000_000)]
    public async Task The_file_is_the_object_and_the_same_tick_again_writes_nothing(int size)
    {
        Site.Content = RandomNumberGenerator.GetBytes(size);
        await _world.TickAsync();
        await _world.TickAsync();

        (await _world.OnlyAsync()).ShouldBe(Site.Content);
        Site.Requests.ShouldBe(["/data/x.csv?key=secret - - -", "/data/x.csv?key=secret - - \"1\""]);
        var stored = (await _world.Storage.GetAsync(_world.Bucket, "x.csv"))!;
        stored.ContentType.ShouldBe("text/csv");
        stored.Metadata!["landfall-fetch-etag"].ShouldBe("\"1\"");
        string.Join(' ', stored.Metadata.Values).ShouldNotContain("secret");
    }

    [Fact]
    public async Task Changed_bytes_are_a_new_version_and_the_same_bytes_with_another_ETag_are_none()
    {
        await _world.TickAsync();
        Site.ETag = "\"2\"";
        await _world.TickAsync();
        (await _world.OnlyAsync()).ShouldBe(Small);
        server.Uploads().Except(_before).ShouldBeEmpty();

        Site.Content = "id\n3"u8.ToArray();
        await _world.TickAsync();
        (await _world.VersionsAsync()).Count.ShouldBe(2);
        (await _world.ReadAsync()).ShouldBe(Site.Content);
    }

    [Fact]
    public async Task The_same_long_bytes_are_begun_and_abandoned()
    {
        Site.Content = new byte[3_000_000];
        await _world.TickAsync();
        Site.ETag = "\"2\"";
        await _world.TickAsync();
        (await _world.VersionsAsync()).ShouldHaveSingleItem();
        server.Uploads().Except(_before).ShouldBeEmpty("a session that is not completed is given up");
    }

    [Fact]
    public async Task Without_an_ETag_it_asks_by_the_date()
    {
        (Site.ETag, Site.Headers["Last-Modified"]) = (null, "Fri, 05 Jan 2024 06:00:00 GMT");
        await _world.TickAsync();
        var asked = "";
        Site.Answer = (_, context) =>
        {
            asked = context.Request.Headers.IfModifiedSince.ToString();
            context.Response.StatusCode = 304;
            return Task.FromResult(true);
        };
        await _world.TickAsync();
        asked.ShouldBe("Fri, 05 Jan 2024 06:00:00 GMT");
        (await _world.OnlyAsync()).ShouldBe(Small);
    }

    [Fact]
    public async Task What_was_fetched_from_elsewhere_or_dropped_by_hand_says_nothing_about_this_URL()
    {
        await _world.TickAsync(url: "https://example.com/other.csv");
        await _world.TickAsync();
        await _world.Storage.WriteAsync(_world.Bucket, "x.csv", "by hand"u8.ToArray(), "text/csv");
        await _world.TickAsync();

        Site.Requests.ShouldAllBe(request => request.EndsWith(" - - -", StringComparison.Ordinal), "nothing to ask by");
        (await _world.VersionsAsync()).Count.ShouldBe(3, "fetched, by hand, and as it is published again");
        (await _world.ReadAsync()).ShouldBe(Small);
    }

    [Theory]
    [InlineData("2024-01-05T06:00:00Z", "x_20240105.csv")]
    [InlineData("2024-01-05T04:59:00Z", "x_20240104.csv")]
    public async Task A_dated_object_is_of_the_tick_s_day_where_the_contract_s_clock_hangs(string due, string name)
    {
        await _world.TickAsync("x_{date:yyyyMMdd}.csv", due);
        (await _world.VersionsAsync()).ShouldHaveSingleItem().Name.ShouldBe(name);
    }

    [Fact]
    public async Task A_job_that_no_contract_is_fetched_for_is_told() =>
        (await Should.ThrowAsync<RetryException>(() => _world.TickAsync(job: "y"))).Message.ShouldContain("'y'");

    [Fact]
    public async Task Two_ticks_at_once_write_one_version()
    {
        var both = new CountdownEvent(2);
        var met = new TaskCompletionSource();
        Site.Content = new byte[2_500_000];
        Site.Answer = async (_, _) =>
        {
            if (both.Signal()) met.SetResult();
            await met.Task;
            return false;
        };
        await Task.WhenAll(_world.TickAsync(), _world.TickAsync());
        met.Task.IsCompleted.ShouldBeTrue("they were there at the same time");
        (await _world.OnlyAsync()).ShouldBe(Site.Content);
    }

    [Fact]
    public async Task What_somebody_writes_meanwhile_is_not_written_over()
    {
        Site.Answer = async (_, _) =>
        {
            await _world.Storage.WriteAsync(_world.Bucket, "x.csv", "by hand"u8.ToArray(), "text/csv");
            return false;
        };
        (await Should.ThrowAsync<RetryException>(() => _world.TickAsync())).Message.ShouldContain("written by somebody else");
        Encoding.UTF8.GetString(await _world.OnlyAsync()).ShouldBe("by hand");
    }

    [Theory]
    [InlineData("/elsewhere", true)]
    [InlineData("http://127.0.0.2:1/x.csv", false)]
    [InlineData("ftp://example.com/x.csv?key=secret", false)]
    [InlineData("file:///etc/passwd", false)]
    [InlineData("/data/x.csv", false)]
    public async Task It_is_redirected_a_few_times_and_never_off_https(string location, bool follows)
    {
        Site.Answer = (_, context) =>
        {
            if (context.Request.Path != "/data/x.csv") return Task.FromResult(false);
            context.Response.Redirect(location);
            return Task.FromResult(true);
        };
        if (follows)
        {
            await _world.TickAsync();
            (await _world.OnlyAsync()).ShouldBe(Small);
            return;
        }
        (await _world.FailAsync()).Message.ShouldContain("example.com redirects");
        Site.Requests.Count.ShouldBe(location[0] == '/' ? 6 : 1);
    }

    [Theory]
    [InlineData(404, "example.com answered 404", 1)]
    [InlineData(403, "example.com answered 403", 1)]
    [InlineData(204, "example.com answered 204", 1)]
    [InlineData(304, "example.com answered 304", 1)]
    [InlineData(503, "example.com answered 503", 5)]
    public async Task An_answer_that_is_no_file_is_told(int status, string words, int requests)
    {
        Site.Answer = (_, context) =>
        {
            context.Response.StatusCode = status;
            return Task.FromResult(true);
        };
        (await _world.FailAsync()).Message.ShouldStartWith(words);
        Site.Requests.Count.ShouldBe(requests);
    }

    [Fact]
    public async Task A_web_page_is_no_file()
    {
        (Site.ContentType, Site.Content) = ("text/html; charset=utf-8", "<p>Log in</p>"u8.ToArray());
        (await _world.FailAsync()).Message.ShouldContain("a web page");
    }

    [Fact]
    public async Task Nobody_there_is_told_by_the_host_alone()
    {
        var fault = await Should.ThrowAsync<RetryException>(() => _world.TickAsync(url: "https://127.0.0.1:1/x.csv?key=secret", mirror: false));
        fault.Message.ShouldStartWith("127.0.0.1 can not be reached");
        fault.Message.ShouldNotContain("secret");
    }
}
