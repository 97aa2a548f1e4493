using System.Text;
using System.Text.Json;
using Shouldly;
using Xunit;

namespace Landfall.Tests.Landings;

/// <summary>What a landing does about events that come again, late, at once, or for objects that are gone.</summary>
public sealed class LanderTests : IAsyncLifetime
{
    private const string Day1 = "people/people_20240105.csv";

    private LandingWorld _world = null!;

    public async Task InitializeAsync() => _world = await LandingWorld.CreateAsync(Path.Combine(AppContext.BaseDirectory, "contracts"));

    public async Task DisposeAsync() => await _world.DisposeAsync();

    [Fact]
    public async Task The_same_event_ten_times_at_once_lands_once_with_one_receipt()
    {
        var data = await _world.DropAsync("drop-zone", Day1, People("a@example.com"));
        var receipts = await Task.WhenAll(Enumerable.Range(0, 10).Select(_ => Task.Run(() => _world.Lander.LandAsync(data, default))));
        receipts.ShouldAllBe(r => r.Outcome == "landed" && r.Rows!.Landed == 1);
        (await _world.NamesAsync("receipts")).ShouldHaveSingleItem();
        (await _world.Database.ScalarAsync<long>("SELECT count(*) FROM people.people")).ShouldBe(1);
        (await _world.Database.ScalarAsync<long>("SELECT count(*) FROM landfall.landings")).ShouldBe(1);
    }

    [Fact]
    public async Task A_redelivery_writes_the_receipt_that_a_crash_left_out_and_the_same_one()
    {
        var data = await _world.DropAsync("drop-zone", Day1, People("a@example.com", "not an address", "b@example.com", "c@example.com", "d@example.com"));
        await _world.Lander.LandAsync(data, default);
        var name = (await _world.NamesAsync("receipts")).ShouldHaveSingleItem();
        var first = await _world.ReadAsync($"gs://receipts/{name}");
        await _world.Storage.DeleteAsync("receipts", name);
        await _world.Lander.LandAsync(data, default);
        (await _world.ReadAsync($"gs://receipts/{name}")).ShouldBe(first);
    }

    [Fact]
    public async Task The_receipt_tells_everything_but_the_cells()
    {
        var data = await _world.DropAsync("drop-zone", Day1, People("a@example.com", "not an address", "b@example.com", "c@example.com", "d@example.com"));
        var receipt = await _world.Lander.LandAsync(data, default);
        var json = Encoding.UTF8.GetString(await _world.ReadAsync($"gs://receipts/{(await _world.NamesAsync("receipts")).Single()}"));
        json.ShouldNotContain("not an address");
        using var parsed = JsonDocument.Parse(json);
        parsed.RootElement.GetProperty("outcome").GetString().ShouldBe("landed");
        parsed.RootElement.GetProperty("rows").GetProperty("rejected").GetInt32().ShouldBe(1);
        parsed.RootElement.GetProperty("reasons")[0].GetProperty("line").GetInt32().ShouldBe(3);
        Encoding.UTF8.GetString(await _world.ReadAsync(receipt.Rejects!)).ShouldContain("not an address");
        var joined = $"SELECT count(*) FROM people.people p JOIN landfall.landings l ON l.landing_id = p._landing_id WHERE l.landing_id = {receipt.LandingId}";
        (await _world.Database.ScalarAsync<long>(joined)).ShouldBe(4);
    }

    [Fact]
    public async Task A_version_that_was_overwritten_and_removed_is_superseded_and_a_deleted_one_has_vanished()
    {
        var old = await _world.DropAsync("drop-zone", Day1, People("a@example.com"));
        await _world.DropAsync("drop-zone", Day1, People("b@example.com"));
        await _world.Storage.DeleteAsync(old.Bucket, old.Name, old.Generation);
        (await _world.Lander.LandAsync(old, default)).Outcome.ShouldBe("superseded");

        var deleted = await _world.DropAsync("drop-zone", "people/people_20240106.csv", People("c@example.com"));
        await _world.Storage.DeleteAsync(deleted.Bucket, deleted.Name, deleted.Generation);
        (await _world.Lander.LandAsync(deleted with { TimeCreated = null }, default)).Outcome.ShouldBe("vanished");
        (await _world.Lander.LandAsync(deleted, default)).Outcome.ShouldBe("vanished");
        (await _world.Database.ScalarAsync<long>("SELECT count(*) FROM people.people")).ShouldBe(0);
    }

    [Fact]
    public async Task The_parts_of_a_large_upload_get_no_receipt()
    {
        var part = await _world.DropAsync("drop-zone", "gcloud/tmp/parallel_composite_uploads/see_gcloud_storage_cp_help_for_details/1_2", People("a@example.com"));
        (await _world.Lander.LandAsync(part, default)).Outcome.ShouldBe("unclaimed");
        (await _world.NamesAsync("receipts")).ShouldBeEmpty();
    }

    [Fact]
    public async Task An_object_that_no_contract_claims_is_left_untouched_with_the_nearest_name()
    {
        var data = await _world.DropAsync("drop-zone", "hiring/people_20240105.csv", People("a@example.com"));
        var receipt = await _world.Lander.LandAsync(data, default);
        receipt.Outcome.ShouldBe("unclaimed");
        receipt.Hint!.ShouldContain("people/people_{date:yyyyMMdd}.csv");
        (await _world.Storage.GetAsync("drop-zone", "hiring/people_20240105.csv")).ShouldNotBeNull();
        (await _world.NamesAsync("receipts")).ShouldHaveSingleItem().ShouldStartWith("unclaimed/people_20240105.csv.");
    }

    [Fact]
    public async Task A_refused_source_lands_nothing_and_lies_whole_in_quarantine()
    {
        var bytes = "email,surprise\na@example.com,1\n"u8.ToArray();
        var data = await _world.DropAsync("drop-zone", Day1, bytes);
        var receipt = await _world.Lander.LandAsync(data, default);
        receipt.Outcome.ShouldBe("refused");
        receipt.Reason!.ShouldContain("'surprise'");
        var copy = (await _world.NamesAsync("rejects")).Single(n => n.EndsWith(".source", StringComparison.Ordinal));
        (await _world.ReadAsync($"gs://rejects/{copy}")).ShouldBe(bytes);
        // It blocks nothing: the same file, mended, lands.
        (await _world.Lander.LandAsync(await _world.DropAsync("drop-zone", Day1, People("a@example.com")), default)).Outcome.ShouldBe("landed");
    }

    [Fact(Timeout = 120_000)]
    public async Task Refused_files_do_not_disturb_the_others_landings()
    {
        var drops = new List<Landfall.Events.StorageObjectData>();
        for (var i = 0; i < 120; i++) drops.Add(await _world.DropAsync("drop-zone", $"hiring/departments_{new DateOnly(2024, 1, 1).AddDays(i):yyyyMMdd}.csv", Encoding.UTF8.GetBytes(i % 3 == 0 ? "x,\n" : $"{i},Department {i}\n")));
        await Parallel.ForEachAsync(drops, new ParallelOptions { MaxDegreeOfParallelism = 12 }, async (drop, token) => await _world.Lander.LandAsync(drop, token));
        (await _world.Database.ScalarAsync<long>("SELECT count(*) FROM landfall.landings WHERE outcome = 'refused'")).ShouldBe(40);
        (await _world.Database.ScalarAsync<long>("SELECT count(*) FROM hiring.departments d JOIN landfall.landings l ON l.landing_id = d._landing_id AND l.outcome = 'landed'")).ShouldBe(80);
        (await _world.Database.ScalarAsync<long>("SELECT count(*) FROM pg_stat_activity WHERE state LIKE 'idle in transaction%' AND datname = current_database()")).ShouldBe(0);
    }

    [Fact]
    public async Task A_connection_that_dies_in_the_middle_leaves_nothing_and_the_next_attempt_lands()
    {
        var rows = string.Concat(Enumerable.Range(0, 200_000).Select(i => Person($"p{i}@example.com")));
        var data = await _world.DropAsync("drop-zone", Day1, Encoding.UTF8.GetBytes(Header + rows));
        var landing = _world.Lander.LandAsync(data, default);
        await Until.TrueAsync(async () => await _world.Database.ScalarAsync<long>(
            "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE application_name = 'landfall' AND query LIKE 'COPY%' AND datname = current_database()") > 0, "a COPY was cut");
        await Should.ThrowAsync<Exception>(() => landing);
        (await _world.Database.ScalarAsync<long>("SELECT count(*) FROM people.people")).ShouldBe(0);
        (await _world.Database.ScalarAsync<long>("SELECT count(*) FROM landfall.landings")).ShouldBe(0);
        (await _world.NamesAsync("receipts")).ShouldBeEmpty();
        (await _world.Lander.LandAsync(data, default)).Rows!.Landed.ShouldBe(200_000);
    }

    [Fact]
    public async Task Hostile_object_names_end_in_a_receipt()
    {
        // Straight from an event: whether Cloud Storage would ever hold such a name is not the landing's to know.
        foreach (var name in (string[])["people/../../etc/passwd", "people/%2e%2e/x", "people/a\nb.csv", new string('x', 1024), "people/people_20249999.csv", "people/people_20240105.csv\n", "\0"])
        {
            var receipt = await _world.Lander.LandAsync(new() { Bucket = "drop-zone", Name = name, Generation = 1, TimeCreated = DateTimeOffset.UnixEpoch, Size = 1 }, default);
            receipt.Outcome.ShouldBe("unclaimed", name);
        }
        (await _world.NamesAsync("receipts")).Count.ShouldBe(7);
    }

    private const string Header = "first_name,last_name,company_name,address,city,state,zip,phone1,phone2,email,department\n";

    private static string Person(string email) => $"Ada,Byron,,,London,NY,1234,,,{email},Sales\n";

    private static byte[] People(params string[] emails) => Encoding.UTF8.GetBytes(Header + string.Concat(emails.Select(Person)));
}
