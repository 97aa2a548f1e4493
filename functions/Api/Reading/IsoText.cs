using System.Buffers.Text;
using Landfall.Rows;

namespace Landfall.Rest.Reading;

/// <summary>Dates and times in ISO 8601, of any year that Postgres has: those of .NET end with 9999. Before the year 1 they are Postgres' own form, with BC behind.</summary>
internal static class IsoText
{
    private const long MicrosecondsPerDay = 86_400_000_000;

    /// <param name="days">Since 1970-01-01.</param>
    public static void Date(TextBuffer text, long days)
    {
        var before = Day(text, days);
        if (before) text.Add(" BC"u8);
    }

    /// <param name="microseconds">Since 1970-01-01T00:00:00Z.</param>
    public static void Timestamp(TextBuffer text, long microseconds)
    {
        var days = Math.DivRem(microseconds, MicrosecondsPerDay, out var clock);
        if (clock < 0) (days, clock) = (days - 1, clock + MicrosecondsPerDay);
        var before = Day(text, days);
        text.Add((byte)'T');
        Time(text, clock);
        text.Add((byte)'Z');
        if (before) text.Add(" BC"u8);
    }

    /// <param name="microseconds">Since midnight.</param>
    public static void Time(TextBuffer text, long microseconds)
    {
        var seconds = Math.DivRem(microseconds, 1_000_000, out var fraction);
        Digits(text, seconds / 3600, 2);
        text.Add((byte)':');
        Digits(text, seconds / 60 % 60, 2);
        text.Add((byte)':');
        Digits(text, seconds % 60, 2);
        if (fraction == 0) return;
        text.Add((byte)'.');
        var places = 6;
        for (; fraction % 10 == 0; fraction /= 10) places--;
        Digits(text, fraction, places);
    }

    /// <returns>Whether it is before the year 1.</returns>
    private static bool Day(TextBuffer text, long days)
    {
        // Howard Hinnant's civil_from_days: years begin in March, so that a leap day is the last of its year.
        days += 719_468;
        var era = (days >= 0 ? days : days - 146_096) / 146_097;
        var dayOfEra = days - (era * 146_097);
        var yearOfEra = (dayOfEra - (dayOfEra / 1460) + (dayOfEra / 36_524) - (dayOfEra / 146_096)) / 365;
        var dayOfYear = dayOfEra - ((365 * yearOfEra) + (yearOfEra / 4) - (yearOfEra / 100));
        var march = ((5 * dayOfYear) + 2) / 153;
        var month = march < 10 ? march + 3 : march - 9;
        var year = yearOfEra + (era * 400) + (month <= 2 ? 1 : 0);
        // There is no year 0.
        Digits(text, year > 0 ? year : 1 - year, 4);
        text.Add((byte)'-');
        Digits(text, month, 2);
        text.Add((byte)'-');
        Digits(text, dayOfYear - (((153 * march) + 2) / 5) + 1, 2);
        return year <= 0;
    }

    private static void Digits(TextBuffer text, long number, byte least)
    {
        _ = Utf8Formatter.TryFormat(number, text.Reserve(20), out var written, new('D', least));
        text.Advance(written);
    }

    private static void Digits(TextBuffer text, long number, int least) => Digits(text, number, (byte)least);
}
