using Landfall.Contracts;
using Shouldly;
using Xunit;

namespace Landfall.Tests.Reconciling;

/// <summary>Events are lost; what they would have told of lands all the same, once.</summary>
public sealed class LostObjectsTests
{
    private static readonly TimeSpan Old = TimeSpan.FromMinutes(11);

    private static readonly string Drops = ReconcileWorld.Contract("drops");

    [Theory]
    [InlineData(SinkKind.Postgres)]
    [InlineData(SinkKind.BigQuery)]
    public async Task Every_event_of_a_hundred_drops_is_swallowed_and_one_tick_lands_them_all_once(SinkKind kind)
    {
        await using var world = await ReconcileWorld.CreateAsync(kind, Drops);
        for (var i = 0; i < 100; i++) await world.DropAsync(Name(i), ReconcileWorld.Rows(3, i * 3));

        await world.TickAsync(TimeSpan.FromMinutes(9));
        (await world.LedgerOrNothingAsync("drops")).ShouldBe("", "their events may be on their way");

        await world.TickAsync(TimeSpan.FromMinutes(2));
        (await world.LedgerAsync("drops")).ShouldBe("landed 100");
        (await world.CountAsync("t.drops")).ShouldBe(300);
        var receipts = await world.Landings.NamesAsync("receipts");
        receipts.Count.ShouldBe(100);

        await world.TickAsync(TimeSpan.FromMinutes(15));
        (await world.LedgerAsync("drops"), await world.CountAsync("t.drops")).ShouldBe(("landed 100", 300));
        (await world.Landings.NamesAsync("receipts")).ShouldBe(receipts);
        world.Looks.ShouldBe(["0 had no outcome and have one now, 0 have none yet", "100 had no outcome and have one now, 0 have none yet", "0 had no outcome and have one now, 0 have none yet"]);
        world.Alerts.ShouldBeEmpty();
    }

    [Theory]
    [InlineData(SinkKind.Postgres)]
    [InlineData(SinkKind.BigQuery)]
    public async Task What_was_refused_and_what_nobody_claims_is_told_once_and_not_tried_again(SinkKind kind)
    {
        await using var world = await ReconcileWorld.CreateAsync(kind, Drops);
        await world.DropAsync("shop/drops_20260301.csv", "id,n,surprise\n1,1,1\n"u8.ToArray());
        await world.DropAsync("shop/dorps_20260301.csv");
        await world.TickAsync(Old);
        (await world.LedgerAsync("drops")).ShouldBe("refused 1");
        var (receipts, rejects) = (await VersionsAsync(world, "receipts"), await VersionsAsync(world, "rejects"));
        (receipts.Count, receipts.Count(name => name.StartsWith("unclaimed/dorps_20260301.csv", StringComparison.Ordinal))).ShouldBe((2, 1));

        for (var i = 0; i < 3; i++) await world.TickAsync(Old);
        // An attempt at a refused file would leave another copy of it in quarantine.
        (await VersionsAsync(world, "rejects")).ShouldBe(rejects);
        (await VersionsAsync(world, "receipts")).ShouldBe(receipts);
        world.Looks.Skip(1).ShouldAllBe(look => look == "0 had no outcome and have one now, 0 have none yet");
        world.Alerts.ShouldBeEmpty();
    }

    [Fact]
    public async Task Files_of_an_external_table_are_looked_at_once()
    {
        await using var world = await ReconcileWorld.CreateAsync(SinkKind.BigQuery, Drops.Replace("customProperties: [ { property: landfall, value: { write: append } } ]", "physicalType: external"));
        await world.DropAsync(Name(1), ReconcileWorld.Rows(3));
        await world.DropAsync(Name(2), "n,id\n1,1\n"u8.ToArray());
        for (var i = 0; i < 3; i++) await world.TickAsync(Old);

        (await world.LedgerAsync("drops")).ShouldBe("landed 1, refused 1");
        (await world.Landings.QueryAsync("SELECT COUNT(*) FROM `t.drops`")).ShouldBe(["4"], "a refused file is read where it lies, too");
        world.Looks.ShouldBe(["2 had no outcome and have one now, 0 have none yet", "0 had no outcome and have one now, 0 have none yet", "0 had no outcome and have one now, 0 have none yet"]);
        world.Alerts.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_bucket_that_is_not_there_keeps_no_other_from_being_looked_at()
    {
        await using var world = await ReconcileWorld.CreateAsync(SinkKind.Postgres, ReconcileWorld.Contract("away", "object: \"away/away_*.csv\""), Drops, ReconcileWorld.Contract("zero", "object: \"zero/zero_*.csv\""));
        await world.DropAsync(Name(1));

        (await Should.ThrowAsync<RetryException>(() => world.TickAsync(Old))).Message.ShouldContain("gs://away/");

        (await world.LedgerAsync("drops")).ShouldBe("landed 1");
    }

    [Fact]
    public async Task What_a_restore_has_taken_back_stays_away()
    {
        await using var world = await ReconcileWorld.CreateAsync(SinkKind.Postgres, Drops);
        await world.LandAsync("shop/drops_20260301.csv");
        await world.Landings.Database.ExecuteAsync("UPDATE landfall.landings SET outcome = 'reverted'");
        await world.TickAsync(Old);
        (await world.LedgerAsync("drops")).ShouldBe("reverted 1");
    }

    [Theory]
    [InlineData(SinkKind.Postgres)]
    [InlineData(SinkKind.BigQuery)]
    public async Task Two_ticks_at_once_do_no_more_than_one(SinkKind kind)
    {
        await using var world = await ReconcileWorld.CreateAsync(kind, Drops, ReconcileWorld.Contract("daily", sla: DailyBy8));
        for (var i = 0; i < 20; i++) await world.DropAsync(Name(i), ReconcileWorld.Rows(2, i * 2));
        world.Clock.Now += Old;
        await Task.WhenAll(Enumerable.Range(0, 3).Select(_ => Task.Run(() => world.TickAsync())));
        (await world.LedgerAsync("drops"), await world.CountAsync("t.drops")).ShouldBe(("landed 20", 40));
        world.Alerts.ShouldBe(["missing of daily"]);

        await world.LandAsync("shop/daily_20260310.csv");
        await Task.WhenAll(Enumerable.Range(0, 3).Select(_ => Task.Run(() => world.TickAsync())));
        world.Told.ShouldBe("missing of daily, late of daily | missing of daily");
    }

    [Fact]
    public async Task One_that_does_not_land_keeps_no_other_from_it_and_is_raised_when_it_has_waited_for_long()
    {
        await using var world = await ReconcileWorld.CreateAsync(SinkKind.Postgres, ReconcileWorld.Contract("bad"), Drops);
        await world.Landings.Database.ExecuteAsync("CREATE SCHEMA t; CREATE TABLE t.bad (id text, n boolean, _landing_id bigint NOT NULL)");
        for (var i = 0; i < 3; i++) await world.DropAsync($"shop/bad_2026030{i + 1}.csv");
        await world.DropAsync("shop/drops_20260301.csv");

        await world.TickAsync(Old);
        ((await world.LedgerAsync("bad")), (await world.LedgerAsync("drops"))).ShouldBe(("", "landed 1"));
        world.Alerts.ShouldBeEmpty("an hour is not over");

        for (var i = 0; i < 2; i++) await world.TickAsync(TimeSpan.FromHours(1));
        world.Alerts.ShouldBe(["waiting of bad"]);
        var line = world.Log.Lines.Single(line => line.Contains("ALERT", StringComparison.Ordinal));
        line.ShouldContain("bad_20260301.csv#");
        line.ShouldContain("and 2 more: the table t.bad does not fit the contract");
        line.ShouldContain("Owner: shop (shop-help, mailto:shop@example.com). shared/RUNBOOK.md#waiting; landfall status bad");
        (await world.Landings.NamesAsync("receipts")).ShouldContain("_alerts/bad/waiting.json");

        await world.Landings.Database.ExecuteAsync("DROP TABLE t.bad");
        for (var i = 0; i < 2; i++) await world.TickAsync(TimeSpan.FromMinutes(15));
        (await world.LedgerAsync("bad")).ShouldBe("landed 3");
        world.Told.ShouldBe("waiting of bad | waiting of bad");
        (await world.Landings.NamesAsync("receipts")).ShouldNotContain("_alerts/bad/waiting.json");
    }

    [Fact]
    public async Task What_others_refer_to_lands_first_whatever_its_name()
    {
        // By the time of a tick nobody waits for parents any more: a child that landed first would lose its rows.
        var child = ReconcileWorld.Contract("a_child", write: "upsert").Replace("{ name: n, logicalType: integer }", "{ name: n, logicalType: integer, relationships: [ { to: \"z_parent.odcs.yaml#/schema/z_parent/properties/id\" } ] }", StringComparison.Ordinal);
        await using var world = await ReconcileWorld.CreateAsync(SinkKind.Postgres, child, ReconcileWorld.Contract("z_parent", write: "upsert"));
        for (var i = 1; i < 6; i++)
        {
            await world.DropAsync($"shop/a_child_2026030{i}.csv", ReconcileWorld.Rows(10, i * 10));
            await world.DropAsync($"shop/z_parent_2026030{i}.csv", ReconcileWorld.Rows(10, i * 10));
        }
        await world.TickAsync(Old);
        (await world.CountAsync("t.a_child"), await world.CountAsync("t.z_parent")).ShouldBe((50, 50));
    }

    [Fact]
    public async Task A_tick_that_runs_out_of_time_leaves_a_bookmark_and_the_next_goes_on_there()
    {
        await using var world = await ReconcileWorld.CreateAsync(SinkKind.Postgres, Drops);
        for (var i = 0; i < 1100; i++) await world.DropAsync($"shop/x_{i:0000}.csv");
        await world.DropAsync("shop/y_20260301.csv");
        await world.DropAsync("shop/drops_20260301.csv");
        // Nobody claims the x, and they are too old to be told of: only their names are looked at.
        world.Clock.Now += TimeSpan.FromDays(8);
        world.Settings = world.Settings with { Timeout = TimeSpan.FromMinutes(4) };
        world.Clock.Hurry = TimeSpan.FromMinutes(1.1);
        await world.TickAsync();
        world.Seen.ShouldBe([1000]);
        (await world.Landings.NamesAsync("receipts")).ShouldContain("_reconcile/objects.json");

        world.Clock.Hurry = TimeSpan.Zero;
        await world.TickAsync();
        (await world.Landings.NamesAsync("receipts")).ShouldNotContain("_reconcile/objects.json", "it has come to the end");
        world.Seen[^1].ShouldBe(102, "nothing was looked at twice, nothing left out");
        await world.TickAsync();
        world.Seen[^1].ShouldBe(1102);
        (await world.LedgerAsync("drops")).ShouldBe("landed 1");
    }

    private const string DailyBy8 = "{ property: frequency, value: 1, unit: d, scheduler: cron, schedule: \"0 6 * * *\" }, { property: latency, value: 2, unit: h }";

    private static string Name(int i) => $"shop/drops_{new DateOnly(2025, 1, 1).AddDays(i):yyyyMMdd}.csv";

    private static async Task<List<string>> VersionsAsync(ReconcileWorld world, string bucket)
    {
        var versions = new List<string>();
        await foreach (var version in world.Landings.Storage.ListAsync(bucket)) versions.Add($"{version.Name}#{version.Generation}");
        return versions;
    }
}
