namespace Landfall.Local.BigQuery.Sql;

/// <summary>MERGE, which is Postgres' own but for a few words.</summary>
internal sealed class MergeTranslator(SqlText text, QueryWriter writer)
{
    public Statement Translate(int from, int to)
    {
        var at = text.Is(from + 1, "INTO") ? from + 2 : from + 1;
        var target = writer.Emit("MERGE INTO").WriteTarget(ref at, to);
        var source = text.Expect(at, "USING");
        var on = text.Find(source, to, "ON");
        var when = text.Find(on, to, "WHEN");
        if (on == to) throw text.Unexpected(to, "keyword ON");
        writer.Emit("USING").Write(source, on, Clause.From).Emit("ON").Write(on + 1, when);
        var mutates = false;
        while (when < to)
        {
            var next = text.Find(when + 1, to, "WHEN");
            mutates |= When(when, next, Alias(source, on));
            when = next;
        }
        return writer.Finish("MERGE", from, to) with { Target = target, Mutates = mutates };
    }

    /// <returns>Whether it changes rows that are there.</returns>
    private bool When(int from, int to, string source)
    {
        var isMatched = text.Is(from + 1, "MATCHED");
        var at = isMatched ? from + 2 : text.Expect(text.Expect(from + 1, "NOT"), "MATCHED");
        if (text.Are(at, "BY", "SOURCE")) throw BigQueryFault.NotSupported("WHEN NOT MATCHED BY SOURCE");
        if (text.Are(at, "BY", "TARGET")) at += 2;
        var then = text.Find(at, to, "THEN");
        writer.Emit(isMatched ? "WHEN MATCHED" : "WHEN NOT MATCHED");
        if (at < then) writer.Emit("AND").Write(text.Expect(at, "AND"), then);
        at = text.Expect(then, "THEN");
        var action = text[at].Key;
        writer.Emit($"THEN {action}");
        switch (action)
        {
            case "UPDATE" when isMatched:
                writer.Emit("SET").Write(text.Expect(at + 1, "SET"), to, Clause.Set);
                break;
            case "DELETE" when isMatched && at + 1 == to:
                break;
            case "INSERT" when !isMatched:
                Insert(at + 1, to, source);
                break;
            default:
                throw text.Unexpected(at);
        }
        return isMatched;
    }

    private void Insert(int at, int to, string source)
    {
        if (text.Is(at, "("))
        {
            writer.Emit("(").Write(at + 1, text.Close(at)).Emit(")");
            at = text.Close(at) + 1;
        }
        if (text.Is(at, "ROW") && at + 1 == to) writer.Emit($"VALUES ({source}.*)");
        else writer.Emit("VALUES").Write(text.Expect(at, "VALUES"), to);
    }

    /// <summary>What the source is called: its last word is its alias, or its table.</summary>
    private string Alias(int from, int to) => text[to - 1].Kind is TokenKind.Word or TokenKind.Quoted
        ? QueryWriter.Identifier(text[to - 1].Text.Split('.')[^1])
        : QueryWriter.Identifier($"query {from}");
}
