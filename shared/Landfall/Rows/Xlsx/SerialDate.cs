namespace Landfall.Rows.Xlsx;

/// <summary>Dates as spreadsheets count them: days since the workbook's epoch, the time of day as their fraction, to the millisecond.</summary>
internal static class SerialDate
{
    private const long DayMilliseconds = 86_400_000;

    /// <summary>Day 0 of either epoch, once day 60 is out of the way.</summary>
    private static readonly DateTime Since1900 = new(1899, 12, 30);
    private static readonly DateTime Since1904 = new(1904, 1, 1);

    /// <summary>The day after 9999-12-31, in the epoch of 1900.</summary>
    private const int End = 2_958_466;

    /// <summary>False for what is no date: less than a day, too late, or the 29th of February 1900, which spreadsheets have and no calendar.</summary>
    public static bool TryRead(double serial, bool date1904, out DateTime moment)
    {
        moment = default;
        if (!(serial >= 0) || serial >= End) return false;
        var milliseconds = (long)Math.Round(serial * DayMilliseconds);
        var day = milliseconds / DayMilliseconds;
        if (date1904)
        {
            if (day >= End - 1462) return false;
            moment = Since1904.AddMilliseconds(milliseconds);
            return true;
        }
        if (day is < 1 or 60 or >= End) return false;
        moment = Since1900.AddMilliseconds(milliseconds).AddDays(day < 60 ? 1 : 0);
        return true;
    }

    /// <summary>A duration that is not negative; of a moment, the time of day is its <see cref="TimeSpan.Days"/> less.</summary>
    public static bool TryRead(double days, out TimeSpan elapsed)
    {
        elapsed = default;
        if (!(days >= 0) || days >= End) return false;
        elapsed = TimeSpan.FromMilliseconds((long)Math.Round(days * DayMilliseconds));
        return true;
    }
}
