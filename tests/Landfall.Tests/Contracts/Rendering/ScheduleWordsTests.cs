using Landfall.Contracts;
using Landfall.Contracts.Rendering;
using Shouldly;
using Xunit;

namespace Landfall.Tests.Contracts.Rendering;

public sealed class ScheduleWordsTests
{
    [Theory]
    [InlineData("0 6 * * *", "every day at 06:00")]
    [InlineData("15 5,17 * * *", "every day at 05:15 and 17:15")]
    [InlineData("30 7 * * MON-FRI", "from Monday to Friday at 07:30")]
    [InlineData("0 7 * * 7", "every Sunday at 07:00")]
    [InlineData("0 7 * * 1,3,5", "every Monday, Wednesday and Friday at 07:00")]
    [InlineData("5 * * * *", "every hour at minute 5")]
    [InlineData("0 4 1 * *", "on day 1 of every month at 04:00")]
    [InlineData("*/5 * * * *", null)]
    [InlineData("0 4 1 * 1", null)]
    [InlineData("0 4 1 1 *", null)]
    [InlineData("5 * * * 1", null)]
    public void What_a_person_would_say_has_words(string cron, string? words)
    {
        CronExpression.TryParse(cron, out var schedule).ShouldBeTrue();

        ScheduleWords.Of(schedule).ShouldBe(words);
    }
}
