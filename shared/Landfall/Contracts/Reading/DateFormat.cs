using System.Text.RegularExpressions;

namespace Landfall.Contracts.Reading;

/// <summary>
/// How a file writes dates and times: the letters on which Java's DateTimeFormatter (which ODCS names) and .NET agree. The rest would be read
/// by one as the other does not mean it.
/// </summary>
internal static class DateFormat
{
    private const RegexOptions Options = RegexOptions.NonBacktracking | RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture;

    private static readonly Regex Form = new(@"\A(yyyy|MM?|dd?|HH?|mm?|ss?|'[^'\\\x00-\x1f\x7f-\uffff]+'|[-/:., ])+\z", Options);
    private static readonly Regex Part = new("'[^']+'|y+|M+|d+|H+|m+|s+", Options);

    public static bool Fits(string format, ColumnType type)
    {
        if (format.Length > 60 || !Form.IsMatch(format)) return false;
        var parts = Part.Matches(format).Select(part => part.Value).Where(part => part[0] != '\'').ToList();
        var letters = string.Concat(parts.Select(part => part[0]));
        return letters.Distinct().Count() == letters.Length && parts.TrueForAll(part => part[0] != 'y' || part == "yyyy") && type switch
        {
            ColumnType.Date => Holds("yMd") && letters.Length == 3,
            ColumnType.Time => Holds("Hm") && !letters.AsSpan().ContainsAny("yMd"),
            _ => Holds("yMd"),
        };

        bool Holds(string needed) => needed.All(letter => letters.Contains(letter, StringComparison.Ordinal));
    }

    public static string Expected(ColumnType type) => type switch
    {
        ColumnType.Date => "yyyy, MM and dd, once each, for example dd/MM/yyyy",
        ColumnType.Time => "HH and mm, and perhaps ss, once each, for example HH:mm:ss",
        _ => "yyyy, MM and dd, and perhaps HH, mm and ss, once each, for example yyyy-MM-dd HH:mm:ss",
    };
}
