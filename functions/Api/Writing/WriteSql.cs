using Landfall.Contracts;
using Landfall.Sinks.Postgres;

namespace Landfall.Rest.Writing;

/// <summary>
/// The statements that write rows of one table: names come from the contract, values are arrays, one a column. $1, $2… are the columns that a statement is about; behind them
/// stand the landing's id and, under <c>upsert</c>, its order.
/// </summary>
internal sealed class WriteSql
{
    private readonly Table _table;
    private readonly string _own;

    public WriteSql(Table table)
    {
        _table = table;
        var count = table.Columns.Count;
        var order = table.Write == WriteMode.Upsert;
        _own = $", {PostgresDdl.LandingId}{(order ? $", {PostgresDdl.Order}" : "")}";
        Insert = $"""
            INSERT INTO {table.Quoted} AS t ({PostgresDdl.Names(table.Columns)}{_own})
            SELECT {Values(table.Columns, "s")}, ${count + 1}{(order ? $", ${count + 2}" : "")} FROM {Rows(table.Columns)} AS s({Names(count)})
            """;
        Merge = table.Key.Count == 0 ? "" : $"""
            {Insert}
            ON CONFLICT ({PostgresDdl.Names(table.Key)}) DO UPDATE SET {string.Join(", ", table.Columns.Where(c => table.Key.All(k => k.Name != c.Name)).Select(c => $"{c.Name.Quoted} = EXCLUDED.{c.Name.Quoted}").Concat(Touch("EXCLUDED.")))}
            """;
        Returning = $"\nRETURNING {PostgresDdl.Names(table.Columns, "t.")}, t.xmin";
    }

    /// <summary>Adds rows.</summary>
    public string Insert { get; }

    /// <summary>Adds rows, or puts them in the place of those of the same key. Empty where there is no key.</summary>
    public string Merge { get; }

    /// <summary>Behind one that writes: the rows as they stand then, with their versions.</summary>
    public string Returning { get; }

    /// <summary>The version of the row of a key, which nobody changes then until the transaction ends. $1… are the key's values as text.</summary>
    public string Find => $"SELECT t.xmin FROM {_table.Quoted} t WHERE {KeyIs(1)} FOR UPDATE";

    /// <summary>Takes the row of a key away. $1… as in <see cref="Find"/>.</summary>
    public string Delete => $"DELETE FROM {_table.Quoted} t WHERE {KeyIs(1)}";

    /// <summary>Changes columns of the row of a key; behind the columns' arrays and what is Landfall's own stand the key's values.</summary>
    public string Update(IReadOnlyList<Column> columns)
    {
        var order = _table.Write == WriteMode.Upsert ? $", {PostgresDdl.Order} = greatest(${columns.Count + 2}, t.{PostgresDdl.Order} + 1)" : "";
        return $"""
            UPDATE {_table.Quoted} AS t SET {string.Join(", ", columns.Select((c, i) => $"{c.Name.Quoted} = {Value(c, "s", i)}"))}, {PostgresDdl.LandingId} = ${columns.Count + 1}{order}
            FROM {Rows(columns)} AS s({Names(columns.Count)}) WHERE {KeyIs(columns.Count + (order.Length > 0 ? 3 : 2))}
            """;
    }

    /// <summary>Places of rows, from 0, whose parent is in no table, and the value. $1 is the referring column.</summary>
    public static string Orphans(Relationship relationship) =>
        $"""
        SELECT s.place - 1, s.c1::text FROM unnest($1) WITH ORDINALITY AS s(c1, place)
        WHERE s.c1 IS NOT NULL AND NOT EXISTS (SELECT 1 FROM {relationship.ParentQuoted} p WHERE p.{relationship.ParentColumn.Quoted} = s.c1)
        """;

    /// <summary>Places of rows whose key stands in the table, and the key. $1… are the key's columns.</summary>
    public string KeyTaken => Taken(_table.Key, "");

    /// <summary>Places of rows whose unique value stands in a row of another key. $1 is the column, behind it are the key's.</summary>
    public string UniqueTaken(Column unique) => Taken([unique], _table.Key.Count == 0 ? "" : $" AND ({PostgresDdl.Names(_table.Key, "t.")}) <> ({Names(_table.Key.Count, "s.", from: 2)})", more: _table.Key.Count);

    /// <summary>Places of rows that share values with a later one, that one's place, the values, and whether the rows differ in anything. $1… are all columns.</summary>
    /// <param name="shared">The values.</param>
    public string Repeats(IReadOnlyList<Column> shared)
    {
        var places = shared.Select(c => IndexOf(c) + 1).ToList();
        var keys = string.Join(", ", places.Select(p => $"c{p}"));
        var rows = $"(SELECT {string.Join(", ", _table.Columns.Select((c, i) => $"{Value(c, "u", i)} AS c{i + 1}"))}, u.place FROM {Rows(_table.Columns)} WITH ORDINALITY AS u({Names(_table.Columns.Count)}, place))";
        return $"""
            WITH s AS {rows}
            SELECT s.place - 1, concat_ws(', ', {Prefixed(places, "s.")}), w.place - 1, ({Names(_table.Columns.Count, "s.")}) IS DISTINCT FROM ({Names(_table.Columns.Count, "w.")})
            FROM s JOIN (SELECT DISTINCT ON ({keys}) * FROM s ORDER BY {keys}, place DESC) w ON ({Prefixed(places, "s.")}) = ({Prefixed(places, "w.")})
            WHERE s.place < w.place
            """;
    }

    private int IndexOf(Column column) => _table.Columns.TakeWhile(c => c.Name != column.Name).Count();

    /// <summary>A row that is written is newer than what it takes the place of: whoever writes it has said so.</summary>
    private IEnumerable<string> Touch(string from)
    {
        yield return $"{PostgresDdl.LandingId} = {from}{PostgresDdl.LandingId}";
        if (_table.Write == WriteMode.Upsert) yield return $"{PostgresDdl.Order} = greatest({from}{PostgresDdl.Order}, t.{PostgresDdl.Order} + 1)";
    }

    private string Taken(IReadOnlyList<Column> columns, string other, int more = 0) =>
        $"""
        SELECT s.place - 1, concat_ws(', ', {Names(columns.Count, "s.")}) FROM {Rows([.. columns, .. _table.Key.Take(more)])} WITH ORDINALITY AS s({Names(columns.Count + more)}, place)
        WHERE EXISTS (SELECT 1 FROM {_table.Quoted} t WHERE ({PostgresDdl.Names(columns, "t.")}) = ({Names(columns.Count, "s.")}){other})
        """;

    private string KeyIs(int from) => string.Join(" AND ", _table.Key.Select((c, i) => $"t.{c.Name.Quoted} = ${from + i}"));

    private static string Rows(IReadOnlyList<Column> columns) => $"unnest({string.Join(", ", Enumerable.Range(1, columns.Count).Select(i => $"${i}"))})";

    private static string Values(IReadOnlyList<Column> columns, string row) => string.Join(", ", columns.Select((c, i) => Value(c, row, i)));

    private static string Value(Column column, string row, int place) => $"{row}.c{place + 1}{(column.Type == ColumnType.Json ? "::jsonb" : "")}";

    private static string Names(int count, string prefix = "", int from = 1) => string.Join(", ", Enumerable.Range(from, count).Select(i => $"{prefix}c{i}"));

    private static string Prefixed(IEnumerable<int> places, string prefix) => string.Join(", ", places.Select(p => $"{prefix}c{p}"));
}
