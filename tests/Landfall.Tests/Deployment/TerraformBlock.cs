using System.Text.RegularExpressions;

namespace Landfall.Tests.Deployment;

/// <summary>A resource of the Terraform files, as text.</summary>
/// <param name="File">Where it stands.</param>
/// <param name="Type"><c>google_storage_bucket</c>.</param>
/// <param name="Name">Its name in the files.</param>
/// <param name="Body">What stands between its braces.</param>
internal sealed partial record TerraformBlock(string File, string Type, string Name, string Body)
{
    public string Address => $"{Type}.{Name}";

    /// <summary>All of them, in the order of the files.</summary>
    public static IEnumerable<TerraformBlock> Read(IReadOnlyDictionary<string, string> files) =>
        from file in files.OrderBy(file => file.Key, StringComparer.Ordinal)
        from Match match in Head().Matches(file.Value)
        select new TerraformBlock(file.Key, match.Groups[1].Value, match.Groups[2].Value, Until(file.Value, match.Index + match.Length));

    /// <summary>What an argument is set to, as it is written; null where it is not.</summary>
    public string? Argument(string name) => Regex.Match(Body, $@"^\s*{Regex.Escape(name)}\s*=\s*(.+?)\s*$", RegexOptions.Multiline) is { Success: true } match ? match.Groups[1].Value : null;

    /// <summary>A block inside; null where there is none.</summary>
    public string? Inner(string name) => Regex.Match(Body, $@"^\s*{Regex.Escape(name)} \{{", RegexOptions.Multiline) is { Success: true } match ? Until(Body, match.Index + match.Length) : null;

    /// <summary>Braces in strings come in pairs, too: <c>${…}</c>.</summary>
    private static string Until(string text, int start)
    {
        var depth = 1;
        for (var at = start; at < text.Length; at++)
        {
            if (text[at] == '{') depth++;
            if (text[at] == '}' && --depth == 0) return text[start..at];
        }
        throw new FormatException($"a brace is not closed behind: {text[start..Math.Min(text.Length, start + 60)]}");
    }

    [GeneratedRegex("""^resource "([a-z0-9_]+)" "([a-z0-9_]+)" \{""", RegexOptions.Multiline)]
    private static partial Regex Head();
}
