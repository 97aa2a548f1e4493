using Landfall.Benchmarks.Scale;
using Shouldly;
using Xunit;

namespace Landfall.Tests.Scale;

/// <summary>What shared/SCALE.md says of a day: it is simulated with the sink's own numbers, and says what it says.</summary>
public sealed class DaySimulationTests
{
    [Fact]
    public void Sixteen_files_a_second_land_all_day_below_every_limit()
    {
        var day = DaySimulation.Run(1_400_000, SinkDesign.Now, Deployed.Busy, ScaleReport.Seed, 0);
        day.LandedInTime.ShouldBeGreaterThan(1_398_000);
        day.Landed.ShouldBe(1_400_000);
        day.GivenUp.ShouldBe(0);
        day.Refused.ShouldBe(0);
        day.Latency(0.99).ShouldBeLessThan(270);
        foreach (var (what, limit, used) in DayLimits.All.Skip(1)) used(day).ShouldBeLessThan(limit, what);
        DayLimits.All[0].Used(day).ShouldBeGreaterThan(DayLimits.All[0].Limit, "a load job a file would not do");
    }

    [Fact]
    public void As_deployed_for_a_few_files_they_do_not()
    {
        var day = DaySimulation.Run(1_400_000, SinkDesign.Now, Deployed.Default, ScaleReport.Seed, 0);
        day.LandedInTime.ShouldBeLessThan(700_000);
        day.Refused.ShouldBeGreaterThan(100_000);
    }

    [Fact]
    public void A_seed_is_a_day()
    {
        var (one, same, other) = (Day(1), Day(1), Day(2));
        one.ShouldBe(same);
        one.ShouldNotBe(other);

        static (int, int, double, double) Day(int seed)
        {
            var day = DaySimulation.Run(10_000, SinkDesign.Now, Deployed.Default, seed, 0);
            return (day.Commits, day.Conflicts, day.Latency(0.99), DayBill.Total(day, 0));
        }
    }

    [Fact]
    public void Every_file_is_billed_for_once_at_least()
    {
        var day = DaySimulation.Run(1_000, SinkDesign.Now, Deployed.Default, ScaleReport.Seed, 0, 365);
        day.Landed.ShouldBe(1_000);
        var look = DayBill.Of(day, 0)[0].Dollars;
        look.ShouldBe(day.Deliveries * 10.0 / (1 << 20) * 6.25, 1e-6, "10 MiB each, the least that a query costs");
        var before = DaySimulation.Run(1_000, SinkDesign.Before, Deployed.Default, ScaleReport.Seed, 0, 365);
        DayBill.Total(before, 1).ShouldBeGreaterThan(DayBill.Total(day, 1));
    }
}
