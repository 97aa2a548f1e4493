namespace Landfall.Rows.Xlsx;

/// <summary>Reads number formats: <c>dd/mm/yyyy</c> makes a date of a number, <c>0.00</c> does not.</summary>
internal static class FormatCode
{
    /// <summary>The formats that every workbook has (ECMA-376, numFmt; 27 to 36 and 50 to 58 are East Asian dates and times).</summary>
    public static NumberFormat BuiltIn(int id) => id switch
    {
        >= 14 and <= 17 => NumberFormat.Date,
        >= 18 and <= 21 or 45 or 47 => NumberFormat.Time,
        22 or (>= 27 and <= 36) or (>= 50 and <= 58) => NumberFormat.DateTime,
        46 => NumberFormat.Elapsed,
        _ => NumberFormat.General,
    };

    /// <summary>As the number is; its letters mean nothing by themselves.</summary>
    private const string General = "General";

    /// <summary>The meaning of the first section, which is that of positive numbers.</summary>
    public static NumberFormat Read(ReadOnlySpan<char> code)
    {
        var (date, month, time) = (false, false, false);
        for (var i = 0; i < code.Length && code[i] != ';'; i++)
        {
            switch (code[i])
            {
                case 'G' or 'g' when code[i..].StartsWith(General, StringComparison.OrdinalIgnoreCase):
                    i += General.Length - 1;
                    break;
                case '"':
                    i = End(code, i, '"');
                    break;
                case '[':
                    var end = End(code, i, ']');
                    if (IsElapsed(code[(i + 1)..end])) return NumberFormat.Elapsed;
                    i = end;
                    break;
                case '\\' or '_' or '*':
                    i++;
                    break;
                case 'E' or 'e' when i + 1 < code.Length && code[i + 1] is '+' or '-':
                    return NumberFormat.General;
                case 'y' or 'Y' or 'd' or 'D' or 'e' or 'b' or 'B':
                    date = true;
                    break;
                case 'h' or 'H' or 's' or 'S':
                    time = true;
                    break;
                case 'm' or 'M':
                    month = true;
                    break;
                case 'A' or 'a' when code[i..].StartsWith("AM/PM", StringComparison.OrdinalIgnoreCase) || code[i..].StartsWith("A/P", StringComparison.OrdinalIgnoreCase):
                    i += code[i + 1] == '/' ? 2 : 4;
                    time = true;
                    break;
                default:
                    break;
            }
        }
        // Beside hours or seconds alone, m is minutes.
        if (month && !time) date = true;
        return (date, time) switch
        {
            (true, true) => NumberFormat.DateTime,
            (true, false) => NumberFormat.Date,
            (false, true) => NumberFormat.Time,
            _ => NumberFormat.General,
        };
    }

    private static int End(ReadOnlySpan<char> code, int from, char end)
    {
        var length = code[(from + 1)..].IndexOf(end);
        return length < 0 ? code.Length : from + 1 + length;
    }

    private static bool IsElapsed(ReadOnlySpan<char> inner) =>
        inner.Length > 0 && (inner.TrimStart("hH").IsEmpty || inner.TrimStart("mM").IsEmpty || inner.TrimStart("sS").IsEmpty);
}
