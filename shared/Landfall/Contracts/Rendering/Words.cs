namespace Landfall.Contracts.Rendering;

/// <summary>Numbers and lists in sentences.</summary>
internal static class Words
{
    /// <summary>1 year, 2 years</summary>
    public static string Count(long number, string noun) => number == 1 ? $"1 {noun}" : $"{number} {noun}s";

    /// <summary>a, b and c</summary>
    public static string And(IReadOnlyList<string> words) =>
        words.Count < 2 ? string.Concat(words) : $"{string.Join(", ", words.Take(words.Count - 1))} and {words[^1]}";

    /// <summary>The largest unit that divides the days of a retention: 3 years, 90 days.</summary>
    public static string Days(TimeSpan retention)
    {
        var days = (long)retention.TotalDays;
        return days % 365 == 0 ? Count(days / 365, "year") : days % 30 == 0 ? Count(days / 30, "month") : Count(days, "day");
    }

    /// <summary>The largest unit that divides a wait: 5 minutes.</summary>
    public static string Time(TimeSpan time)
    {
        var seconds = (long)time.TotalSeconds;
        return seconds > 0 && seconds % 3600 == 0 ? Count(seconds / 3600, "hour") : seconds > 0 && seconds % 60 == 0 ? Count(seconds / 60, "minute") : Count(seconds, "second");
    }

    public static string Name(SinkKind sink) => sink == SinkKind.BigQuery ? "BigQuery" : "Postgres";
}
