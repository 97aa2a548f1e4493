using System.Globalization;
using Landfall.Contracts;
using Landfall.Reconciling;
using Shouldly;
using Xunit;

namespace Landfall.Tests.Reconciling;

public sealed class ArrivalCalendarTests
{
    [Theory]
    // Before the deadline two are looked at: it may be there already, and the one before it is due.
    [InlineData("0 6 * * *", 2, "UTC", "2026-03-10T07:59:59Z", "2026-03-10T06:00Z by 08:00, 2026-03-09T06:00Z by 08:00")]
    [InlineData("0 6 * * *", 2, "UTC", "2026-03-10T08:00:00Z", "2026-03-10T06:00Z by 08:00")]
    [InlineData("0 6 * * *", 2, "UTC", "2026-03-10T05:59:59Z", "2026-03-09T06:00Z by 08:00")]
    // A promise that is longer than the period: the last that is over is not the one before.
    [InlineData("0 6 * * *", 60, "UTC", "2026-03-10T07:00:00Z", "2026-03-10T06:00Z by 18:00, 2026-03-07T06:00Z by 18:00")]
    [InlineData("0 6 * * 1-5", 1, "UTC", "2026-03-08T12:00:00Z", "2026-03-06T06:00Z by 07:00")]
    // 06:00 of the clock on the wall, before and after it is set in spring.
    [InlineData("0 6 * * *", 1, "Europe/Berlin", "2026-03-28T12:00:00Z", "2026-03-28T05:00Z by 06:00")]
    [InlineData("0 6 * * *", 1, "Europe/Berlin", "2026-03-29T12:00:00Z", "2026-03-29T04:00Z by 05:00")]
    // 02:30 is skipped in spring, and comes twice in autumn.
    [InlineData("30 2 * * *", 1, "Europe/Berlin", "2026-03-29T12:00:00Z", "2026-03-28T01:30Z by 02:30")]
    [InlineData("30 2 * * *", 1, "Europe/Berlin", "2026-10-25T12:00:00Z", "2026-10-25T01:30Z by 02:30")]
    [InlineData("0 0 30 2 *", 1, "UTC", "2026-03-10T12:00:00Z", "")]
    public void What_is_due_is_by_the_clock_on_the_wall(string cron, int latency, string zone, string now, string expected)
    {
        var arrivals = ArrivalCalendar.Of(Of(cron, TimeSpan.FromHours(latency), zone), DateTimeOffset.Parse(now, CultureInfo.InvariantCulture));
        string.Join(", ", arrivals.Select(arrival => $"{arrival.Due.UtcDateTime:yyyy-MM-ddTHH:mmZ} by {arrival.Deadline.UtcDateTime:HH:mm}")).ShouldBe(expected);
    }

    [Fact]
    public void The_day_is_the_local_one_and_what_has_none_may_be_a_little_early()
    {
        var now = new DateTimeOffset(2026, 3, 10, 12, 0, 0, TimeSpan.Zero);
        // Tokyo's midnight is the afternoon of the day before.
        var dated = ArrivalCalendar.Of(Of("0 0 * * *", TimeSpan.FromHours(1), "Asia/Tokyo"), now)[0];
        (dated.Date, dated.Due).ShouldBe((new DateOnly(2026, 3, 10), new DateTimeOffset(2026, 3, 9, 15, 0, 0, TimeSpan.Zero)));
        var undated = ArrivalCalendar.Of(Of("0 6 * * *", TimeSpan.FromHours(1), "UTC") with { Object = ObjectPattern.Parse("drop-zone/t/x.csv") }, now)[0];
        (undated.Date, undated.Due - undated.From).ShouldBe((null, TimeSpan.FromHours(1)));
        var often = ArrivalCalendar.Of(Of("*/20 * * * *", TimeSpan.FromMinutes(1), "UTC") with { Object = ObjectPattern.Parse("drop-zone/t/x.csv") }, now)[0];
        (often.Due - often.From).ShouldBe(TimeSpan.FromMinutes(5));
    }

    [Fact]
    public void Without_a_promise_nothing_is_due() => ArrivalCalendar.Of(Of("0 6 * * *", null, "UTC"), ReconcileWorld.Begin).ShouldBeEmpty();

    private static Contract Of(string cron, TimeSpan? latency, string zone)
    {
        using var folder = new Contracts.ContractFolder().With("x");
        return folder.Read().All[0] with { Schedule = CronExpression.TryParse(cron, out var schedule) ? schedule : null, Latency = latency, TimeZone = TimeZoneInfo.FindSystemTimeZoneById(zone) };
    }
}
