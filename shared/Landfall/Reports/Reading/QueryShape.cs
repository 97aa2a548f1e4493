namespace Landfall.Reports.Reading;

/// <summary>
/// Whether a query is one SELECT that changes nothing, and writes every table as <c>${…}</c>: by those it is known who may ask it. A guard against slips; against
/// malice there are reviews, and the rights of the account that asks.
/// </summary>
internal static class QueryShape
{
    private static readonly string[] Changes = ["INSERT", "UPDATE", "DELETE", "MERGE"];

    /// <summary>Where a FROM ends.</summary>
    private static readonly string[] Ends = ["WHERE", "GROUP", "HAVING", "ORDER", "LIMIT", "OFFSET", "FETCH", "WINDOW", "UNION", "INTERSECT", "EXCEPT", "FOR", "SELECT", "VALUES"];

    /// <param name="tokens">The query, at least one.</param>
    /// <param name="fault">Takes a place, what is wrong and a hint.</param>
    public static void Check(List<SqlToken> tokens, Action<int, string, string?> fault)
    {
        if (!tokens[0].IsAny(["SELECT", "WITH"])) fault(tokens[0].Start, "does not begin with SELECT or WITH", "A report is one SELECT");
        var named = Named(tokens);
        var levels = new Stack<Level>([new Level()]);
        for (var i = 0; i < tokens.Count; i++)
        {
            var (token, level) = (tokens[i], levels.Peek());
            var begins = i == 0 || tokens[i - 1].Is('(');
            if (token.Is(';')) fault(token.Start, "holds a ';'", "A report is one SELECT, and ends with the file");
            else if (token.Is('(')) levels.Push(level.Open(inTable: level.ExpectsTable));
            else if (token.Is(')') && levels.Count == 1) fault(token.Start, "closes a parenthesis that it did not open", null);
            else if (token.Is(')')) levels.Pop();
            else if (begins && token.IsAny(Changes)) fault(token.Start, $"begins with {token.Text.ToUpperInvariant()}, which changes a table", "A report only reads");
            else if (token.Is("INTO")) fault(token.Start, "holds INTO, which makes a table", "A report only reads");
            else if (token.Is("FOR") && i + 1 < tokens.Count && tokens[i + 1].IsAny(["UPDATE", "SHARE", "NO", "KEY"])) fault(token.Start, "locks rows", "Remove FOR UPDATE, or FOR SHARE");
            else if (token.Is("TABLE") && (begins || tokens[i - 1].IsAny(["UNION", "INTERSECT", "EXCEPT", "ALL"]))) fault(token.Start, "says TABLE for SELECT * FROM", "Write SELECT with the columns");
            else Follow(tokens, i, level, named, fault);
        }
        if (levels.Count > 1) fault(tokens[^1].Start, "opens a parenthesis that it does not close", null);
    }

    private static void Follow(List<SqlToken> tokens, int i, Level level, HashSet<string> named, Action<int, string, string?> fault)
    {
        var token = tokens[i];
        if (token.IsAny(Ends))
        {
            (level.InFrom, level.ExpectsTable) = (false, false);
            level.IsQuery |= token.Is("SELECT");
        }
        // EXTRACT(YEAR FROM x) stands in a parenthesis that is no query, and IS DISTINCT FROM behind a word of its own.
        else if (token.Is("FROM")) (level.InFrom, level.ExpectsTable) = level.IsQuery && !tokens[i - 1].Is("DISTINCT") ? (true, true) : (level.InFrom, false);
        else if (token.Is("JOIN")) (level.InFrom, level.ExpectsTable) = (true, true);
        else if (token.Is(',')) level.ExpectsTable = level.InFrom;
        else if (level.ExpectsTable && !token.IsAny(["ONLY", "LATERAL"]))
        {
            level.ExpectsTable = false;
            if (token.Kind == SqlTokenKind.Word && !IsCall(tokens, i) && !named.Contains(Name(token)))
                fault(token.Start, $"reads {Whole(tokens, i)} by a name of its own", "Write a contract's table as ${<the contract's id>}: by that it is known who may read it");
        }
    }

    /// <summary>The names of its WITH queries.</summary>
    private static HashSet<string> Named(List<SqlToken> tokens)
    {
        var names = new HashSet<string>();
        for (var i = 1; i < tokens.Count; i++)
        {
            if (tokens[i].Kind != SqlTokenKind.Word || !(tokens[i - 1].IsAny(["WITH", "RECURSIVE"]) || tokens[i - 1].Is(','))) continue;
            var next = i + 1;
            if (next < tokens.Count && tokens[next].Is('('))
            {
                while (next < tokens.Count && !tokens[next].Is(')')) next++;
                next++;
            }
            if (next >= tokens.Count || !tokens[next].Is("AS")) continue;
            for (next++; next < tokens.Count && tokens[next].IsAny(["NOT", "MATERIALIZED"]); next++)
            {
            }
            if (next < tokens.Count && tokens[next].Is('(')) names.Add(Name(tokens[i]));
        }
        return names;
    }

    /// <summary>Whether a function stands there, perhaps behind its schema's name.</summary>
    private static bool IsCall(List<SqlToken> tokens, int i)
    {
        while (i + 2 < tokens.Count && tokens[i + 1].Is('.')) i += 2;
        return i + 1 < tokens.Count && tokens[i + 1].Is('(');
    }

    private static string Whole(List<SqlToken> tokens, int i)
    {
        var name = tokens[i].Text;
        for (; i + 2 < tokens.Count && tokens[i + 1].Is('.'); i += 2) name += "." + tokens[i + 2].Text;
        return name;
    }

    private static string Name(SqlToken token) => token.Text.StartsWith('"') ? token.Text[1..^1] : token.Text.ToLowerInvariant();

    /// <summary>What stands in one pair of parentheses.</summary>
    private sealed class Level
    {
        /// <summary>Whether a SELECT has come.</summary>
        public bool IsQuery { get; set; }

        public bool InFrom { get; set; }

        /// <summary>Whether what comes is a table's name.</summary>
        public bool ExpectsTable { get; set; }

        /// <param name="inTable">Whether a table's name could stand there: then it is a query, or tables that are joined.</param>
        public Level Open(bool inTable)
        {
            ExpectsTable = false;
            return new() { InFrom = inTable, ExpectsTable = inTable };
        }
    }
}
