using System.Text;
using Landfall.Local.Storage;
using Npgsql;
using Shouldly;
using Xunit;

namespace Landfall.Tests.Local.Storage;

public sealed class ObjectStoreTests(StorageServer server) : IClassFixture<StorageServer>, IDisposable
{
    private readonly ObjectStore _store = server.Store;

    public void Dispose() => (_store.Finalized, _store.Stored, _store.Removed) = (null, null, null);

    [Fact]
    public async Task The_finalize_hook_commits_with_the_object_or_not_at_all()
    {
        var bucket = await server.BucketAsync();
        var before = server.Uploads();
        await ExecuteAsync("CREATE TABLE IF NOT EXISTS noted (identity text)");
        _store.Finalized = async (connection, transaction, version) =>
        {
            await using var note = new NpgsqlCommand("INSERT INTO noted VALUES ($1)", connection, transaction) { Parameters = { new() { Value = $"{bucket}/{version.Name}#{version.Generation}" } } };
            await note.ExecuteNonQueryAsync();
            if (version.Name == "bad") throw new InvalidOperationException("killed between the row and the commit");
        };
        var good = (await PutAsync(bucket, "good"))!;
        await Should.ThrowAsync<InvalidOperationException>(() => PutAsync(bucket, "bad"));
        (await TextAsync($"SELECT string_agg(identity, ' ') FROM noted WHERE identity LIKE '{bucket}/%'")).ShouldBe($"{bucket}/good#{good.Generation}");
        (await _store.ListAsync(bucket, new ListOptions(Versions: true))).Items.ShouldBe([good]);
        server.Uploads().ShouldBe(before);
    }

    [Fact]
    public async Task What_was_live_stays_live_when_its_overwrite_fails()
    {
        var bucket = await server.BucketAsync();
        var first = await PutAsync(bucket, "x", "one");
        _store.Finalized = (_, _, _) => throw new InvalidOperationException();
        await Should.ThrowAsync<InvalidOperationException>(() => PutAsync(bucket, "x", "two"));
        (await _store.GetAsync(bucket, "x")).ShouldBe(first);
    }

    [Fact]
    public async Task Times_of_a_bucket_grow_strictly_and_generations_too()
    {
        var bucket = await server.BucketAsync();
        var versions = await Task.WhenAll(Enumerable.Range(0, 60).Select(async i => (await PutAsync(bucket, $"{i % 7}"))!));
        var byTime = versions.OrderBy(v => v.TimeCreated).ToArray();
        byTime.Select(v => v.TimeCreated).Distinct().Count().ShouldBe(60);
        byTime.Select(v => v.Generation).ShouldBeInOrder();
        byTime.ShouldAllBe(v => v.TimeCreated.Ticks % TimeSpan.TicksPerMillisecond == 0);
        (await _store.ListAsync(bucket, new ListOptions())).Items.Count.ShouldBe(7);
        (await _store.ListAsync(bucket, new ListOptions(Versions: true))).Items.Count.ShouldBe(60);
    }

    [Fact]
    public async Task Of_many_creators_one_wins()
    {
        var bucket = await server.BucketAsync();
        var written = await Task.WhenAll(Enumerable.Range(0, 20).Select(i => PutAsync(bucket, "x", $"{i}", new PutOptions(Preconditions: new Preconditions(IfGenerationMatch: 0)))));
        var winner = written.Where(v => v is not null).ShouldHaveSingleItem();
        (await _store.GetAsync(bucket, "x")).ShouldBe(winner);
    }

    [Fact]
    public async Task Hooks_tell_the_view_what_came_and_went()
    {
        var bucket = await server.BucketAsync();
        var told = new List<string>();
        _store.Stored = version => Tell("+", version);
        _store.Removed = version => Tell("-", version);
        var first = (await PutAsync(bucket, "x"))!;
        var second = (await PutAsync(bucket, "x"))!;
        await _store.DeleteAsync(bucket, "x", first.Generation);
        await _store.DeleteAsync(bucket, "x");
        await _store.DeleteAsync(bucket, "x", second.Generation);
        told.ShouldBe([$"+{first.Generation}", $"+{second.Generation}", $"-{second.Generation}"]);

        Task Tell(string sign, ObjectResource version)
        {
            told.Add($"{sign}{version.Generation}");
            return Task.CompletedTask;
        }
    }

    [Fact]
    public async Task A_version_deleted_by_its_generation_leaves_no_file()
    {
        var bucket = await server.BucketAsync();
        var before = Files();
        var version = (await PutAsync(bucket, "x"))!;
        Files().ShouldBe(before + 1);
        (await _store.DeleteAsync(bucket, "x")).ShouldBeTrue();
        Files().ShouldBe(before + 1, "an old version is kept");
        (await _store.DeleteAsync(bucket, "x", version.Generation)).ShouldBeTrue();
        Files().ShouldBe(before);

        int Files() => Directory.GetFiles(Path.Combine(server.Home, "objects"), "*", SearchOption.AllDirectories).Length;
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(1000)]
    public async Task A_listing_folds_at_the_delimiter_on_pages_of_any_size(int maxResults)
    {
        var bucket = await server.BucketAsync();
        foreach (var name in new[] { "a/1", "a/2", "a0", "b", "c/d/1", "c/d/2", "c/e", "ä/1", "Z" }) await PutAsync(bucket, name);
        (await PagesAsync(new ListOptions(Delimiter: "/"))).ShouldBe(["Z", "a/", "a0", "b", "c/", "ä/"], "ordered by the bytes of UTF-8");
        (await PagesAsync(new ListOptions("c/", "/"))).ShouldBe(["c/d/", "c/e"]);
        (await PagesAsync(new ListOptions("a"))).ShouldBe(["a/1", "a/2", "a0"]);
        (await PagesAsync(new ListOptions())).Count.ShouldBe(9);
        await PutAsync(bucket, "b");
        (await PagesAsync(new ListOptions("b", Versions: true))).ShouldBe(["b", "b"]);

        async Task<List<string>> PagesAsync(ListOptions options)
        {
            var names = new List<string>();
            for (string? token = ""; token is not null;)
            {
                var page = await _store.ListAsync(bucket, options with { MaxResults = maxResults, PageToken = token.Length > 0 ? token : null });
                (page.Items.Count + page.Prefixes.Count).ShouldBeLessThanOrEqualTo(maxResults);
                names.AddRange(page.Items.Select(v => v.Name).Concat(page.Prefixes).Order(Utf8Order.Instance));
                token = page.NextPageToken;
            }
            return names;
        }
    }

    [Theory]
    [InlineData("a")]
    [InlineData("../out")]
    [InlineData("a/b")]
    [InlineData("..a")]
    [InlineData("Upper")]
    public async Task A_bucket_is_never_a_way_out_of_the_home(string name) =>
        (await Should.ThrowAsync<StorageException>(() => _store.CreateBucketAsync(name))).Status.ShouldBe(400);

    [Fact]
    public async Task A_started_server_forgets_what_was_half_received_and_nothing_else()
    {
        var bucket = await server.BucketAsync();
        var version = await PutAsync(bucket, "x", "whole");
        var home = Path.Combine(server.Home, "uploads");
        Directory.CreateDirectory(home);
        await File.WriteAllTextAsync(Path.Combine(home, "half"), "half");
        await _store.MigrateAsync();
        Directory.Exists(home).ShouldBeFalse();
        var (found, content) = (await _store.OpenAsync(bucket, "x")).ShouldNotBeNull();
        await using (content) (await new StreamReader(content).ReadToEndAsync()).ShouldBe("whole");
        found.ShouldBe(version);
    }

    private Task<ObjectResource?> PutAsync(string bucket, string name, string content = "", PutOptions? options = null) =>
        _store.PutAsync(bucket, name, new MemoryStream(Encoding.UTF8.GetBytes(content)), options ?? new PutOptions());

    private async Task ExecuteAsync(string sql)
    {
        await using var command = server.Database.CreateCommand(sql);
        await command.ExecuteNonQueryAsync();
    }

    private async Task<string?> TextAsync(string sql)
    {
        await using var command = server.Database.CreateCommand(sql);
        return await command.ExecuteScalarAsync() as string;
    }

    private sealed class Utf8Order : IComparer<string>
    {
        public static Utf8Order Instance { get; } = new();

        public int Compare(string? x, string? y) => Encoding.UTF8.GetBytes(x!).AsSpan().SequenceCompareTo(Encoding.UTF8.GetBytes(y!));
    }
}
