using System.Diagnostics;
using Shouldly;
using Xunit;

namespace Landfall.Tests.Local.Inbox;

public sealed class InboxTests : IAsyncLifetime
{
    private readonly Database _database = new();
    private readonly TempFolder _folder = new();

    public Task InitializeAsync() => _database.InitializeAsync();

    public async Task DisposeAsync()
    {
        await _database.DisposeAsync();
        _folder.Dispose();
    }

    [Fact]
    public async Task A_file_is_an_object_once_it_stood_still_for_300_ms()
    {
        await using var home = await InboxHome.StartAsync(_folder, _database, "drop-zone");
        var start = Stopwatch.GetTimestamp();
        Write("drop-zone/a.csv", "1");
        await Until.TrueAsync(async () => await home.Store.GetAsync("drop-zone", "a.csv") is not null, "it is an object");

        Stopwatch.GetElapsedTime(start).TotalMilliseconds.ShouldBeInRange(300, 3000);
        await home.IdleAsync();
        (await home.VersionsAsync("drop-zone", "a.csv")).ShouldBe(["1"]);
    }

    [Fact]
    public async Task A_slow_copy_is_one_object_and_a_whole_one()
    {
        await using var home = await InboxHome.StartAsync(_folder, _database, "drop-zone");
        await using (var copy = File.CreateText(At("drop-zone/slow.csv")))
        {
            // Each pause is shorter than the inbox's patience, all together are longer.
            for (var line = 0; line < 12; line++)
            {
                await copy.WriteAsync($"{line}\n");
                await copy.FlushAsync();
                await Task.Delay(100);
            }
        }

        await home.IdleAsync();
        (await home.VersionsAsync("drop-zone", "slow.csv")).ShouldBe([string.Concat(Enumerable.Range(0, 12).Select(line => $"{line}\n"))]);
    }

    [Fact]
    public async Task Files_in_new_folders_are_all_found_however_fast_they_come()
    {
        await using var home = await InboxHome.StartAsync(_folder, _database, "drop-zone");
        for (var i = 0; i < 40; i++) Write($"drop-zone/team{i}/deep/er/file{i}.csv", $"{i}");

        await home.IdleAsync();
        for (var i = 0; i < 40; i++) (await home.VersionsAsync("drop-zone", $"team{i}/deep/er/file{i}.csv")).ShouldBe([$"{i}"]);
    }

    [Theory]
    [InlineData(".hidden.csv")]
    [InlineData(".git/config")]
    [InlineData("data.csv~")]
    [InlineData("data.csv.part")]
    [InlineData("data.csv.TMP")]
    [InlineData("data.csv.crdownload")]
    public async Task What_is_hidden_or_unfinished_is_left_alone_until_it_has_its_name(string name)
    {
        await using var home = await InboxHome.StartAsync(_folder, _database, "drop-zone");
        Write($"drop-zone/{name}", "half");
        Write("drop-zone/beside.csv", "whole");
        await home.IdleAsync();
        (await home.Store.ListAsync("drop-zone", new())).Items.Select(item => item.Name).ShouldBe(["beside.csv"]);

        File.Move(At($"drop-zone/{name}"), At("drop-zone/data.csv"));
        await home.IdleAsync();
        (await home.VersionsAsync("drop-zone", "data.csv")).ShouldBe(["half"]);
    }

    [Fact]
    public async Task A_restart_ingests_what_came_meanwhile_and_nothing_twice()
    {
        await using (var home = await InboxHome.StartAsync(_folder, _database, "drop-zone"))
        {
            Write("drop-zone/old.csv", "old");
            await home.PutAsync("drop-zone", "by-api.csv", "api");
            await home.IdleAsync();
        }

        Write("drop-zone/new.csv", "new");
        await using var again = await InboxHome.StartAsync(_folder, _database);
        await again.IdleAsync();

        (await again.VersionsAsync("drop-zone", "old.csv")).ShouldBe(["old"]);
        (await again.VersionsAsync("drop-zone", "by-api.csv")).ShouldBe(["api"]);
        (await again.VersionsAsync("drop-zone", "new.csv")).ShouldBe(["new"]);
    }

    [Fact]
    public async Task The_same_bytes_copied_again_are_a_new_version()
    {
        await using var home = await InboxHome.StartAsync(_folder, _database, "drop-zone");
        Write("drop-zone/again.csv", "same");
        await home.IdleAsync();
        Write("drop-zone/again.csv", "same");
        await home.IdleAsync();

        (await home.VersionsAsync("drop-zone", "again.csv")).ShouldBe(["same", "same"]);
    }

    [Fact]
    public async Task A_file_overwritten_while_it_is_ingested_is_never_a_mixture()
    {
        await using var home = await InboxHome.StartAsync(_folder, _database, "drop-zone");
        var (before, after) = (new string('a', 64 << 20), new string('b', 64 << 20));
        var torn = 0;
        for (var attempt = 0; attempt < 10 && torn == 0; attempt++)
        {
            Write("drop-zone/big.csv", before);
            // The upload folder fills while the file is read: then it is overwritten in place, from its start.
            // No pause between two looks: it is over in some tens of milliseconds.
            for (var started = Stopwatch.GetTimestamp(); Uploading() <= 1 << 20 && Stopwatch.GetElapsedTime(started).TotalSeconds < 3;) await Task.Yield();
            if (Uploading() is > 0 and < 60 << 20) torn++;

            Write("drop-zone/big.csv", after);
            await home.IdleAsync();
            foreach (var version in await home.VersionsAsync("drop-zone", "big.csv")) version.ShouldBeOneOf(before, after);

            (await home.VersionsAsync("drop-zone", "big.csv"))[^1].ShouldBe(after);
        }

        torn.ShouldBeGreaterThan(0, "the file was overwritten in the middle of its ingestion at least once");

        long Uploading() => new DirectoryInfo(_folder["home", "uploads"]) is { Exists: true } uploads
            ? uploads.GetFiles().Sum(file => file.Length)
            : 0;
    }

    [Fact]
    public async Task A_folder_that_is_no_bucket_is_complained_about_once()
    {
        await using var home = await InboxHome.StartAsync(_folder, _database, "drop-zone");
        Write("dropzone/people.csv", "x");
        await Until.TrueAsync(() => home.Complaints.Count > 0, "it was complained about");
        await home.IdleAsync();
        await home.IdleAsync();

        home.Complaints.Single().ShouldContain("dropzone");
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Symbolic_links_are_left_where_they_are_and_told_once(bool beforeTheStart)
    {
        var outside = Directory.CreateDirectory(_folder["outside"]).FullName;
        var secret = Path.Combine(outside, "secret.csv");
        File.WriteAllText(secret, "secret");
        if (beforeTheStart) Link();
        await using var home = await InboxHome.StartAsync(_folder, _database, "drop-zone");
        if (!beforeTheStart) Link();
        Write("drop-zone/good.csv", "good");
        await Until.TrueAsync(() => home.Complaints.Count >= 3, "each link was told");
        await Until.TrueAsync(async () => await home.Store.GetAsync("drop-zone", "good.csv") is not null, "a file beside them is an object");
        await home.IdleAsync();

        foreach (var name in (string[])["file.csv", "folder", "deep/chain.csv"]) home.Complaints.Count(complaint => complaint.StartsWith(At($"drop-zone/{name}"), StringComparison.Ordinal) && complaint.Contains("symbolic link", StringComparison.Ordinal)).ShouldBe(1, name);
        home.Complaints.Count.ShouldBe(3);
        (await home.Store.ListAsync("drop-zone", new Landfall.Local.Storage.ListOptions())).Items.Select(item => item.Name).ShouldBe(["good.csv"]);
        new FileInfo(At("drop-zone/file.csv")).LinkTarget.ShouldBe(secret);

        // Nor does an object find its way out.
        await home.PutAsync("drop-zone", "folder/secret.csv", "overwritten");
        await home.PutAsync("drop-zone", "file.csv", "overwritten");
        await home.IdleAsync();
        File.ReadAllText(secret).ShouldBe("secret");
        Directory.GetFiles(outside).ShouldBe([secret]);

        // A file in a link's place is one like any other.
        File.Delete(At("drop-zone/deep/chain.csv"));
        Write("drop-zone/deep/chain.csv", "a file now");
        await Until.TrueAsync(async () => await home.Store.GetAsync("drop-zone", "deep/chain.csv") is not null, "it is an object");

        void Link()
        {
            Directory.CreateDirectory(At("drop-zone/deep"));
            File.CreateSymbolicLink(At("drop-zone/file.csv"), secret);
            Directory.CreateSymbolicLink(At("drop-zone/folder"), outside);
            File.CreateSymbolicLink(At("drop-zone/deep/chain.csv"), At("drop-zone/file.csv"));
        }
    }

    private string At(string name) => _folder["home", "buckets", name];

    private void Write(string name, string text)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(At(name))!);
        File.WriteAllText(At(name), text);
    }
}
