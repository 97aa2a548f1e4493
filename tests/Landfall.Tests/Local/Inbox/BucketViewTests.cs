using Landfall.Local.Inbox;
using Shouldly;
using Xunit;

namespace Landfall.Tests.Local.Inbox;

public sealed class BucketViewTests : IAsyncLifetime
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
    public async Task Objects_show_as_files_change_with_them_and_vanish_and_no_file_of_the_view_is_ingested()
    {
        await using var home = await InboxHome.StartAsync(_folder, _database, "rejects");
        await home.PutAsync("rejects", "people/1.json", "one");
        await home.IdleAsync();
        (await File.ReadAllTextAsync(At("rejects/people/1.json"))).ShouldBe("one");

        await home.PutAsync("rejects", "people/1.json", "two");
        await home.IdleAsync();
        (await File.ReadAllTextAsync(At("rejects/people/1.json"))).ShouldBe("two");
        (await home.VersionsAsync("rejects", "people/1.json")).ShouldBe(["one", "two"]);

        await home.Store.DeleteAsync("rejects", "people/1.json");
        await home.IdleAsync();
        File.Exists(At("rejects/people/1.json")).ShouldBeFalse();
    }

    [Fact]
    public async Task What_changed_while_nobody_looked_shows_after_the_start()
    {
        await using (var home = await InboxHome.StartAsync(_folder, _database, "exports"))
        {
            await home.PutAsync("exports", "goes.json", "1");
            await home.IdleAsync();
            home.Store.Stored = home.Store.Removed = null;   // killed just after the commit
            await home.PutAsync("exports", "comes.json", "2");
            await home.Store.DeleteAsync("exports", "goes.json");
        }

        await using var again = await InboxHome.StartAsync(_folder, _database);
        await again.IdleAsync();
        (await File.ReadAllTextAsync(At("exports/comes.json"))).ShouldBe("2");
        File.Exists(At("exports/goes.json")).ShouldBeFalse();
    }

    [Fact]
    public async Task A_file_that_a_person_removed_stays_removed_and_its_object_stays()
    {
        await using (var home = await InboxHome.StartAsync(_folder, _database, "exports"))
        {
            await home.PutAsync("exports", "tidy.json", "1");
            await home.IdleAsync();
        }

        File.Delete(At("exports/tidy.json"));
        await using var again = await InboxHome.StartAsync(_folder, _database);
        await again.IdleAsync();
        File.Exists(At("exports/tidy.json")).ShouldBeFalse();
        (await again.VersionsAsync("exports", "tidy.json")).ShouldBe(["1"]);
    }

    [Fact]
    public async Task A_persons_new_file_is_not_overwritten_and_becomes_the_newest_version()
    {
        await using var home = await InboxHome.StartAsync(_folder, _database, "drop-zone");
        await File.WriteAllTextAsync(At("drop-zone/both.csv"), "mine");
        await home.PutAsync("drop-zone", "both.csv", "by the API");
        await home.IdleAsync();

        (await File.ReadAllTextAsync(At("drop-zone/both.csv"))).ShouldBe("mine");
        (await home.VersionsAsync("drop-zone", "both.csv")).ShouldBe(["by the API", "mine"]);
    }

    [Fact]
    public async Task A_name_that_is_the_folder_of_another_is_not_shown_and_harms_nothing()
    {
        await using var home = await InboxHome.StartAsync(_folder, _database, "exports");
        await home.PutAsync("exports", "a/b", "below");
        await home.PutAsync("exports", "a", "above");
        await home.PutAsync("exports", "../escaped", "out");
        await home.PutAsync("exports", "after", "later");
        await home.IdleAsync();

        (await File.ReadAllTextAsync(At("exports/a/b"))).ShouldBe("below");
        File.Exists(At("exports/after")).ShouldBeTrue();
        File.Exists(At("escaped")).ShouldBeFalse();
    }

    [Theory]
    [InlineData("a.csv", true)]
    [InlineData("people/ñandú 2024.csv", true)]
    [InlineData("../x", false)]
    [InlineData("a/../../x", false)]
    [InlineData("./x", false)]
    [InlineData("/etc/passwd", false)]
    [InlineData("a//b", false)]
    [InlineData("folder/", false)]
    [InlineData("a\0b", false)]
    public void Only_safe_relative_paths_are_shown(string name, bool shown) =>
        (new InboxFolder("/home/buckets").PathOf("b", name) is not null).ShouldBe(shown);

    [Fact]
    public void A_segment_longer_than_file_systems_allow_is_not_shown()
    {
        var folder = new InboxFolder("/home/buckets");
        folder.PathOf("b", new string('x', 255)).ShouldNotBeNull();
        folder.PathOf("b", new string('ñ', 128)).ShouldBeNull();
    }

    private string At(string name) => _folder["home", "buckets", name];
}
