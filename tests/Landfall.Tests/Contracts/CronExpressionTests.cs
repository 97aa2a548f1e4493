using Landfall.Contracts;
using Shouldly;
using Xunit;

namespace Landfall.Tests.Contracts;

public sealed class CronExpressionTests
{
    [Theory]
    [InlineData("0 6 * * *", "0", "6", 31, 12, "0,1,2,3,4,5,6")]
    [InlineData("*/20 8-18/5 1,15 jan-Mar 1-5", "0,20,40", "8,13,18", 2, 3, "1,2,3,4,5")]
    [InlineData("10/25  0 31 2 5-7", "10,35", "0", 1, 1, "0,5,6")]
    [InlineData("59 23 * DEC SUN", "59", "23", 31, 1, "0")]
    public void Five_fields_are_sets(string text, string minutes, string hours, int days, int months, string weekdays)
    {
        CronExpression.TryParse(text, out var cron).ShouldBeTrue();

        (string.Join(',', cron.Minutes), string.Join(',', cron.Hours), cron.Days.Count, cron.Months.Count, string.Join(',', cron.Weekdays), cron.Text)
            .ShouldBe((minutes, hours, days, months, weekdays, text));
    }

    [Theory]
    [InlineData("UTC")]
    [InlineData("Europe/Berlin")]
    [InlineData("Australia/Lord_Howe")]
    public void The_one_before_is_the_one_that_minute_after_minute_finds(string id)
    {
        var (zone, random, found) = (TimeZoneInfo.FindSystemTimeZoneById(id), new Random(7), 0);
        foreach (var text in (string[])["*/7 * * * *", "30 2 * * *", "15 1,2,3 * * 0", "0 0 1 * *", "59 23 28-31 * 5", "45 1 5 4,10 *"])
        {
            CronExpression.TryParse(text, out var cron).ShouldBeTrue();
            for (var i = 0; i < 20; i++)
            {
                // Among others the nights in which clocks are set.
                var until = new DateTimeOffset(2026, i % 2 == 0 ? 4 : 10, 5, 0, 0, 0, TimeSpan.Zero).AddDays(random.Next(-10, 25)).AddSeconds(random.Next(86_400));
                var previous = cron.Previous(until, zone);
                var minute = until.AddTicks(-(until.Ticks % TimeSpan.TicksPerMinute));
                for (var back = 0; back < 60 * 24 * 8; back++, minute = minute.AddMinutes(-1))
                {
                    if (!cron.Matches(TimeZoneInfo.ConvertTime(minute, zone).DateTime)) continue;
                    previous.ShouldBe(minute, $"seed 7, {text} before {until:O}");
                    found++;
                    break;
                }
            }
        }
        found.ShouldBeGreaterThan(60, "the test proved little");
    }

    [Fact]
    public void A_leap_day_is_found_years_back_and_what_never_comes_is_not()
    {
        CronExpression.TryParse("0 0 29 2 *", out var leap).ShouldBeTrue();
        leap.Previous(new(2028, 2, 28, 0, 0, 0, TimeSpan.Zero), TimeZoneInfo.Utc).ShouldBe(new DateTimeOffset(2024, 2, 29, 0, 0, 0, TimeSpan.Zero));
        CronExpression.TryParse("0 0 30 2 *", out var never).ShouldBeTrue();
        never.Previous(new(2028, 2, 28, 0, 0, 0, TimeSpan.Zero), TimeZoneInfo.Utc).ShouldBeNull();
    }

    [Theory]
    [InlineData("")]
    [InlineData("0 6 * *")]
    [InlineData("0 0 6 * * *")]
    [InlineData("@daily")]
    [InlineData("60 6 * * *")]
    [InlineData("0 24 * * *")]
    [InlineData("0 6 0 * *")]
    [InlineData("0 6 32 * *")]
    [InlineData("0 6 * 13 *")]
    [InlineData("0 6 * 0 *")]
    [InlineData("0 6 * * 8")]
    [InlineData("0 6 * * MAR")]
    [InlineData("0 6 * MON *")]
    [InlineData("0 6 L * *")]
    [InlineData("0 6 ? * *")]
    [InlineData("5-1 6 * * *")]
    [InlineData("1-2-3 6 * * *")]
    [InlineData("*/0 6 * * *")]
    [InlineData("*/60 6 * * *")]
    [InlineData("*/ 6 * * *")]
    [InlineData("1, 6 * * *")]
    [InlineData("-1 6 * * *")]
    [InlineData("+1 6 * * *")]
    [InlineData("١ 6 * * *")]
    [InlineData("0 6 * * * ; rm")]
    public void Anything_else_is_none(string text) => CronExpression.TryParse(text, out _).ShouldBeFalse();
}
