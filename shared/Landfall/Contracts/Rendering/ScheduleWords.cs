namespace Landfall.Contracts.Rendering;

/// <summary>A cron expression as a person would say it, where it is one that a person would say.</summary>
internal static class ScheduleWords
{
    private static readonly string[] Names = ["Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"];

    /// <summary><c>every day at 06:00</c>; null where only the expression says it.</summary>
    public static string? Of(CronExpression schedule)
    {
        if (schedule.Months.Count < 12 || Days(schedule) is not { } days) return null;
        if (schedule.Minutes is [var minute])
        {
            if (schedule.Hours.Count == 24) return days == "every day" ? $"every hour at minute {minute}" : null;
            if (schedule.Hours.Count <= 4) return $"{days} at {Words.And([.. schedule.Hours.Select(hour => $"{hour:00}:{minute:00}")])}";
        }
        return null;
    }

    private static string? Days(CronExpression schedule) => (schedule.Days.Count, schedule.Weekdays) switch
    {
        (31, { Count: 7 }) => "every day",
        (31, [1, 2, 3, 4, 5]) => "from Monday to Friday",
        (31, var weekdays) => $"every {Words.And([.. weekdays.Select(day => Names[day])])}",
        ( <= 3, { Count: 7 }) => $"on day {Words.And([.. schedule.Days.Select(day => $"{day}")])} of every month",
        _ => null,
    };
}
