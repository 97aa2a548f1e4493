using Landfall.Contracts;
using Shouldly;
using Xunit;

namespace Landfall.Tests.Reconciling;

/// <summary>What is past its retention goes, and nothing else; the ledger stays.</summary>
public sealed class RetentionTests
{
    private const string Month = "{ property: retention, value: 30, unit: d }";

    private static readonly string Days = ReconcileWorld.Contract("days", write: "replacePartition", sla: Month)
        .Replace("- { name: n, logicalType: integer }", "- { name: n, logicalType: integer }\n      - { name: day, logicalType: date, required: true, partitioned: true, transformSourceObjects: [ \"{date}\" ] }", StringComparison.Ordinal);

    [Fact]
    public async Task Days_past_the_contracts_retention_go_exactly()
    {
        await using var world = await ReconcileWorld.CreateAsync(SinkKind.Postgres, Days, ReconcileWorld.Contract("kept"));
        for (var back = 0; back <= 30; back++) await world.LandAsync($"shop/days_{DateOnly.FromDateTime(ReconcileWorld.Begin.UtcDateTime).AddDays(-back):yyyyMMdd}.csv", ReconcileWorld.Rows(2));
        await world.LandAsync("shop/kept_20200101.csv", ReconcileWorld.Rows(5));
        await world.TickAsync();
        (await DaysAsync(world)).ShouldBe("31 2026-02-08 2026-03-10", "the thirtieth day is kept");

        await world.TickAtAsync(12, 23, 59);
        (await DaysAsync(world)).ShouldBe("29 2026-02-10 2026-03-10");
        await world.TickAtAsync(13, 0, 0);
        (await DaysAsync(world)).ShouldBe("28 2026-02-11 2026-03-10");
        world.Log.Lines.Where(line => line.Contains("Retention of", StringComparison.Ordinal)).Select(line => line.Trim()).ShouldBe(
        [
            "Information Retention of days: deleted 4 rows of its tables and 0 rejected rows", "Information Retention of days: deleted 2 rows of its tables and 0 rejected rows",
        ]);
        (await world.CountAsync("t.kept"), await world.LedgerAsync("days")).ShouldBe((5, "landed 31"));
        // The same days of which a file is refused.
        (await world.LandAsync("shop/days_20260210.csv")).Reason.ShouldNotBeNull().ShouldContain("past the 30 days");
    }

    [Fact]
    public async Task In_BigQuery_the_tables_say_so_themselves()
    {
        await using var world = await ReconcileWorld.CreateAsync(SinkKind.BigQuery, Days);
        await world.TickAsync();
        (await world.Landings.BigQuery.GetTableAsync(new("t", "days"), default)).ShouldBeNull("nothing has landed yet");
        world.Clock.Now = TimeProvider.System.GetUtcNow();
        await world.LandAsync($"shop/days_{world.Clock.Now:yyyyMMdd}.csv");
        var table = (await world.Landings.BigQuery.GetTableAsync(new("t", "days"), default))!;
        table.PartitionExpiration.ShouldBe(TimeSpan.FromDays(30));
        // The contract has kept less until now.
        await world.Landings.BigQuery.PatchTableAsync(table with { PartitionExpiration = TimeSpan.FromDays(7) }, default);
        await ((Landfall.Sinks.IReconciledSink)world.AnotherSink()).ExpireAsync(world.Landings.Contracts.All[0], world.Clock.Now, TimeSpan.FromDays(1), 100, default);
        (await world.Landings.BigQuery.GetTableAsync(new("t", "days"), default))!.PartitionExpiration.ShouldBe(TimeSpan.FromDays(30));
    }

    [Fact]
    public async Task Objects_go_by_their_buckets_setting_or_by_their_contracts_retention_if_that_is_less()
    {
        await using var world = await ReconcileWorld.CreateAsync(SinkKind.Postgres, Days, ReconcileWorld.Contract("kept"));
        world.Settings = world.Settings with { RejectsRetention = TimeSpan.FromDays(40), ReceiptsRetention = TimeSpan.FromDays(50) };
        await PutAsync("rejects", "days/a.csv", "kept/a.csv", "gone_contract/a.csv");
        await PutAsync("receipts", "days/a.json", "kept/a.json", "unclaimed/a.json", "_other/a.json");
        world.Clock.Now += TimeSpan.FromDays(10);
        await PutAsync("rejects", "days/b.csv", "kept/b.csv");

        (await AfterAsync(30)).ShouldBe("days/a.csv days/b.csv gone_contract/a.csv kept/a.csv kept/b.csv | _other/a.json days/a.json kept/a.json unclaimed/a.json");
        (await AfterAsync(31)).ShouldBe("days/b.csv gone_contract/a.csv kept/a.csv kept/b.csv | _other/a.json kept/a.json unclaimed/a.json");
        (await AfterAsync(41)).ShouldBe("kept/b.csv | _other/a.json kept/a.json unclaimed/a.json");
        (await AfterAsync(51)).ShouldBe(" | _other/a.json");
        world.Log.Lines.Count(line => line.Contains("Retention: deleted", StringComparison.Ordinal)).ShouldBe(5);

        async Task PutAsync(string bucket, params string[] names)
        {
            foreach (var name in names) await world.Landings.Storage.WriteAsync(bucket, name, "x"u8.ToArray(), "text/plain");
        }

        async Task<string> AfterAsync(int days)
        {
            await world.TickAsync(ReconcileWorld.Begin.AddDays(days) + TimeSpan.FromSeconds(days > 30 ? 10 : 0) - world.Clock.Now);
            return $"{string.Join(' ', await world.Landings.NamesAsync("rejects"))} | {string.Join(' ', await world.Landings.NamesAsync("receipts"))}";
        }
    }

    [Fact]
    public async Task Rejected_rows_and_answers_of_the_API_go()
    {
        await using var world = await ReconcileWorld.CreateAsync(SinkKind.Postgres, Days, ReconcileWorld.Contract("kept"));
        await world.TickAsync();
        await world.Landings.Database.ExecuteAsync("""
            INSERT INTO landfall.rejects SELECT timestamptz '2026-03-10 12:00Z' - ago * interval '1 day', contract || ago, contract, 't.x', 0, NULL, 'r', NULL, 'reason', 'row'
            FROM (VALUES ('days', 29), ('days', 31), ('kept', 31), ('kept', 89), ('kept', 91)) v (contract, ago);
            INSERT INTO landfall.requests SELECT 'c', 'k' || ago, '', 200, '{}', '', '{}', timestamptz '2026-03-10 12:00Z' - ago * interval '1 hour' FROM (VALUES (23), (25), (1)) v (ago)
            """);
        await world.TickAsync();
        (await world.Landings.Database.ScalarAsync<string>("SELECT string_agg(identity, ' ' ORDER BY identity) FROM landfall.rejects")).ShouldBe("days29 kept31 kept89");
        (await world.Landings.Database.ScalarAsync<string>("SELECT string_agg(key, ' ' ORDER BY key) FROM landfall.requests")).ShouldBe("k1 k23");
    }

    private static async Task<string> DaysAsync(ReconcileWorld world) => await world.Landings.Database.ScalarAsync<string>("SELECT count(*) / 2 || ' ' || min(day) || ' ' || max(day) FROM t.days") ?? "";
}
