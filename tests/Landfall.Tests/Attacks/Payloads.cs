using System.Globalization;
using System.Text;

namespace Landfall.Tests.Attacks;

/// <summary>Names that somebody may try: 25 pieces in 20 forms, always the same 500.</summary>
internal static class Payloads
{
    private static readonly string[] Pieces =
    [
        "'", "\"", ";--", "/**/", "`", "$$", "\0", "\u200B", "\u202E", "n\u0430me", "\uFF4E\uFF41\uFF4D\uFF45", "../", "%2e%2e%2f", "%00", "{{7*7}}", "${jndi:ldap://x}", new('a', 64), new('b', 300),
        "select", "user", " ", "\\", "\n", "\u0130", "_landing_id",
    ];

    private static readonly string[] Forms =
    [
        "{0}", "a{0}", "{0}a", "a{0}b", "\"{0}\"", "'{0}'", "({0})", "{0}; DROP TABLE lab.things; --", "x' OR '1'='1' {0}", "{0}{0}", "[{0}]", "`{0}`", "#{0}", "$({0})", "lab.{0}", "{0}.things", "{0},id", "-- {0}", "/*{0}*/", "{0}%",
    ];

    private static readonly CompositeFormat[] Compiled = [.. Forms.Select(CompositeFormat.Parse)];

    public static IReadOnlyList<string> All { get; } = [.. Pieces.SelectMany(piece => Compiled.Select(form => string.Format(CultureInfo.InvariantCulture, form, piece)))];

    /// <summary>One as a message of a test shows it.</summary>
    public static string Shown(string payload) => string.Concat(payload.Take(80).Select(c => c is >= ' ' and <= '~' ? $"{c}" : $"\\u{(int)c:X4}"));
}
