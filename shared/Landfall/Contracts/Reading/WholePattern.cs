using System.Text;
using System.Text.RegularExpressions;

namespace Landfall.Contracts.Reading;

/// <summary>
/// A contract's <c>pattern</c> as a .NET regular expression: it matches whole values, can not backtrack, and <c>\d</c> and <c>\w</c> mean ASCII,
/// as in ECMA-262, by which ODCS defines patterns (.NET's would let Arabic digits into a zip code).
/// </summary>
internal static class WholePattern
{
    /// <exception cref="ArgumentException">Not a regular expression.</exception>
    /// <exception cref="NotSupportedException">One that would have to backtrack.</exception>
    public static Regex Compile(string pattern)
    {
        var text = Ascii(pattern);
        // Alone first: 'a)|(b' is no expression, but between other brackets it would be one. It never matches anything, so it may be
        // of the kind that is quick to make.
        _ = new Regex(text, RegexOptions.CultureInvariant, TimeSpan.FromSeconds(1));
        return new Regex($@"\A(?:{text})\z", RegexOptions.NonBacktracking | RegexOptions.CultureInvariant);
    }

    private static string Ascii(string pattern)
    {
        var text = new StringBuilder(pattern.Length);
        var inClass = false;
        for (var i = 0; i < pattern.Length; i++)
        {
            var c = pattern[i];
            if (c == '\\' && i + 1 < pattern.Length)
            {
                i++;
                text.Append(Escape(pattern[i], inClass));
                continue;
            }
            inClass = inClass ? c != ']' : c == '[';
            text.Append(c);
        }
        return text.ToString();
    }

    private static string Escape(char letter, bool inClass) => (letter, inClass) switch
    {
        ('d', true) => "0-9",
        ('d', false) => "[0-9]",
        ('D', false) => "[^0-9]",
        ('w', true) => "A-Za-z0-9_",
        ('w', false) => "[A-Za-z0-9_]",
        ('W', false) => "[^A-Za-z0-9_]",
        ('D' or 'W', true) => throw new ArgumentException($"\\{letter} can not stand between [ and ]; write the characters out"),
        _ => $@"\{letter}",
    };
}
