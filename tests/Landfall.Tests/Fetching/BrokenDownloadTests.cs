using System.Security.Cryptography;
using Landfall.Tests.Local.Storage;
using Shouldly;
using Xunit;
using Xunit.Abstractions;

namespace Landfall.Tests.Fetching;

/// <summary>Connections that break, servers that lie: the object is the file, whole, or it is not.</summary>
public sealed class BrokenDownloadTests(StorageServer server, ITestOutputHelper output) : IClassFixture<StorageServer>, IAsyncLifetime
{
    private FetchWorld _world = null!;

    /// <summary>What tests before have left of the storage that all share.</summary>
    private readonly string[] _before = server.Uploads();

    private PublishedSite Site => _world.Site;

    public async Task InitializeAsync()
    {
        _world = await FetchWorld.CreateAsync(server);
        Site.Content = RandomNumberGenerator.GetBytes(3_000_000);
    }

    public async Task DisposeAsync() => await _world.DisposeAsync();

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_lost_connection_is_made_good_where_it_broke(bool saysLength)
    {
        Site.SaysLength = saysLength;
        Site.Cut = number => number <= 4 ? 700_000 : null;
        await _world.TickAsync();

        (await _world.OnlyAsync()).ShouldBe(Site.Content);
        var asked = Site.Requests.ToList();
        asked.Count.ShouldBe(5);
        asked.Skip(1).ShouldAllBe(request => request.Contains(" \"1\" -", StringComparison.Ordinal), "only if it is still the same");
        var starts = asked.Skip(1).Select(request => int.Parse(request.Split("bytes=")[1].Split('-')[0])).ToList();
        starts.Zip(starts.Skip(1)).ShouldAllBe(pair => pair.First < pair.Second, "always further on");
    }

    [Theory]
    [InlineData("\"1\"", false)]
    [InlineData("W/\"1\"", true)]
    [InlineData(null, true)]
    public async Task Where_nobody_can_go_on_it_begins_again(string? etag, bool ranges)
    {
        (Site.ETag, Site.Ranges) = (etag, ranges);
        Site.Cut = number => number <= 2 ? 1_500_000 : null;
        await _world.TickAsync();
        (await _world.OnlyAsync()).ShouldBe(Site.Content);
        server.Uploads().Except(_before).ShouldBeEmpty();
    }

    [Fact]
    public async Task A_file_that_changes_meanwhile_is_fetched_as_it_is_now()
    {
        var old = Site.Content;
        Site.Cut = number =>
        {
            if (number > 1) return null;
            (Site.Content, Site.ETag) = (RandomNumberGenerator.GetBytes(2_900_000), "\"2\"");
            return 1_500_000;
        };
        await _world.TickAsync();
        Site.Content.ShouldNotBe(old);
        (await _world.OnlyAsync()).ShouldBe(Site.Content);
        (await _world.Storage.GetAsync(_world.Bucket, "x.csv"))!.Metadata!["landfall-fetch-etag"].ShouldBe("\"2\"");
    }

    [Fact]
    public async Task A_server_that_never_gets_to_the_end_is_told_and_nothing_is_written()
    {
        Site.ETag = null;
        Site.Cut = _ => 1_500_000;
        (await _world.FailAsync()).Message.ShouldContain("begun 3 times");
        server.Uploads().Except(_before).ShouldBeEmpty();
    }

    [Fact]
    public async Task A_body_shorter_than_its_length_is_not_the_file()
    {
        Site.Exaggerates = 10;
        await _world.FailAsync();
        server.Uploads().Except(_before).ShouldBeEmpty();
    }

    [Fact]
    public async Task A_server_that_falls_silent_is_asked_again()
    {
        Site.Answer = async (number, context) =>
        {
            if (number > 1) return false;
            (context.Response.ContentLength, context.Response.Headers.ETag) = (Site.Content.Length, Site.ETag);
            await context.Response.Body.WriteAsync(Site.Content.AsMemory(0, 1_000_000));
            await context.Response.Body.FlushAsync();
            await Task.Delay(Timeout.Infinite, context.RequestAborted).ContinueWith(_ => { }, TaskScheduler.Default);
            return true;
        };
        await _world.TickAsync();
        (await _world.OnlyAsync()).ShouldBe(Site.Content);
        Site.Requests.Last().ShouldContain("bytes=1000000-");
    }

    [Fact]
    public async Task When_the_event_s_time_is_over_nothing_is_written()
    {
        using var time = new CancellationTokenSource();
        Site.Cut = _ =>
        {
            time.CancelAfter(100);
            return null;
        };
        Site.Answer = async (_, context) =>
        {
            (context.Response.ContentLength, context.Response.Headers.ETag) = (Site.Content.Length, Site.ETag);
            await context.Response.Body.WriteAsync(Site.Content.AsMemory(0, 2_000_000));
            await context.Response.Body.FlushAsync();
            await time.CancelAsync();
            await Task.Delay(Timeout.Infinite, context.RequestAborted).ContinueWith(_ => { }, TaskScheduler.Default);
            return true;
        };
        await Should.ThrowAsync<OperationCanceledException>(() => _world.TickAsync(cancellationToken: time.Token));
        (await _world.VersionsAsync()).ShouldBeEmpty();
    }

    [Theory]
    [InlineData("Content-MD5", "{base64}", "")]
    [InlineData("x-goog-hash", "crc32c=AAAAAA==,md5={base64}", "x-goog-stored-content-encoding: identity")]
    [InlineData("ETag", "\"{hex}\"", "x-amz-request-id: 1")]
    public async Task A_checksum_that_the_server_says_is_kept(string header, string value, string beside)
    {
        if (beside.Length > 0) Site.Headers[beside.Split(": ")[0]] = beside.Split(": ")[1];
        Say(header, value, Site.Content.AsSpan(1));
        (await _world.FailAsync()).Message.ShouldContain("another checksum");
        Say(header, value, Site.Content);
        await _world.TickAsync();
        (await _world.OnlyAsync()).ShouldBe(Site.Content);
    }

    [Theory]
    [InlineData("x-goog-hash", "md5={base64}", "x-goog-stored-content-encoding: gzip")]
    [InlineData("ETag", "\"{hex}\"", "Server: nginx")]
    [InlineData("ETag", "\"{hex}-3\"", "x-amz-request-id: 1")]
    [InlineData("ETag", "\"{hex}\"", "x-amz-request-id: 1; x-amz-server-side-encryption: aws:kms")]
    public async Task What_only_looks_like_a_checksum_is_none(string header, string value, string beside)
    {
        foreach (var other in beside.Split("; ")) Site.Headers[other.Split(": ")[0]] = other.Split(": ")[1];
        Say(header, value, "something else"u8);
        await _world.TickAsync();
        (await _world.OnlyAsync()).ShouldBe(Site.Content);
    }

    /// <summary>Whatever happens on the way, an object is one of the versions that were published, whole.</summary>
    [Fact]
    public async Task Chaos_on_the_way_brings_whole_files_or_none()
    {
        var seed = Environment.TickCount;
        output.WriteLine($"seed {seed}");
        var random = new Random(seed);
        var (published, cuts, fetched, failed) = (new HashSet<string>(), 0, 0, 0);
        Site.Answer = (_, context) =>
        {
            lock (random)
            {
                if (random.Next(4) == 0)
                {
                    Site.Content = new byte[random.Next(2_000_000)];
                    random.NextBytes(Site.Content);
                    Site.ETag = random.Next(4) == 0 ? null : $"\"{random.Next()}\"";
                    published.Add(Hash(Site.Content));
                }
                (Site.Ranges, Site.SaysLength) = (random.Next(4) > 0, random.Next(4) > 0);
                if (random.Next(6) > 0) return Task.FromResult(false);
                context.Response.StatusCode = 503;
                return Task.FromResult(true);
            }
        };
        Site.Cut = _ =>
        {
            lock (random)
            {
                if (random.Next(2) > 0) return null;
                cuts++;
                return random.Next(Site.Content.Length);
            }
        };
        published.Add(Hash(Site.Content));
        for (var tick = 0; tick < 60; tick++)
        {
            try
            {
                await _world.TickAsync();
                fetched++;
                published.ShouldContain(Hash(await _world.ReadAsync()), $"seed {seed}, tick {tick}");
            }
            catch (RetryException)
            {
                failed++;
            }
        }
        var versions = await _world.VersionsAsync();
        output.WriteLine($"{cuts} cuts, {fetched} ticks taken, {failed} not; {versions.Count} of {published.Count} versions");
        versions.ShouldAllBe(version => published.Contains(Convert.ToHexString(Convert.FromBase64String(version.Md5Hash))), $"seed {seed}");
        versions.Zip(versions.Skip(1)).ShouldAllBe(pair => pair.First.Md5Hash != pair.Second.Md5Hash, "nothing is written twice in a row");
        (cuts > 5 && fetched > 5 && versions.Count > 1).ShouldBeTrue("something happened");
        server.Uploads().Except(_before).ShouldBeEmpty();
    }

    private static string Hash(ReadOnlySpan<byte> content) => Convert.ToHexString(CryptographicOperations.HashData(HashAlgorithmName.MD5, content));

    private void Say(string header, string value, ReadOnlySpan<byte> content)
    {
        var text = value.Replace("{hex}", Hash(content).ToLowerInvariant()).Replace("{base64}", Convert.ToBase64String(Convert.FromHexString(Hash(content))));
        if (header == "ETag") Site.ETag = text;
        else Site.Headers[header] = text;
    }
}
