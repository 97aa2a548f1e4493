using System.Globalization;

namespace Landfall.Contracts;

/// <summary>
/// Five fields as crontab(5) and Cloud Scheduler read them: minute, hour, day of the month, month, day of the week; each <c>*</c>, or numbers, ranges
/// and steps with commas between, months and days also by name. When both days are restricted, either will do.
/// </summary>
public sealed class CronExpression
{
    /// <summary>From one 29 February to the next there may be eight years.</summary>
    private const int FarthestDays = 9 * 366;

    private static readonly string[] MonthNames = ["JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC"];
    private static readonly string[] WeekdayNames = ["SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT"];

    private CronExpression(string text, ulong[] fields) =>
        (Text, Minutes, Hours, Days, Months, Weekdays) = (text, Set(fields[0]), Set(fields[1]), Set(fields[2]), Set(fields[3]), Set((fields[4] & 0x7f) | (fields[4] >> 7)));

    /// <summary>As the contract writes it.</summary>
    public string Text { get; }

    /// <summary>0…59, ascending; never empty.</summary>
    public IReadOnlyList<int> Minutes { get; }

    /// <summary>0…23, ascending; never empty.</summary>
    public IReadOnlyList<int> Hours { get; }

    /// <summary>Days of the month, 1…31, ascending; never empty.</summary>
    public IReadOnlyList<int> Days { get; }

    /// <summary>1…12, ascending; never empty.</summary>
    public IReadOnlyList<int> Months { get; }

    /// <summary>Days of the week, 0…6 from Sunday, ascending; never empty.</summary>
    public IReadOnlyList<int> Weekdays { get; }

    /// <summary>Whether the minute of a moment is one of those meant.</summary>
    /// <param name="moment">As the clock on the wall shows it.</param>
    public bool Matches(DateTime moment)
    {
        return Matches(DateOnly.FromDateTime(moment)) && Minutes.Contains(moment.Minute) && Hours.Contains(moment.Hour);
    }

    /// <summary>The last moment meant up to a given one, that one included; null when there is none in the years before.</summary>
    /// <param name="until">Where to look back from.</param>
    /// <param name="zone">Where the clock hangs: what it skips in spring does not come, what it shows twice in autumn comes twice.</param>
    public DateTimeOffset? Previous(DateTimeOffset until, TimeZoneInfo zone)
    {
        var today = DateOnly.FromDateTime(TimeZoneInfo.ConvertTime(until, zone).DateTime);
        for (var day = today; day > today.AddDays(-FarthestDays); day = day.AddDays(-1))
        {
            var moments = On(day, zone).Where(moment => moment <= until).ToList();
            if (moments.Count > 0) return moments.Max();
        }
        return null;
    }

    /// <summary>The moments meant of a day, in no order.</summary>
    /// <param name="day">As the calendar on the wall shows it.</param>
    /// <param name="zone">As of <see cref="Previous"/>.</param>
    public IEnumerable<DateTimeOffset> On(DateOnly day, TimeZoneInfo zone) => !Matches(day) ? [] : Hours.SelectMany(hour => Minutes.Select(minute => day.ToDateTime(new TimeOnly(hour, minute))))
        .Where(time => !zone.IsInvalidTime(time))
        .SelectMany(time => zone.IsAmbiguousTime(time) ? zone.GetAmbiguousTimeOffsets(time).Select(offset => new DateTimeOffset(time, offset)) : [new DateTimeOffset(time, zone.GetUtcOffset(time))]);

    public static bool TryParse(string text, out CronExpression expression)
    {
        expression = null!;
        var parts = text.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        if (parts.Length != 5) return false;
        var fields = new ulong[5];
        if (!TryField(parts[0], 0, 59, [], out fields[0]) || !TryField(parts[1], 0, 23, [], out fields[1]) || !TryField(parts[2], 1, 31, [], out fields[2])
            || !TryField(parts[3], 1, 12, MonthNames, out fields[3]) || !TryField(parts[4], 0, 7, WeekdayNames, out fields[4])) return false;
        expression = new(text, fields);
        return true;
    }

    public override string ToString() => Text;

    private bool Matches(DateOnly date)
    {
        // crontab(5): when both days are restricted, either will do.
        var (day, weekday) = (Days.Contains(date.Day), Weekdays.Contains((int)date.DayOfWeek));
        var anyDay = Days.Count == 31 || Weekdays.Count == 7 ? day && weekday : day || weekday;
        return anyDay && Months.Contains(date.Month);
    }

    private static bool TryField(string text, int least, int most, string[] names, out ulong set)
    {
        set = 0;
        foreach (var part in text.Split(','))
        {
            var (range, step) = (part, 1);
            if (part.IndexOf('/', StringComparison.Ordinal) is >= 0 and var slash)
            {
                range = part[..slash];
                if (!TryNumber(part[(slash + 1)..], out step) || step < 1 || step > most) return false;
            }
            if (!TryRange(range, least, most, names, part != range, out var from, out var to)) return false;
            for (var value = from; value <= to; value += step) set |= 1UL << value;
        }
        return true;
    }

    /// <param name="open">A single number with a step behind goes on to the last, as in Vixie's cron.</param>
    private static bool TryRange(string text, int least, int most, string[] names, bool open, out int from, out int to)
    {
        (from, to) = (least, most);
        if (text == "*") return true;
        var ends = text.Split('-');
        if (ends.Length > 2 || !TryValue(ends[0], least, names, out from)) return false;
        if (ends.Length == 2 && !TryValue(ends[1], least, names, out to)) return false;
        if (ends.Length == 1 && !open) to = from;
        return least <= from && from <= to && to <= most;
    }

    private static bool TryValue(string text, int least, string[] names, out int value)
    {
        value = Array.FindIndex(names, name => name.Equals(text, StringComparison.OrdinalIgnoreCase)) + least;
        return value >= least || TryNumber(text, out value);
    }

    private static bool TryNumber(string text, out int value)
    {
        value = 0;
        return text.Length is 1 or 2 && int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out value);
    }

    private static List<int> Set(ulong field) => [.. Enumerable.Range(0, 60).Where(value => ((field >> value) & 1) == 1)];
}
