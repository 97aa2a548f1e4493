using System.Buffers.Text;
using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Unicode;

namespace Landfall.Rows;

/// <summary>Text to value, for every type but text itself: invariant culture, ISO 8601, straight from UTF-8. None throws.</summary>
internal static class CellParser
{
    private const long TicksPerMicrosecond = TimeSpan.TicksPerMicrosecond;

    /// <summary>Digits, with a sign or without, as are those of every number here; zeros may stand before them, nothing between or behind them.</summary>
    public static bool TryInt64(ReadOnlySpan<byte> text, out long value) => Utf8Parser.TryParse(text, out value, out var used) && used == text.Length;

    /// <summary>A finite number.</summary>
    public static bool TryDouble(ReadOnlySpan<byte> text, out double value)
    {
        value = 0;
        return !EndsInNul(text)
            && double.TryParse(text, NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint | NumberStyles.AllowExponent, CultureInfo.InvariantCulture, out value)
            && double.IsFinite(value)
            // What is too small to be held becomes zero, which is another number.
            && (value != 0 || !text[..Mantissa(text)].ContainsAnyInRange((byte)'1', (byte)'9'));
    }

    private static int Mantissa(ReadOnlySpan<byte> text) => text.IndexOfAny((byte)'e', (byte)'E') is >= 0 and var exponent ? exponent : text.Length;

    /// <summary>An exact decimal of up to 28 digits, without exponent: what <see cref="decimal"/> would have to round does not parse.</summary>
    public static bool TryNumeric(ReadOnlySpan<byte> text, out decimal value)
    {
        if (TryShortNumeric(text, out value)) return true;
        return !EndsInNul(text)
            && SignificantDigits(text) <= 28
            && decimal.TryParse(text, NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out value);
    }

    public static bool TryBoolean(ReadOnlySpan<byte> text, out bool value)
    {
        value = Is(text, "true"u8) || Is(text, "1"u8) || Is(text, "yes"u8) || Is(text, "t"u8) || Is(text, "y"u8);
        return value || Is(text, "false"u8) || Is(text, "0"u8) || Is(text, "no"u8) || Is(text, "f"u8) || Is(text, "n"u8);

        static bool Is(ReadOnlySpan<byte> text, ReadOnlySpan<byte> word) => Ascii.EqualsIgnoreCase(text, word);
    }

    /// <summary>Days since 1970-01-01, of <c>yyyy-MM-dd</c> or of the format given.</summary>
    public static bool TryDate(ReadOnlySpan<byte> text, string? format, out int days)
    {
        days = 0;
        DateOnly date;
        if (format is null)
        {
            if (text.Length != 10 || !TryIsoDate(text, out date)) return false;
        }
        else
        {
            Span<char> chars = stackalloc char[64];
            if (!TryChars(text, ref chars) || !DateOnly.TryParseExact(chars, format, CultureInfo.InvariantCulture, DateTimeStyles.None, out date)) return false;
        }
        days = date.DayNumber - DateOnly.FromDateTime(DateTime.UnixEpoch).DayNumber;
        return true;
    }

    /// <summary>
    /// Microseconds since 1970-01-01T00:00:00Z, of <c>yyyy-MM-dd[T| ]HH:mm[:ss[.f…]][Z|±HH[[:]mm]]</c> (no offset is UTC; digits finer than
    /// microseconds are cut), or of the format given.
    /// </summary>
    public static bool TryTimestamp(ReadOnlySpan<byte> text, string? format, out long microseconds)
    {
        microseconds = 0;
        if (format is not null)
        {
            Span<char> chars = stackalloc char[64];
            if (!TryChars(text, ref chars)
                || !DateTimeOffset.TryParseExact(chars, format, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var moment)) return false;
            microseconds = (moment.UtcTicks - DateTime.UnixEpoch.Ticks) / TicksPerMicrosecond;
            return true;
        }
        if (text.Length < 16 || !TryIsoDate(text[..10], out var date) || (text[10] is not ((byte)'T' or (byte)'t' or (byte)' '))) return false;
        if (!TryClock(text[11..], out var time, out var used)) return false;
        if (!TryOffset(text[(11 + used)..], out var offsetMinutes)) return false;
        var ticks = date.ToDateTime(TimeOnly.MinValue).Ticks + (time * TicksPerMicrosecond) - (offsetMinutes * TimeSpan.TicksPerMinute);
        if (ticks < DateTime.MinValue.Ticks || ticks > DateTime.MaxValue.Ticks) return false;
        microseconds = (ticks - DateTime.UnixEpoch.Ticks) / TicksPerMicrosecond;
        return true;
    }

    /// <summary>Microseconds since midnight, of <c>HH:mm[:ss[.f…]]</c> or of the format given.</summary>
    public static bool TryTime(ReadOnlySpan<byte> text, string? format, out long microseconds)
    {
        microseconds = 0;
        if (format is null) return TryClock(text, out microseconds, out var used) && used == text.Length;
        Span<char> chars = stackalloc char[64];
        if (!TryChars(text, ref chars) || !TimeOnly.TryParseExact(chars, format, CultureInfo.InvariantCulture, DateTimeStyles.None, out var time)) return false;
        microseconds = time.Ticks / TicksPerMicrosecond;
        return true;
    }

    /// <summary>One JSON value, and nothing Postgres' jsonb refuses: no bytes that are not UTF-8, no \u0000, no lone surrogate, no number beyond numeric; nor what BigQuery's does: no number beyond a double.</summary>
    public static bool IsJson(ReadOnlySpan<byte> text)
    {
        // The reader does not look at the bytes inside a string.
        if (!Utf8.IsValid(text)) return false;
        try
        {
            var reader = new Utf8JsonReader(text, new JsonReaderOptions { MaxDepth = 64 });
            while (reader.Read())
            {
                if (reader.TokenType == JsonTokenType.Number && !FitsNumeric(reader.ValueSpan)) return false;
                if (reader.TokenType is JsonTokenType.String or JsonTokenType.PropertyName
                    && reader.ValueIsEscaped && reader.GetString()!.Contains('\0', StringComparison.Ordinal)) return false;
            }
            return true;
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            return false;
        }
    }

    /// <summary>Postgres keeps a JSON number as numeric, which ends at 131,072 digits; a thousand are enough.</summary>
    private static bool FitsNumeric(ReadOnlySpan<byte> number)
    {
        var exponent = number.IndexOfAny((byte)'e', (byte)'E');
        if (number.Length > 1000 || !Utf8Parser.TryParse(number, out double value, out _) || !double.IsFinite(value)) return false;
        return exponent < 0 || (int.TryParse(number[(exponent + 1)..], NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var power) && power is > -1000 and < 1000);
    }

    private static bool TryIsoDate(ReadOnlySpan<byte> text, out DateOnly date)
    {
        date = default;
        if (text[4] != '-' || text[7] != '-') return false;
        // Two digits and two digits are a year of four.
        if (!TwoDigits(text, 0, out var century) || !TwoDigits(text, 2, out var year) || !TwoDigits(text, 5, out var month) || !TwoDigits(text, 8, out var day)) return false;
        year += century * 100;
        if (year is < 1 || month is < 1 or > 12 || day < 1 || day > DateTime.DaysInMonth(year, month)) return false;
        date = new DateOnly(year, month, day);
        return true;
    }

    private static bool TryClock(ReadOnlySpan<byte> text, out long microseconds, out int used)
    {
        microseconds = 0;
        used = 5;
        if (text.Length < 5 || text[2] != ':' || !TwoDigits(text, 0, out var hour) || !TwoDigits(text, 3, out var minute) || hour > 23 || minute > 59) return false;
        microseconds = ((hour * 60L) + minute) * 60_000_000;
        if (text.Length < 8 || text[5] != ':') return true;
        if (!TwoDigits(text, 6, out var second) || second > 59) return false;
        microseconds += second * 1_000_000L;
        used = 8;
        if (text.Length <= 8 || text[8] != '.') return true;
        var unit = 100_000;
        for (used = 9; used < text.Length && text[used] is >= (byte)'0' and <= (byte)'9'; used++, unit /= 10) microseconds += (text[used] - '0') * unit;
        return used > 9;
    }

    private static bool TryOffset(ReadOnlySpan<byte> text, out int minutes)
    {
        minutes = 0;
        if (text.IsEmpty || (text.Length == 1 && text[0] is (byte)'Z' or (byte)'z')) return true;
        if (text[0] is not ((byte)'+' or (byte)'-')) return false;
        var rest = text[1..];
        int hour, minute = 0;
        var ok = rest.Length switch
        {
            2 => TwoDigits(rest, 0, out hour),
            4 => TwoDigits(rest, 0, out hour) & TwoDigits(rest, 2, out minute),
            5 => (TwoDigits(rest, 0, out hour) & TwoDigits(rest, 3, out minute)) && rest[2] == ':',
            _ => (hour = -1) == 0,
        };
        if (!ok || hour > 18 || minute > 59) return false;
        minutes = ((hour * 60) + minute) * (text[0] == '-' ? -1 : 1);
        return true;
    }

    private static bool TwoDigits(ReadOnlySpan<byte> text, int start, out int value)
    {
        var (tens, ones) = ((uint)(text[start] - '0'), (uint)(text[start + 1] - '0'));
        value = (int)((tens * 10) + ones);
        return tens <= 9 && ones <= 9;
    }

    /// <summary>.NET's parsers of numbers pass over NULs at the end.</summary>
    private static bool EndsInNul(ReadOnlySpan<byte> text) => text is [.., 0];

    /// <summary>What nearly every number is: few enough digits for 64 bits. False says nothing about other text.</summary>
    private static bool TryShortNumeric(ReadOnlySpan<byte> text, out decimal value)
    {
        value = 0;
        var negative = text is [(byte)'-', ..];
        if (negative) text = text[1..];
        if (text.Length is 0 or > 18) return false;
        var (unscaled, point) = (0L, -1);
        for (var i = 0; i < text.Length; i++)
        {
            var digit = (uint)(text[i] - '0');
            if (digit <= 9) unscaled = (unscaled * 10) + digit;
            else if (text[i] == '.' && point < 0) point = i;
            else return false;
        }
        // A number that begins or ends with its point is decimal's to judge.
        if (point == 0 || point == text.Length - 1) return false;
        value = new decimal((int)unscaled, (int)(unscaled >> 32), 0, negative, (byte)(point < 0 ? 0 : text.Length - 1 - point));
        return true;
    }

    private static int SignificantDigits(ReadOnlySpan<byte> text)
    {
        var (count, zeros, begun, point) = (0, 0, false, false);
        foreach (var b in text)
        {
            if (b == '.') point = true;
            if (b is < (byte)'0' or > (byte)'9') continue;
            begun |= b != '0' || point;
            if (!begun) continue;
            // Zeros at the very end of a fraction carry nothing; those before another digit do.
            if (b == '0') zeros++;
            else (count, zeros) = (count + zeros + 1, 0);
        }
        return count + (point ? 0 : zeros);
    }

    private static bool TryChars(ReadOnlySpan<byte> text, ref Span<char> chars)
    {
        if (text.Length > chars.Length || !Ascii.IsValid(text)) return false;
        chars = chars[..Encoding.ASCII.GetChars(text, chars)];
        return true;
    }
}
