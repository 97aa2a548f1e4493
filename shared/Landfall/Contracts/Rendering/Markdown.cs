using System.Globalization;
using System.Text;

namespace Landfall.Contracts.Rendering;

/// <summary>
/// A contract's text in Markdown (CommonMark and GitHub's tables), shown as it is whatever it holds. What could mean anything to Markdown or to HTML
/// becomes an entity, because no reader of Markdown takes one for structure; a backslash before a pipe means one thing to some and another to others.
/// </summary>
internal static class Markdown
{
    /// <summary>Text on one line, within a paragraph, a heading or a table's cell.</summary>
    public static string Text(string? text)
    {
        var line = OneLine(text ?? "");
        var markdown = new StringBuilder();
        for (var i = 0; i < line.Length; i++)
        {
            // At the beginning a heading, a list or a rule; behind "www", or within "a:b", what some readers take for a link or an emoji.
            var means = "\\`*[]<>&|~$#@".Contains(line[i], StringComparison.Ordinal)
                || (line[i] == '_' && !(IsWord(line, i - 1) && IsWord(line, i + 1)))
                || (i == 0 && (line[i] is '+' or '-' or '=' || char.IsAsciiDigit(line[i])) && StartsBlock(line))
                || (line[i] == ':' && i + 1 < line.Length && line[i + 1] != ' ')
                || (line[i] == '.' && i >= 3 && line.AsSpan(i - 3, 3).Equals("www", StringComparison.OrdinalIgnoreCase));
            Append(markdown, line[i], means);
        }
        return markdown.ToString();
    }

    /// <summary>Text as code. Only a backtick could end it, or a pipe the cell it stands in; then it is HTML's.</summary>
    public static string Code(string text)
    {
        var line = OneLine(text, keepSpaces: true);
        if (line.Length > 0 && line.Trim() == line && !line.AsSpan().ContainsAny('`', '|')) return $"`{line}`";
        var markdown = new StringBuilder("<code>");
        foreach (var c in line) Append(markdown, c, char.IsAscii(c) && !char.IsAsciiLetterOrDigit(c) && !" .,-/{}()=?+^%'\"".Contains(c, StringComparison.Ordinal));
        return markdown.Append("</code>").ToString();
    }

    /// <summary>A link where the URL's scheme is one that only ever opens a page or a letter; else the text.</summary>
    public static string Link(string text, Uri? url) =>
        url is { Scheme: "http" or "https" or "mailto" } ? $"[{Text(text)}](<{Destination(url)}>)" : Text(text);

    /// <summary>A table of GitHub's; a cell is Markdown already. Without rows, nothing.</summary>
    public static string Table(IReadOnlyList<string> header, IEnumerable<IReadOnlyList<string>> rows)
    {
        var lines = rows.Select(row => $"| {string.Join(" | ", row)} |\n").ToList();
        return lines.Count == 0 ? "" : $"| {string.Join(" | ", header)} |\n|{string.Concat(header.Select(_ => "---|"))}\n{string.Concat(lines)}";
    }

    /// <summary>One line of text: what breaks lines becomes a space, and what turns the direction of writing, so that text reads as something else, a mark.</summary>
    public static string OneLine(string text, bool keepSpaces = false)
    {
        var line = new StringBuilder();
        foreach (var c in text)
        {
            if (c is >= '\u202a' and <= '\u202e' or >= '\u2066' and <= '\u2069' or '\u200e' or '\u200f') line.Append('\ufffd');
            else if (char.IsControl(c) || c is '\u2028' or '\u2029') line.Append(' ');
            else line.Append(c);
        }
        return keepSpaces ? line.ToString() : line.ToString().Trim();
    }

    // Within <…> only these end a destination, a cell or a code span, or begin an entity.
    private static string Destination(Uri url)
    {
        var destination = new StringBuilder();
        foreach (var c in url.AbsoluteUri) destination.Append(c switch { '&' => "&amp;", '<' or '>' or '|' or '\\' or '`' or ' ' => Uri.HexEscape(c), _ => c.ToString() });
        return destination.ToString();
    }

    private static void Append(StringBuilder markdown, char c, bool asEntity)
    {
        if (asEntity) markdown.Append(CultureInfo.InvariantCulture, $"&#{(int)c};");
        else markdown.Append(c);
    }

    // Within a word an underscore is one.
    private static bool IsWord(string line, int at) => at >= 0 && at < line.Length && char.IsAsciiLetterOrDigit(line[at]);

    private static bool StartsBlock(string line) => !char.IsAsciiDigit(line[0]) || line.AsSpan().TrimStart("0123456789") is ['.' or ')'] or ['.' or ')', ' ', ..];
}
