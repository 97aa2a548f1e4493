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
