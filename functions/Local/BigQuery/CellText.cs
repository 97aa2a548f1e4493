using System.Globalization;
using System.Text;
using System.Text.Json;
using Landfall.Cloud;
using Landfall.Rows;

namespace Landfall.Local.BigQuery;

/// <summary>A value from its text, as BigQuery reads it in CSV, in JSON, and in its own answers.</summary>
internal static class CellText
{
    private static readonly string[] Dates = ["yyyy-M-d", "yyyy/M/d"];
    private static readonly string[] Times = ["H:m:s.FFFFFFF", "H:m:s", "H:m"];
    private static readonly string[] DateTimes = [.. from date in Dates from time in Times from between in (string[])[" ", "'T'"] select date + between + time];

    /// <summary>Writes the value, or nothing.</summary>
    /// <returns>What is wrong with the text, in BigQuery's words; null when it was written.</returns>
    public static string? Write(TableField field, string text, IRowWriter rows)
    {
        switch (field.Type)
        {
            case "STRING":
                if (text.Contains('\0', StringComparison.Ordinal)) return "Bad character (ASCII 0) encountered.";
                rows.Utf8(Encoding.UTF8.GetBytes(text));
                return null;
            case "INT64" when long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var whole):
                rows.Int64(whole);
                return null;
            case "INT64" when decimal.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) && number == decimal.Truncate(number) && number is >= long.MinValue and <= long.MaxValue:
                rows.Int64((long)number);
                return null;
            case "FLOAT64" when TryFloat(text, out var real):
                rows.Double(real);
                return null;
            case "NUMERIC" or "BIGNUMERIC" when decimal.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number):
                if (Beyond(field, number)) return $"Invalid {field.Type} value: {text} Field: {field.Name}; Value has more digits than {Declared(field)}";
                rows.Numeric(number);
                return null;
            case "BOOL" when text.ToLowerInvariant() is "true" or "t" or "1" or "yes" or "y":
                rows.Boolean(true);
                return null;
            case "BOOL" when text.ToLowerInvariant() is "false" or "f" or "0" or "no" or "n":
                rows.Boolean(false);
                return null;
            case "DATE" when DateOnly.TryParseExact(text, Dates, CultureInfo.InvariantCulture, DateTimeStyles.None, out var date):
                rows.Date(date.DayNumber - DateOnly.FromDateTime(DateTime.UnixEpoch).DayNumber);
                return null;
            case "TIME" when TimeOnly.TryParseExact(text, Times, CultureInfo.InvariantCulture, DateTimeStyles.None, out var time):
                rows.Time(time.Ticks / TimeSpan.TicksPerMicrosecond);
                return null;
            case "DATETIME" when TryTime(text, out var time):
                rows.Timestamp(time);
                return null;
            case "TIMESTAMP" when TryTimestamp(text, out var time):
                rows.Timestamp(time);
                return null;
            case "JSON" when IsJson(text):
                rows.Json(Encoding.UTF8.GetBytes(text));
                return null;
            case "BYTES" when text.StartsWith("\\x", StringComparison.Ordinal):
                rows.Utf8(Convert.FromHexString(text.AsSpan(2)));
                return null;
            case "BYTES" when TryBase64(text, out var bytes):
                rows.Utf8(bytes);
                return null;
            default:
                return Fault(field.Type, text);
        }
    }

    private static string Fault(string type, string text) => type switch
    {
        "INT64" => $"Cannot convert value to integer (bad value): {text}",
        "FLOAT64" => $"Cannot convert value to floating point (bad value): {text}",
        "BOOL" => $"Cannot convert value to boolean (bad value): {text}",
        "TIMESTAMP" => $"Could not parse '{text}' as a timestamp. Required format is YYYY-MM-DD HH:MM[:SS[.SSSSSS]] or YYYY/MM/DD HH:MM[:SS[.SSSSSS]]",
        "DATE" => $"Invalid date: '{text}'",
        "TIME" => $"Invalid time string \"{text}\"",
        "DATETIME" => $"Invalid datetime string \"{text}\"",
        "BYTES" => "Could not decode base64 string to bytes",
        _ => $"Invalid {type} value: {text}",
    };

    private static string Declared(TableField field) => field.Precision is { } precision ? $"{field.Type}({precision}, {field.Scale ?? 0})" : field.Type;

    /// <summary>More digits before the point than are declared, or more behind it than the type can have: nothing is rounded that a file says.</summary>
    private static bool Beyond(TableField field, decimal number)
    {
        var scale = field.Scale ?? (field.Precision is not null ? 0 : field.Type == "NUMERIC" ? 9 : 38);
        if (scale < 28 && decimal.Round(number, scale) != number) return true;
        if (field.Precision - scale is not { } whole || whole > 28) return false;
        var limit = 1m;
        for (var i = 0; i < whole; i++) limit *= 10;
        return decimal.Truncate(Math.Abs(number)) >= limit;
    }

    private static bool TryFloat(string text, out double value)
    {
        value = text.ToLowerInvariant() switch
        {
            "nan" => double.NaN,
            "inf" or "+inf" or "infinity" or "+infinity" => double.PositiveInfinity,
            "-inf" or "-infinity" => double.NegativeInfinity,
            _ => 0,
        };
        if (value != 0) return true;
        return double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out value) && double.IsFinite(value);
    }

    private static bool TryTime(string text, out long microseconds)
    {
        var ok = DateTime.TryParseExact(text, DateTimes, CultureInfo.InvariantCulture, DateTimeStyles.None, out var time)
            || DateTime.TryParseExact(text, Dates, CultureInfo.InvariantCulture, DateTimeStyles.None, out time);
        microseconds = (time - DateTime.UnixEpoch).Ticks / TimeSpan.TicksPerMicrosecond;
        return ok;
    }

    /// <summary>With an offset, in UTC, or as seconds since 1970.</summary>
    private static bool TryTimestamp(string text, out long microseconds)
    {
        if (decimal.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var seconds) && Math.Abs(seconds) < 253_402_300_800m)
        {
            microseconds = (long)decimal.Round(seconds * 1_000_000);
            return true;
        }
        text = text.EndsWith(" UTC", StringComparison.Ordinal) ? text[..^4] : text.TrimEnd('Z', 'z');
        var sign = text.Length > 10 ? text.LastIndexOfAny(['+', '-']) : -1;
        var offset = 0;
        if (sign > 9)
        {
            var (parts, direction) = (text[(sign + 1)..].Split(':'), text[sign] == '-' ? -1 : 1);
            if (!int.TryParse(parts[0], NumberStyles.None, CultureInfo.InvariantCulture, out var hours) || hours > 14) { microseconds = 0; return false; }
            var minutes = 0;
            if (parts.Length > 2 || (parts.Length == 2 && (!int.TryParse(parts[1], NumberStyles.None, CultureInfo.InvariantCulture, out minutes) || minutes > 59))) { microseconds = 0; return false; }
            (offset, text) = (direction * ((hours * 60) + minutes), text[..sign].TrimEnd());
        }
        var ok = TryTime(text, out microseconds);
        microseconds -= offset * 60_000_000L;
        return ok;
    }

    private static bool IsJson(string text)
    {
        try
        {
            using var document = JsonDocument.Parse(text);
            return true;
        }
        catch (JsonException)
        {
            return false;
        }
    }

    private static bool TryBase64(string text, out byte[] bytes)
    {
        bytes = new byte[text.Length];
        var ok = Convert.TryFromBase64String(text, bytes, out var written);
        bytes = bytes[..written];
        return ok;
    }
}
