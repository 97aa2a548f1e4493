using Landfall.Contracts;
using Shouldly;
using Xunit;

namespace Landfall.Tests.Reconciling;

/// <summary>What a contract promises and does not come, or comes late, too small or too large: one line each with the owner, and one when it is over.</summary>
public sealed class ArrivalTests
{
    private const string Daily = "{ property: frequency, value: 1, unit: d, scheduler: cron, schedule: \"0 6 * * *\" }, { property: latency, value: 2, unit: h }";

    [Theory]
    [InlineData(SinkKind.Postgres)]
    [InlineData(SinkKind.BigQuery)]
    public async Task A_dated_file_is_missed_then_late_then_on_time(SinkKind kind)
    {
        await using var world = await ReconcileWorld.CreateAsync(kind, ReconcileWorld.Contract("orders", sla: Daily), ReconcileWorld.Contract("unpromised", sla: Daily.Split(", { property: latency")[0]));
        await world.LandAsync("shop/orders_20260310.csv");
        for (var hour = 12; hour < 24; hour += 3) await world.TickAtAsync(10, hour);
        await world.TickAtAsync(11, 7, 59);
        // Landed at noon, four hours past its deadline; the next is not due yet.
        world.Alerts.ShouldBe(["late of orders"]);
        world.Cleared.ShouldBeEmpty();

        await world.TickAtAsync(11, 8, 1);
        world.Told.ShouldBe("late of orders, missing of orders | late of orders");
        var line = world.Log.Lines.Single(line => line.Contains("ALERT missing", StringComparison.Ordinal));
        line.ShouldContain("nothing like drop-zone/shop/orders_20260311.csv has landed for what was due at 2026-03-11 06:00 UTC, and by 2026-03-11 08:00 UTC at the latest. Owner: shop (shop-help, mailto:shop@example.com)");
        line.ShouldContain("shared/RUNBOOK.md#missing; landfall push orders_20260311.csv");

        // Another day's file is not it.
        await world.LandAsync("shop/orders_20260309.csv");
        await world.TickAtAsync(11, 9);
        world.Cleared.Count.ShouldBe(1);
        await world.LandAsync("shop/orders_20260311.csv", ReconcileWorld.Rows(1, 7));
        await world.TickAtAsync(11, 10);
        world.Told.ShouldBe("late of orders, missing of orders, late of orders | late of orders, missing of orders");

        world.Clock.Now = new(2026, 3, 12, 6, 30, 0, TimeSpan.Zero);
        await world.LandAsync("shop/orders_20260312.csv", ReconcileWorld.Rows(1, 8));
        for (var hour = 7; hour < 24; hour += 4) await world.TickAtAsync(12, hour);
        world.Told.ShouldBe("late of orders, missing of orders, late of orders | late of orders, missing of orders, late of orders");
    }

    [Fact]
    public async Task A_file_without_a_date_is_the_one_that_came_since_it_was_due()
    {
        await using var world = await ReconcileWorld.CreateAsync(SinkKind.Postgres, ReconcileWorld.Contract("state", from: "object: drop-zone/shop/state.csv, timeZone: America/Bogota", write: "replace", sla: Daily));
        // 06:00 in Bogota is 11:00 UTC; what comes within the hour before is early.
        world.Clock.Now = new(2026, 3, 10, 10, 15, 0, TimeSpan.Zero);
        await world.LandAsync("shop/state.csv", ReconcileWorld.Rows(2));
        await world.TickAtAsync(10, 13, 30);
        world.Alerts.ShouldBeEmpty();
        await world.TickAtAsync(11, 12, 59);
        world.Alerts.ShouldBeEmpty();
        await world.TickAtAsync(11, 13, 0);
        world.Alerts.ShouldBe(["missing of state"]);
        world.Log.Lines.Single(line => line.Contains("ALERT", StringComparison.Ordinal)).ShouldContain("by 2026-03-11 08:00 America/Bogota at the latest");
        // Refused is not landed, and the alert that stands is not raised again.
        await world.LandAsync("shop/state.csv", "nothing,like,it\n1,2,3\n"u8.ToArray());
        await world.TickAtAsync(11, 14);
        world.Alerts.Count.ShouldBe(1);
        await world.LandAsync("shop/state.csv", ReconcileWorld.Rows(3));
        await world.TickAtAsync(11, 15);
        world.Told.ShouldBe("missing of state, late of state | missing of state");
    }

    [Fact]
    public async Task What_was_refused_is_named_where_it_is_missed()
    {
        await using var world = await ReconcileWorld.CreateAsync(SinkKind.Postgres, ReconcileWorld.Contract("orders", sla: Daily));
        await world.LandAsync("shop/orders_20260310.csv", "id,n,surprise\n1,1,1\n"u8.ToArray());
        await world.TickAtAsync(10, 13);
        var line = world.Log.Lines.Single(line => line.Contains("ALERT missing", StringComparison.Ordinal));
        line.ShouldContain("drop-zone/shop/orders_20260310.csv#");
        line.ShouldContain("was refused:");
        line.ShouldContain("'surprise'");
    }

    [Theory]
    [InlineData(SinkKind.Postgres, "warning")]
    [InlineData(SinkKind.Postgres, "error")]
    [InlineData(SinkKind.BigQuery, "warning")]
    [InlineData(SinkKind.BigQuery, "error")]
    public async Task Too_small_and_too_large_are_told_whether_they_land_or_not(SinkKind kind, string severity)
    {
        await using var world = await ReconcileWorld.CreateAsync(kind, ReconcileWorld.Contract("orders", quality: $"{{ metric: rowCount, mustBeBetween: [ 3, 5 ], severity: {severity} }}"));
        var day = 0;
        await LandAsync(3);
        world.Alerts.ShouldBeEmpty();
        await LandAsync(2);
        world.Alerts.ShouldBe(["small of orders"]);
        var line = world.Log.Lines.Single(line => line.Contains("ALERT", StringComparison.Ordinal));
        line.ShouldContain($"orders_20260302.csv#");
        line.ShouldContain($"{(severity == "error" ? "was refused, with" : "landed with")} 2 rows for t.orders; expected 3 to 5. Owner: shop");
        await LandAsync(6);
        world.Told.ShouldBe("small of orders, large of orders | small of orders");
        await LandAsync(6);
        await LandAsync(5);
        world.Told.ShouldBe("small of orders, large of orders | small of orders, large of orders");

        async Task LandAsync(int rows)
        {
            world.Clock.Now += TimeSpan.FromMinutes(20);
            await world.LandAsync($"shop/orders_2026030{++day}.csv", ReconcileWorld.Rows(rows, day * 10));
            for (var i = 0; i < 2; i++) await world.TickAsync(TimeSpan.FromMinutes(5));
        }
    }
}
