namespace Landfall.Contracts.Reading;

/// <summary>
/// Whether a piece of SQL stays where it is put: in <c>WHERE (…)</c>, or behind <c>CREATE VIEW … AS</c>. It is no parser; the warehouse is. It knows what ends a
/// text, a comment or a statement, and refuses the few forms in which the two warehouses do not agree on that.
/// </summary>
internal static class SqlText
{
    /// <param name="sql">The condition, or the query.</param>
    /// <param name="sink">Whose SQL it is; when nobody knows, what either would misread is at fault.</param>
    /// <param name="comments">Whether it may hold comments, and must be a SELECT.</param>
    /// <returns>What is wrong, to stand behind "it"; null when nothing is.</returns>
    public static string? Fault(string sql, SinkKind? sink, bool comments)
    {
        if (string.IsNullOrWhiteSpace(sql)) return "is blank";
        var (depth, first) = (0, -1);
        for (var i = 0; i < sql.Length; i++)
        {
            if (CommentAt(sql, i) is { } mark)
            {
                if (!comments) return $"holds '{mark}', which begins a comment";
                if (Behind(sql, i, mark) is not { } behind) return "holds a comment that does not end, or one within another";
                i = behind - 1;
                continue;
            }
            if (char.IsWhiteSpace(sql[i])) continue;
            if (first < 0) first = i;
            switch (sql[i])
            {
                case '\'' or '"' or '`':
                    if (Quoted(sql, i, sink, out var end) is { } fault) return fault;
                    i = end;
                    break;
                case ';':
                    return "holds a ';'";
                case '(':
                    depth++;
                    break;
                case ')' when --depth < 0:
                    return "closes a parenthesis that it did not open";
                case '$' when !(comments && i + 1 < sql.Length && sql[i + 1] == '{'):
                    return "holds a '$' outside of a text";
                default:
                    break;
            }
        }
        if (depth > 0) return "opens a parenthesis that it does not close";
        return comments && !(first >= 0 && (Begins(sql, first, "SELECT") || Begins(sql, first, "WITH"))) ? "does not begin with SELECT or WITH" : null;
    }

    private static string? CommentAt(string sql, int i) => sql[i] switch
    {
        '#' => "#",
        '-' when i + 1 < sql.Length && sql[i + 1] == '-' => "--",
        '/' when i + 1 < sql.Length && sql[i + 1] == '*' => "/*",
        _ => null,
    };

    /// <returns>Where the comment has ended; null when it does not, or when one warehouse nests it and the other does not.</returns>
    private static int? Behind(string sql, int i, string mark)
    {
        if (mark != "/*") return sql.IndexOf('\n', i) is >= 0 and var line ? line + 1 : sql.Length;
        var end = sql.IndexOf("*/", i + 2, StringComparison.Ordinal);
        return end < 0 || sql.IndexOf("/*", i + 2, end - i - 2, StringComparison.Ordinal) >= 0 ? null : end + 2;
    }

    // A backslash hides the quote behind it from BigQuery, and from Postgres only in E'…'; a quote written twice is one to Postgres, and to BigQuery an end and a beginning.
    private static string? Quoted(string sql, int i, SinkKind? sink, out int end)
    {
        var quote = sql[i];
        for (end = i + 1; end < sql.Length; end++)
        {
            if (sql[end] == '\\')
            {
                if (sink != SinkKind.BigQuery) return "holds a backslash within quotes";
                end++;
            }
            else if (sql[end] == quote)
            {
                return sink != SinkKind.Postgres && end == i + 1 && end + 1 < sql.Length && sql[end + 1] == quote ? "holds three quotes in a row" : null;
            }
        }
        return $"has a {quote} without its end";
    }

    private static bool Begins(string sql, int at, string word) =>
        string.Compare(sql, at, word, 0, word.Length, StringComparison.OrdinalIgnoreCase) == 0
        && (at + word.Length == sql.Length || !(char.IsAsciiLetterOrDigit(sql[at + word.Length]) || sql[at + word.Length] == '_'));
}
