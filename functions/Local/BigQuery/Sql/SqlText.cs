using System.Text;

namespace Landfall.Local.BigQuery.Sql;

/// <summary>A script's words, and which bracket closes which.</summary>
internal sealed class SqlText
{
    /// <summary>More text than BigQuery takes (https://cloud.google.com/bigquery/quotas#query_jobs).</summary>
    private const int MaxLength = 1024 * 1024;

    /// <summary>Brackets within brackets: deeper ones would cost more stack than a thread has.</summary>
    private const int MaxDepth = 200;

    private readonly List<Token> _tokens;
    private readonly Dictionary<int, int> _close = [];

    /// <exception cref="BigQueryFault">What is no GoogleSQL.</exception>
    public SqlText(string sql)
    {
        if (sql.Length > MaxLength)
            throw new BigQueryFault(400, "invalid", "The query is too large. The maximum standard SQL query length is 1024.00K characters, including comments and white space characters.");
        if (sql.Contains('\0', StringComparison.Ordinal) || !sql.EnumerateRunes().Aggregate(new StringBuilder(sql.Length), (all, rune) => all.Append(rune)).Equals(sql))
            throw new BigQueryFault(400, "invalidQuery", "Syntax error: Illegal input character");
        Sql = sql;
        _tokens = new Lexer(sql).Read();
        var open = new Stack<int>();
        for (var i = 0; i < _tokens.Count; i++)
        {
            var key = _tokens[i].Key;
            if (key is "(" or "[") open.Push(i);
            if (open.Count > MaxDepth) throw BigQueryFault.NotSupported($"A query with more than {MaxDepth} brackets within each other");
            if (key is ")" or "]")
            {
                if (!open.TryPop(out var opened) || (_tokens[opened].Key == "(") != (key == ")")) throw Unexpected(i);
                _close[opened] = i;
            }
            if (open.Count > 0 && (key == ";" || _tokens[i].Kind == TokenKind.End)) throw Unexpected(i);
        }
    }

    public string Sql { get; }

    /// <summary>The words, without the end.</summary>
    public int Count => _tokens.Count - 1;

    public Token this[int index] => _tokens[Math.Clamp(index, 0, _tokens.Count - 1)];

    /// <summary>Whether a keyword or symbol stands there.</summary>
    public bool Is(int index, string key) => index >= 0 && this[index].Key == key;

    /// <summary>Whether a row of keywords stands there.</summary>
    public bool Are(int index, params ReadOnlySpan<string> keys)
    {
        for (var i = 0; i < keys.Length; i++) if (!Is(index + i, keys[i])) return false;
        return true;
    }

    /// <summary>Where the bracket that opens there is closed.</summary>
    public int Close(int index) => _close[index];

    /// <summary>The next word on the same level: behind what a bracket holds.</summary>
    public int Next(int index) => (_close.TryGetValue(index, out var close) ? close : index) + 1;

    /// <summary>Where a keyword or symbol stands on this level, outside of brackets and of CASE … END; <paramref name="to"/> when it does not.</summary>
    public int Find(int from, int to, params ReadOnlySpan<string> keys)
    {
        var cases = 0;
        for (var i = from; i < to; i = Next(i))
        {
            if (cases == 0 && keys.Contains(this[i].Key)) return i;
            if (Is(i, "CASE")) cases++;
            if (Is(i, "END")) cases--;
        }
        return to;
    }

    /// <summary>What commas separate on this level; nothing when nothing is there.</summary>
    public List<(int From, int To)> Split(int from, int to)
    {
        var parts = new List<(int, int)>();
        while (from < to)
        {
            var comma = Find(from, to, ",");
            parts.Add((from, comma));
            from = comma + 1;
        }
        return parts;
    }

    /// <summary>The text of some words, as it was written.</summary>
    public string Source(int from, int to) => from < to ? Sql[this[from].Start..this[to - 1].End] : "";

    /// <summary>The place past a keyword that must stand there.</summary>
    public int Expect(int index, string key) => Is(index, key) ? index + 1 : throw Unexpected(index, key);

    public BigQueryFault Unexpected(int index, string? expected = null)
    {
        var token = this[index];
        var found = token.Kind switch
        {
            TokenKind.End => "end of script",
            TokenKind.Word => $"keyword or identifier {Short(token.Text)}",
            TokenKind.Symbol => $"\"{token.Text}\"",
            TokenKind.Quoted => $"identifier `{Short(token.Text)}`",
            TokenKind.Text or TokenKind.Bytes => "string literal",
            TokenKind.Number => $"number {Short(token.Text)}",
            _ => $"@{Short(token.Text)}",
        };
        return SyntaxError(Sql, token.Start, expected is null ? $"Unexpected {found}" : $"Expected {expected} but got {found}");
    }

    public static BigQueryFault SyntaxError(string sql, int at, string what)
    {
        var before = sql.AsSpan(0, Math.Min(at, sql.Length));
        return new(400, "invalidQuery", $"Syntax error: {what} at [{before.Count('\n') + 1}:{before.Length - before.LastIndexOf('\n')}]");
    }

    private static string Short(string text) => text.Length > 80 ? text[..80] + "…" : text;
}
