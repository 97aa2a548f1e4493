using Landfall.Cloud;

namespace Landfall.Local.BigQuery.Sql;

/// <summary>Cuts a script into statements and translates each.</summary>
internal sealed class Translator(SqlText text, string? dataset, QueryParameters parameters)
{
    /// <exception cref="BigQueryFault">What is wrong with it, or not supported.</exception>
    public static IReadOnlyList<Statement> Translate(string sql, string? dataset, QueryParameters parameters)
    {
        var text = new SqlText(sql);
        var statements = new List<Statement>();
        for (var from = 0; from < text.Count;)
        {
            var to = from;
            while (to < text.Count && !text.Is(to, ";")) to = text.Next(to);
            if (from < to) statements.Add(new Translator(text, dataset, parameters).Statement(from, to));
            from = to + 1;
        }
        return statements.Count > 0 ? statements : throw new BigQueryFault(400, "invalidQuery", "Syntax error: Unexpected end of statement at [1:1]");
    }

    private readonly QueryWriter _writer = new(text, dataset, parameters);

    private Statement Statement(int from, int to) => text[from].Key switch
    {
        "BEGIN" or "COMMIT" or "ROLLBACK" => Transaction(from, to),
        "INSERT" => Insert(from, to),
        "UPDATE" => Update(from, to),
        "DELETE" => Delete(from, to),
        "TRUNCATE" => Truncate(from, to),
        "MERGE" => new MergeTranslator(text, _writer).Translate(from, to),
        "CREATE" or "DROP" => new DefinitionTranslator(text, _writer).Translate(from, to),
        "SELECT" or "WITH" or "(" => _writer.Write(from, to).Finish("SELECT", from, to),
        _ => throw (text[from].Kind == TokenKind.Word ? BigQueryFault.NotSupported(text[from].Key) : text.Unexpected(from)),
    };

    private Statement Transaction(int from, int to)
    {
        var at = text.Is(from + 1, "TRANSACTION") ? from + 2 : from + 1;
        return at == to ? new($"{text[from].Key}_TRANSACTION", text.Source(from, to)) : throw BigQueryFault.NotSupported("A block of statements (BEGIN … END)");
    }

    private Statement Insert(int from, int to)
    {
        var at = text.Is(from + 1, "INTO") ? from + 2 : from + 1;
        var target = _writer.Emit("INSERT INTO").ReadTable(ref at);
        _writer.Need(target);
        if (text.Is(at, "(") && !_writer.IsQuery(at + 1, text.Close(at)))
        {
            _writer.Emit("(").Write(at + 1, text.Close(at)).Emit(")");
            at = text.Close(at) + 1;
        }
        if (text.Is(at, "VALUES")) _writer.Emit(text[at++].Key);
        else if (!_writer.IsQuery(at, to)) throw text.Unexpected(at);
        return _writer.Write(at, to).Finish("INSERT", from, to) with { Target = target };
    }

    private Statement Update(int from, int to)
    {
        var at = from + 1;
        var set = text.Find(from, to, "SET");
        var source = text.Find(set, to, "FROM");
        var where = text.Find(set, to, "WHERE");
        if (set == to) throw text.Unexpected(to, "keyword SET");
        if (where == to) throw WithoutWhere("UPDATE");
        TableName target;
        if (source < where && text.Find(source, where, ",") == where)
        {
            // MERGE refuses two source rows for one row, as BigQuery does; Postgres' UPDATE would take any.
            target = _writer.Emit("MERGE INTO").WriteTarget(ref at, set);
            _writer.Emit("USING").Write(source + 1, where, Clause.From).Emit("ON").Write(where + 1, to).Emit("WHEN MATCHED THEN UPDATE SET").Write(set + 1, source, Clause.Set);
        }
        else
        {
            target = _writer.Emit("UPDATE").WriteTarget(ref at, set);
            _writer.Write(set, to);
        }
        return at == set ? _writer.Finish("UPDATE", from, to) with { Target = target, Mutates = true } : throw text.Unexpected(at);
    }

    private Statement Delete(int from, int to)
    {
        var at = text.Is(from + 1, "FROM") ? from + 2 : from + 1;
        var target = _writer.Emit("DELETE FROM").WriteTarget(ref at, to);
        if (at == to) throw WithoutWhere("DELETE");
        if (!text.Is(at, "WHERE")) throw text.Unexpected(at, "keyword WHERE");
        return _writer.Write(at, to).Finish("DELETE", from, to) with { Target = target, Mutates = true };
    }

    /// <summary>A DELETE: Postgres' TRUNCATE heeds neither a transaction's snapshot nor rows just streamed.</summary>
    private Statement Truncate(int from, int to)
    {
        var at = text.Expect(from + 1, "TABLE");
        var target = _writer.Emit("DELETE FROM").ReadTable(ref at);
        return at == to ? _writer.Need(target).Finish("TRUNCATE_TABLE", from, to) with { Target = target, Mutates = true } : throw text.Unexpected(at);
    }

    private static BigQueryFault WithoutWhere(string kind) => new(400, "invalidQuery", $"{kind} must have a WHERE clause");
}
