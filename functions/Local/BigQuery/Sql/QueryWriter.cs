using System.Text;
using Landfall.Cloud;

namespace Landfall.Local.BigQuery.Sql;

/// <summary>
/// Writes words of GoogleSQL as Postgres' SQL. Postgres sees no name that is not quoted, but for keywords and functions of <see cref="Functions"/>, and no table but a dataset's.
/// </summary>
internal sealed class QueryWriter(SqlText text, string? dataset, QueryParameters parameters)
{
    /// <summary>Keywords that mean the same to Postgres.</summary>
    private static readonly HashSet<string> Keywords =
    [
        "ALL", "AND", "AS", "ASC", "BETWEEN", "BY", "CASE", "CROSS", "CUBE", "CURRENT", "DEFAULT", "DESC", "DISTINCT", "ELSE", "END", "ESCAPE", "EXCEPT", "EXISTS", "FALSE", "FOLLOWING",
        "FROM", "FULL", "GROUP", "GROUPING", "HAVING", "IN", "INNER", "INTERSECT", "IS", "JOIN", "LEFT", "LIKE", "LIMIT", "NOT", "NULL", "NULLS", "ON", "OR", "ORDER", "OUTER", "OVER",
        "PARTITION", "PRECEDING", "RANGE", "RECURSIVE", "RIGHT", "ROLLUP", "ROWS", "SELECT", "SET", "THEN", "TRUE", "UNBOUNDED", "UNION", "UNNEST", "USING", "WHEN", "WHERE", "WINDOW", "WITH",
    ];

    /// <summary>GoogleSQL's other keywords that are never names, and IF … THEN.</summary>
    private static readonly HashSet<string> Reserved =
    [
        "ANY", "ARRAY", "ASSERT_ROWS_MODIFIED", "AT", "CAST", "COLLATE", "CONTAINS", "CREATE", "DEFINE", "ENUM", "EXCLUDE", "EXTRACT", "FETCH", "FOR", "GROUPS", "HASH", "IF", "IGNORE",
        "INTERVAL", "INTO", "LATERAL", "LOOKUP", "MERGE", "NATURAL", "NEW", "NO", "OF", "PROTO", "QUALIFY", "RESPECT", "SOME", "STRUCT", "TABLESAMPLE", "TO", "TREAT", "WITHIN",
    ];

    private static readonly HashSet<string> Literals = ["DATE", "TIMESTAMP", "DATETIME", "TIME", "NUMERIC", "DECIMAL", "BIGNUMERIC", "BIGDECIMAL", "JSON"];

    /// <summary>Columns that every table of Postgres has, and none of BigQuery's.</summary>
    private static readonly HashSet<string> System = ["ctid", "xmin", "xmax", "cmin", "cmax", "tableoid"];

    private readonly StringBuilder _written = new();
    private readonly HashSet<string> _common = [];
    private readonly List<string> _parameters = [];
    private readonly HashSet<TableName> _tables = [];
    private readonly Dictionary<string, string> _spelling = [];

    public SqlText Words => text;

    /// <summary>What was written so far, as a statement.</summary>
    public Statement Finish(string kind, int from, int to) => new(kind, text.Source(from, to), _written.ToString())
    {
        Parameters = _parameters,
        Tables = _tables,
        Spelling = _spelling,
    };

    /// <summary>A column or an alias: in BigQuery they have no case.</summary>
    public static string Identifier(string name) => System.Contains(name.ToLowerInvariant())
        ? throw new BigQueryFault(400, "invalidQuery", $"Unrecognized name: {name}")
        : $"\"{name.ToLowerInvariant().Replace("\"", "\"\"", StringComparison.Ordinal)}\"";

    public static string Quote(string value) => $"'{value.Replace("'", "''", StringComparison.Ordinal)}'";

    public QueryWriter Emit(string sql)
    {
        if (_written.Length > 0 && _written[^1] is not '(') _written.Append(' ');
        _written.Append(sql);
        return this;
    }

    /// <summary>Writes the words between two places on one level.</summary>
    public QueryWriter Write(int from, int to, Clause clause = Clause.Expression)
    {
        var level = new Level(clause) { Item = from, ItemOutput = _written.Length };
        for (var i = from; i < to;) i = Step(i, to, level);
        EndItem(to, level);
        return this;
    }

    /// <summary>What <see cref="Write"/> would write.</summary>
    public string Render(int from, int to)
    {
        var start = _written.Length;
        Write(from, to);
        var rendered = _written.ToString(start, _written.Length - start);
        _written.Length = start;
        return rendered;
    }

    /// <summary>The table whose name stands there, and moves past it.</summary>
    public TableName ReadTable(ref int at)
    {
        var path = ReadPath(ref at);
        return Resolve(path);
    }

    /// <summary>Writes the table that a statement changes, with its alias, and moves past it.</summary>
    public TableName WriteTarget(ref int at, int to)
    {
        var name = ReadTable(ref at);
        var alias = name.Name;
        if (AliasFollows(at, to)) alias = ReadAlias(ref at);
        Need(name).Emit($"AS {Identifier(alias)}");
        return name;
    }

    /// <summary>Writes a table that must be there.</summary>
    public QueryWriter Need(TableName name)
    {
        _tables.Add(name);
        return Emit(TableCatalog.Quoted(name));
    }

    public bool AliasFollows(int at, int to) => at < to && (text.Is(at, "AS") || IsName(at));

    /// <summary>Whether a query, not a join, stands between two places.</summary>
    public bool IsQuery(int from, int to)
    {
        while (text.Is(from, "("))
        {
            var close = text.Close(from);
            if (close + 1 < to) return text[close + 1].Key is "UNION" or "EXCEPT" or "INTERSECT" or "ORDER" or "LIMIT";
            (from, to) = (from + 1, close);
        }
        return text[from].Key is "SELECT" or "WITH";
    }

    /// <summary>Writes a parameter: its place, cast to its type.</summary>
    public QueryWriter EmitParameter(string name)
    {
        var type = name == "@row_count" ? "bigint" : parameters[name].Type;
        var index = _parameters.IndexOf(name);
        if (index < 0)
        {
            index = _parameters.Count;
            _parameters.Add(name);
        }
        return Emit($"${index + 1}::{type}");
    }

    private int Step(int i, int to, Level level)
    {
        var token = text[i];
        if (level.ExpectsTable) return WriteTable(i, to, level);
        switch (token.Kind)
        {
            case TokenKind.Word: return Word(i, to, level);
            case TokenKind.Symbol: return Symbol(i, level);
            case TokenKind.Quoted: return Path(i, to, level);
            case TokenKind.Number: Emit(Number(i, level)); break;
            case TokenKind.Text: Emit(Quote(token.Text)); break;
            case TokenKind.Bytes: Emit($"'\\x{token.Text}'::bytea"); break;
            case TokenKind.Parameter: EmitParameter(token.Text.ToLowerInvariant()); break;
            case TokenKind.SystemVariable when token.Text.Equals("row_count", StringComparison.OrdinalIgnoreCase): EmitParameter("@row_count"); break;
            default: throw BigQueryFault.NotSupported($"@@{token.Text}");
        }
        return i + 1;
    }

    /// <summary>Integers are INT64, whatever fits; a place in ORDER BY or GROUP BY must stay a plain number.</summary>
    private string Number(int i, Level level)
    {
        var number = text[i].Text;
        if (!number.All(char.IsAsciiDigit)) return $"{number}::float8";
        var isPlace = level.Clause is Clause.Order or Clause.Group && text[i - 1].Key is "BY" or ",";
        return isPlace || !long.TryParse(number, out _) ? number : $"{number}::bigint";
    }

    private int Symbol(int i, Level level)
    {
        var key = text[i].Key;
        switch (key)
        {
            case "(":
                var close = text.Close(i);
                Emit("(").Write(i + 1, close);
                _written.Append(')');
                return close + 1;
            case "[":
                return Bracket(i);
            case ",":
                EndItem(i, level);
                // A comma behind the last item means nothing.
                if (level.Clause != Clause.Select || !text.Is(i + 1, "FROM")) Emit(",");
                level.ExpectsTable = level.Clause == Clause.From;
                Begin(i + 1, level);
                return i + 1;
            case ".": throw BigQueryFault.NotSupported("A field of a STRUCT");
            case "=>": throw BigQueryFault.NotSupported("A named argument");
        }
        Emit(key switch { "!=" => "<>", "^" => "#", _ => key });
        return i + 1;
    }

    /// <summary>An array's elements, or the place of one.</summary>
    private int Bracket(int i)
    {
        var close = text.Close(i);
        if (!EndsOperand(i - 1))
        {
            Emit("ARRAY[").Write(i + 1, close).Emit("]");
            return close + 1;
        }
        var name = text[i + 1].Key;
        if (name is not ("OFFSET" or "SAFE_OFFSET" or "ORDINAL" or "SAFE_ORDINAL") || !text.Is(i + 2, "(")) throw BigQueryFault.NotSupported("A subscript without OFFSET or ORDINAL");
        _written.Append("[(");
        Write(i + 3, text.Close(i + 2)).Emit(name.EndsWith("OFFSET", StringComparison.Ordinal) ? "+ 1)::integer]" : ")::integer]");
        return close + 1;
    }

    private int Word(int i, int to, Level level)
    {
        var key = text[i].Key;
        var previous = text[i - 1].Key;
        switch (key)
        {
            case "SELECT":
                EndItem(i, level);
                if (text.Is(i + 1, "AS")) throw BigQueryFault.NotSupported($"SELECT AS {text[i + 2].Text}");
                Emit(key);
                level.Clause = Clause.Select;
                level.Aliases.Clear();
                level.Anonymous = 0;
                var first = text[i + 1].Key is "DISTINCT" or "ALL" ? i + 2 : i + 1;
                if (first > i + 1) Emit(text[i + 1].Key);
                Begin(first, level);
                return first;
            case "WITH" when i == level.Item || previous is "(" or "":
                return Common(i, to, level);
            case "FROM" when !(previous == "DISTINCT" && text[i - 2].Key is "IS" or "NOT"):
                return Enter(i, level, Clause.From);
            case "JOIN":
                Emit(key);
                level.ExpectsTable = true;
                return i + 1;
            case "WHERE" or "WINDOW":
                return Enter(i, level, Clause.Expression);
            case "HAVING":
                return Enter(i, level, Clause.Having);
            case "SET":
                return Enter(i, level, Clause.Set);
            case "GROUP" or "ORDER" when text.Is(i + 1, "BY"):
                return Enter(i, level, key == "GROUP" ? Clause.Group : Clause.Order);
            case "LIMIT":
                return Enter(i, level, Clause.Limit);
            case "OFFSET" when level.Clause == Clause.Limit:
                Emit(key);
                return i + 1;
            case "ROWS" or "RANGE":
                return Enter(i, level, Clause.Expression);
            case "EXCEPT" when previous == "*" && text.Is(i + 1, "(") && !IsQuery(i + 2, text.Close(i + 1)):
            case "REPLACE" when previous == "*" && text.Is(i + 1, "("):
                throw BigQueryFault.NotSupported($"SELECT * {key}");
            case "UNION" or "EXCEPT" or "INTERSECT":
                EndItem(i, level);
                Emit(key);
                level.Clause = Clause.Expression;
                if (text.Is(i + 1, "ALL")) Emit("ALL");
                else if (!text.Is(i + 1, "DISTINCT")) throw text.Unexpected(i + 1, "keyword ALL or keyword DISTINCT");
                return i + 2;
            case "ARRAY" when text.Is(i + 1, "("):
                Emit(key);
                return i + 1;
            case "ARRAY" when text.Is(i + 1, "<"):
                return TypedArray(i + 2);
            case "ARRAY" when text.Is(i + 1, "["):
                return i + 1;
            case "IN" when text.Are(i + 1, "UNNEST", "("):
                return InArray(i + 2, "= ANY");
            case "NOT" when text.Are(i + 1, "IN", "UNNEST", "("):
                return InArray(i + 3, "<> ALL");
            case "INTERVAL":
                return Interval(i, to);
            case "NULLS" when text[i + 1].Key is "FIRST" or "LAST":
            case "CURRENT" when text.Is(i + 1, "ROW"):
            case "GROUPING" when text.Is(i + 1, "SETS"):
                Emit($"{key} {text[i + 1].Key}");
                return i + 2;
            case "ELSE" when text.Are(i + 1, "ERROR", "(") && text.Is(text.Close(i + 2) + 1, "END"):
                // An ELSE of no type: the other branches say what the CASE is.
                Emit("WHEN bigquery.raise(").Write(i + 3, text.Close(i + 2)).Emit(") THEN NULL");
                return text.Close(i + 2) + 1;
        }
        if (Literals.Contains(key) && text[i + 1].Kind == TokenKind.Text) return Literal(i);
        if (text.Is(i + 1, "(") && (key is "LEFT" or "RIGHT" || !Keywords.Contains(key)))
        {
            Functions.Write(this, i);
            return text.Close(i + 1) + 1;
        }
        if (Keywords.Contains(key))
        {
            Emit(key);
            return i + 1;
        }
        if (Reserved.Contains(key)) throw BigQueryFault.NotSupported(key);
        return Path(i, to, level);
    }

    private int Enter(int i, Level level, Clause clause)
    {
        EndItem(i, level);
        level.Clause = clause;
        level.ExpectsTable = clause == Clause.From;
        var isPair = text.Is(i + 1, "BY");
        Emit(isPair ? $"{text[i].Key} BY" : text[i].Key);
        Begin(isPair ? i + 2 : i + 1, level);
        return level.Item;
    }

    private void Begin(int i, Level level) => (level.Item, level.ItemOutput) = (i, _written.Length);

    /// <summary>What Postgres would do otherwise at an item's end: where NULLs are in an order, and what a column without a name is called.</summary>
    private void EndItem(int to, Level level)
    {
        if (level.Item >= to) return;
        if (level.Clause == Clause.Order && text.Find(level.Item, to, "NULLS") == to) Emit(text.Is(to - 1, "DESC") ? "NULLS LAST" : "NULLS FIRST");
        if (level.Clause != Clause.Select) return;
        var isNamed = text[to - 1].Kind is TokenKind.Word or TokenKind.Quoted && !Keywords.Contains(text[to - 1].Key) && to - 1 > level.Item;
        if (isNamed && !text.Is(to - 2, "."))
        {
            var expression = text.Is(to - 2, "AS") ? to - 2 : to - 1;
            var alias = Identifier(text[to - 1].Text);
            var suffix = (expression == to - 2 ? " AS " : " ") + alias;
            if (expression > level.Item && _written.Length - level.ItemOutput > suffix.Length)
                level.Aliases[alias] = _written.ToString(level.ItemOutput, _written.Length - level.ItemOutput - suffix.Length);
        }
        else if (!isNamed && !text.Is(to - 1, "*") && (to - 1 > level.Item || text[level.Item].Kind is not (TokenKind.Word or TokenKind.Quoted) || Keywords.Contains(text[level.Item].Key)))
        {
            Emit($"AS \"f{level.Anonymous++}_\"");
        }
    }

    /// <summary>WITH: its queries are called otherwise in Postgres, so that none hides or shows what is not a dataset's.</summary>
    private int Common(int i, int to, Level level)
    {
        Emit("WITH");
        i++;
        var isRecursive = text.Is(i, "RECURSIVE");
        if (isRecursive) Emit(text[i++].Key);
        while (true)
        {
            if (!IsName(i)) throw text.Unexpected(i);
            var name = text[i].Text;
            if (isRecursive) _common.Add(name.ToLowerInvariant());
            Emit(Identifier("with " + name)).Emit("AS");
            i = text.Expect(text.Expect(i + 1, "AS"), "(") - 1;
            Emit("(").Write(i + 1, text.Close(i)).Emit(")");
            _common.Add(name.ToLowerInvariant());
            i = text.Close(i) + 1;
            if (!text.Is(i, ",")) break;
            Emit(",");
            i++;
        }
        Begin(to, level);
        return i;
    }

    private int WriteTable(int i, int to, Level level)
    {
        level.ExpectsTable = false;
        if (text.Is(i, "("))
        {
            var close = text.Close(i);
            var isQuery = IsQuery(i + 1, close);
            Emit("(").Write(i + 1, close, isQuery ? Clause.Expression : Clause.From).Emit(")");
            if (isQuery && !AliasFollows(close + 1, to)) Emit($"AS \"query {i}\"");
            return close + 1;
        }
        if (text.Are(i, "UNNEST", "(")) return Unnest(i + 1, to);
        var path = ReadPath(ref i);
        if (text.Is(i, "(")) throw BigQueryFault.NotSupported($"The table function {path[^1]}");
        if (path.Count == 1 && _common.Contains(path[0].ToLowerInvariant())) Emit(Identifier("with " + path[0]));
        else Need(Resolve(path));
        if (!AliasFollows(i, to)) Emit($"AS {Identifier(path[^1])}");
        return i;
    }

    private int Unnest(int open, int to)
    {
        var close = text.Close(open);
        var alias = $"unnest {open}";
        var at = close + 1;
        if (AliasFollows(at, to)) alias = ReadAlias(ref at);
        if (text.Are(at, "WITH", "OFFSET")) throw BigQueryFault.NotSupported("WITH OFFSET");
        if (close == open + 2 && text[open + 1].Kind == TokenKind.Parameter && parameters[text[open + 1].Text].Columns is { } columns)
            Emit("jsonb_to_recordset(").EmitParameter(text[open + 1].Text.ToLowerInvariant()).Emit($") AS {Identifier(alias)}({columns})");
        else
            Emit("unnest(").Write(open + 1, close).Emit($") AS {Identifier(alias)}({Identifier(alias)})");
        return at;
    }

    private int InArray(int open, string comparison)
    {
        Emit(comparison).Emit("(").Write(open + 1, text.Close(open)).Emit(")");
        return text.Close(open) + 1;
    }

    private int TypedArray(int i)
    {
        var type = SqlType.Read(text, ref i);
        i = text.Expect(i, ">");
        var close = text.Close(text.Expect(i, "[") - 1);
        Emit("CAST( ARRAY[").Write(i + 1, close).Emit($"] AS {type.Postgres}[])");
        return close + 1;
    }

    private int Interval(int i, int to)
    {
        var unit = text.Find(i + 1, to, "MICROSECOND", "MILLISECOND", "SECOND", "MINUTE", "HOUR", "DAY", "WEEK", "MONTH", "QUARTER", "YEAR");
        if (unit == to || unit == i + 1) throw text.Unexpected(unit);
        var (count, name) = text[unit].Key == "QUARTER" ? (3, "MONTH") : (1, text[unit].Key);
        Emit("((").Write(i + 1, unit).Emit($") * INTERVAL '{count} {name}')");
        return unit + 1;
    }

    private int Literal(int i)
    {
        var type = SqlType.Of(text[i].Text);
        var value = text[i + 1].Text;
        if (type.Name != "JSON" && (value.Length == 0 || !(char.IsAsciiDigit(value[0]) || value[0] is '-' or '+' or '.')))
            throw new BigQueryFault(400, "invalidQuery", $"Invalid {type.Name} literal");
        Emit($"CAST({Quote(value)} AS {type.Postgres})");
        return i + 2;
    }

    private int Path(int i, int to, Level level)
    {
        var path = new List<string>();
        var start = i;
        while (true)
        {
            path.AddRange(text[i].Kind == TokenKind.Quoted ? text[i].Text.Split('.') : [text[i].Text]);
            i++;
            if (!text.Is(i, ".") || text[i + 1].Kind is not (TokenKind.Word or TokenKind.Quoted)) break;
            i++;
        }
        if (path.Exists(part => part.Length == 0)) throw text.Unexpected(start);
        if (text.Is(i, "(") && i > start + 1) throw BigQueryFault.NotSupported($"The function {string.Join('.', path)}");
        if (text.Is(i, "(") && text[start].Kind == TokenKind.Quoted) throw BigQueryFault.NotSupported($"The function {path[0]}");
        if (level.Clause == Clause.Set && start == level.Item) path.RemoveRange(0, path.Count - 1);
        foreach (var name in path) _spelling[name.ToLowerInvariant()] = name;
        if (level.Clause == Clause.Having && path.Count == 1 && level.Aliases.TryGetValue(Identifier(path[0]), out var meant)) Emit($"({meant} )");
        else Emit(string.Join('.', path.Select(Identifier)));
        if (text.Is(i, ".") && text.Is(i + 1, "*"))
        {
            _written.Append(".*");
            i += 2;
        }
        return Math.Min(i, to);
    }

    private string ReadAlias(ref int at)
    {
        if (text.Is(at, "AS")) at++;
        return IsName(at) ? text[at++].Text : throw text.Unexpected(at);
    }

    private bool IsName(int at) => text[at].Kind == TokenKind.Quoted || (text[at].Kind == TokenKind.Word && !Keywords.Contains(text[at].Key) && !Reserved.Contains(text[at].Key));

    /// <summary>Whether an expression may end there.</summary>
    private bool EndsOperand(int at) => text[at].Key is ")" or "]" || text[at].Kind == TokenKind.Parameter || (at >= 0 && IsName(at));

    /// <summary>A table's path: only there may a project have dashes without backticks.</summary>
    private List<string> ReadPath(ref int at)
    {
        var path = new List<string>();
        do
        {
            if (path.Count > 0) at++;
            if (text[at].Kind is not (TokenKind.Word or TokenKind.Quoted) || (path.Count == 0 && !IsName(at))) throw text.Unexpected(at);
            var start = at++;
            while (text.Is(at, "-") && text[at].Start == text[at - 1].End && text[at + 1].Start == text[at].End && text[at + 1].Kind is TokenKind.Word or TokenKind.Number) at += 2;
            path.AddRange(text[start].Kind == TokenKind.Quoted ? text[start].Text.Split('.') : [text.Source(start, at)]);
        }
        while (text.Is(at, "."));
        return path;
    }

    private TableName Resolve(List<string> path)
    {
        if (path.Exists(part => part.Equals("INFORMATION_SCHEMA", StringComparison.OrdinalIgnoreCase))) throw BigQueryFault.NotSupported("INFORMATION_SCHEMA");
        if (path[^1].EndsWith('*')) throw BigQueryFault.NotSupported("A wildcard table");
        var name = path.Count switch
        {
            1 when dataset is not null => new TableName(dataset, path[0]),
            2 or 3 => new TableName(path[^2], path[^1]),
            1 => throw new BigQueryFault(400, "invalid", $"Table \"{path[0]}\" must be qualified with a dataset (e.g. dataset.table)."),
            _ => throw new BigQueryFault(400, "invalid", $"Invalid table name: `{string.Join('.', path)}`"),
        };
        return $"{name}".All(c => c is '_' or '-' or ' ' or '.' or '$' || char.IsLetterOrDigit(c))
            ? name
            : throw new BigQueryFault(400, "invalid", $"Invalid table name: `{string.Join('.', path)}`");
    }
}
