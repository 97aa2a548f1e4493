using Landfall.Contracts;
using Shouldly;
using Xunit;

namespace Landfall.Tests.Reconciling;

/// <summary>An entry that does not add up is told of, on either warehouse; those that landings make do.</summary>
public sealed class UnbalancedTests
{
    [Theory]
    [InlineData(SinkKind.Postgres, "append")]
    [InlineData(SinkKind.BigQuery, "append")]
    [InlineData(SinkKind.Postgres, "upsert")]
    [InlineData(SinkKind.BigQuery, "upsert")]
    [InlineData(SinkKind.Postgres, "replace")]
    [InlineData(SinkKind.BigQuery, "replace")]
    public async Task Rows_that_nobody_can_account_for_are_told_of_for_a_day(SinkKind kind, string write)
    {
        await using var world = await ReconcileWorld.CreateAsync(kind, ReconcileWorld.Contract("sums", write: write));
        await world.LandAsync("shop/sums_20260309.csv", "id,n\n1,1\nx,2\n"u8.ToArray());
        await world.LandAsync("shop/sums_20260308.csv", "id,n\n1,2\n2,2\n2,2\n"u8.ToArray());
        await world.LandAsync("shop/sums_20260307.csv", "m\n1\n"u8.ToArray());
        await world.TickAsync(TimeSpan.FromMinutes(1));
        world.Alerts.ShouldBeEmpty();

        await SpoilAsync("rows_rejected = rows_rejected + 1");
        await world.TickAsync(TimeSpan.FromMinutes(1));
        world.Told.ShouldBe("unbalanced of sums | ");
        world.Log.Lines.Single(line => line.Contains("ALERT", StringComparison.Ordinal)).ShouldContain("the ledger's rows of drop-zone/shop/sums_20260309.csv#");
        await SpoilAsync("rows_rejected = rows_rejected - 1");
        await world.TickAsync(TimeSpan.FromMinutes(1));
        world.Told.ShouldBe("unbalanced of sums | unbalanced of sums");

        // More in the table than has landed.
        await SpoilAsync($"details = jsonb_set(details::jsonb, '{{tables,0,rows}}', '7'){(kind == SinkKind.Postgres ? "" : "::text")}");
        await world.TickAsync(TimeSpan.FromMinutes(1));
        world.Alerts.Count.ShouldBe(2);
        await world.TickAsync(TimeSpan.FromHours(25));
        world.Cleared.Count.ShouldBe(2);

        Task SpoilAsync(string set) => world.Landings.Database.ExecuteAsync(
            $"UPDATE {(kind == SinkKind.Postgres ? "landfall.landings" : "bq_landfall.ledger_sums")} SET {set} WHERE identity LIKE 'drop-zone/shop/sums_20260309.csv#%'");
    }
}
