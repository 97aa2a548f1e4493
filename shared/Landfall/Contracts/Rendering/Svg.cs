using System.Globalization;
using System.Text;

namespace Landfall.Contracts.Rendering;

/// <summary>Text and numbers in XML.</summary>
internal static class Svg
{
    /// <summary>Text as it is, in an element or an attribute; what XML 1.0 can not hold becomes a mark.</summary>
    public static string Text(string text)
    {
        var xml = new StringBuilder();
        foreach (var rune in Markdown.OneLine(text).EnumerateRunes())
        {
            xml.Append(rune.Value switch
            {
                '&' => "&amp;",
                '<' => "&lt;",
                '>' => "&gt;",
                '"' => "&quot;",
                '\'' => "&#39;",
                0xfffe or 0xffff => "\ufffd",
                _ => rune.ToString(),
            });
        }
        return xml.ToString();
    }

    public static string Number(double number) => Math.Round(number, 1).ToString(CultureInfo.InvariantCulture);
}
