using System.Globalization;
using System.Text;

namespace Landfall.Tool.Output;

/// <summary>Data as a terminal may show it: what would move the cursor, change colours, or turn the direction of writing is shown instead of obeyed.</summary>
internal static class Shown
{
    /// <summary>Of one cell, in characters.</summary>
    private const int MaxCell = 120;

    /// <summary>In one line, and no more of it than helps.</summary>
    public static string Cell(string? text)
    {
        if (string.IsNullOrEmpty(text)) return "";
        var shown = new StringBuilder();
        var count = 0;
        foreach (var rune in text.EnumerateRunes())
        {
            if (++count > MaxCell) return shown.Append('…').ToString();
            Append(shown, rune);
        }
        return shown.ToString();
    }

    /// <summary>Whole, with its line breaks.</summary>
    public static string Lines(string text)
    {
        var shown = new StringBuilder();
        foreach (var rune in text.EnumerateRunes())
        {
            if (rune.Value == '\n') shown.Append('\n');
            else Append(shown, rune);
        }
        return shown.ToString();
    }

    private static void Append(StringBuilder shown, Rune rune)
    {
        // Unicode has a picture for each of the first 32 control characters, and for DEL.
        if (rune.Value < 0x20) shown.Append((char)(0x2400 + rune.Value));
        else if (rune.Value == 0x7F) shown.Append('␡');
        else if (Rune.GetUnicodeCategory(rune) is UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator) shown.Append(CultureInfo.InvariantCulture, $"\\u{rune.Value:X4}");
        else shown.Append(rune.ToString());
    }
}
