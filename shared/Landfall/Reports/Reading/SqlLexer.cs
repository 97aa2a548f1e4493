namespace Landfall.Reports.Reading;

/// <summary>
/// Cuts a query into pieces as Postgres does (https://www.postgresql.org/docs/current/sql-syntax-lexical.html), as far as it takes to know what is text and what is
/// not. It is no parser; the server is.
/// </summary>
internal static class SqlLexer
{
    private const string Symbols = "+-*/<>=~!@#%^&|`?";

    /// <param name="text">The file.</param>
    /// <param name="at">Where the query begins.</param>
    /// <param name="fault">Takes what is wrong, and where; reading ends there.</param>
    public static List<SqlToken> Read(string text, int at, Action<int, string, string?> fault)
    {
        var tokens = new List<SqlToken>();
        while (at < text.Length)
        {
            var start = at;
            var c = text[at];
            if (char.IsWhiteSpace(c))
            {
                at++;
            }
            else if (Starts(text, at, "--"))
            {
                at = text.IndexOf('\n', at) is >= 0 and var line ? line + 1 : text.Length;
            }
            else if (Starts(text, at, "/*"))
            {
                if (BehindComment(text, at) is not { } behind) return Broken("has a comment that does not end");
                at = behind;
            }
            else if (c is '\'' or '"')
            {
                var escapes = c == '\'' && tokens is [.., { Kind: SqlTokenKind.Word } before] && before.End == at && before.Is("E");
                if (BehindQuote(text, at, escapes) is not { } behind) return Broken($"has a {c} without its end");
                at = behind;
                tokens.Add(new(c == '"' ? SqlTokenKind.Word : SqlTokenKind.Value, text[start..at], start, at));
            }
            else if (Starts(text, at, "${") && text.IndexOf('}', at) is >= 0 and var close)
            {
                at = close + 1;
                tokens.Add(new(SqlTokenKind.Table, text[(start + 2)..close], start, at));
            }
            else if (c == '$')
            {
                return Broken("holds a '$' that is no ${table}", "Texts stand in single quotes, and parameters are written @name");
            }
            else if (IsLetter(c) || char.IsAsciiDigit(c))
            {
                while (at < text.Length && (IsLetter(text[at]) || char.IsAsciiDigit(text[at]) || (char.IsAsciiDigit(c) && text[at] == '.'))) at++;
                tokens.Add(new(IsLetter(c) ? SqlTokenKind.Word : SqlTokenKind.Value, text[start..at], start, at));
            }
            else if (c == '@' && at + 1 < text.Length && IsLetter(text[at + 1]) && !(at > 0 && Symbols.Contains(text[at - 1], StringComparison.Ordinal)))
            {
                for (at++; at < text.Length && (IsLetter(text[at]) || char.IsAsciiDigit(text[at])); at++)
                {
                }
                tokens.Add(new(SqlTokenKind.Parameter, text[(start + 1)..at], start, at));
            }
            else
            {
                tokens.Add(new(SqlTokenKind.Symbol, text[start..++at], start, at));
            }
        }
        return tokens;

        List<SqlToken> Broken(string what, string? hint = null)
        {
            fault(at, what, hint);
            return tokens;
        }
    }

    private static bool Starts(string text, int at, string with) => string.CompareOrdinal(text, at, with, 0, with.Length) == 0;

    private static bool IsLetter(char c) => c == '_' || char.IsAsciiLetter(c) || c >= 0x80;

    private static int? BehindQuote(string text, int at, bool escapes)
    {
        var quote = text[at];
        for (var i = at + 1; i < text.Length; i++)
        {
            if (escapes && text[i] == '\\') i++;
            else if (text[i] == quote && i + 1 < text.Length && text[i + 1] == quote) i++;
            else if (text[i] == quote) return i + 1;
        }
        return null;
    }

    /// <summary>Comments of this kind nest.</summary>
    private static int? BehindComment(string text, int at)
    {
        var depth = 0;
        for (var i = at; i + 1 < text.Length; i++)
        {
            if (Starts(text, i, "/*")) (depth, i) = (depth + 1, i + 1);
            else if (Starts(text, i, "*/")) (depth, i) = (depth - 1, i + 1);
            if (depth == 0) return i + 1;
        }
        return null;
    }
}
