using Landfall.Contracts;

namespace Landfall.Sinks.BigQuery;

/// <summary>
/// A rule over rows as a query that finds the staged rows that break it. Each answers with the line, the line of the row that is kept instead (or NULL), and
/// the values at fault.
/// </summary>
/// <param name="Feed">Whose rows.</param>
/// <param name="Columns">What the rule is about.</param>
/// <param name="Rule">Its name in the contract.</param>
/// <param name="Sql">The query.</param>
/// <param name="Reason">Why a row is rejected, given the line that is kept.</param>
internal sealed record RuleSql(Feed Feed, IReadOnlyList<Column> Columns, string Rule, string Sql, Func<long, string> Reason)
{
    /// <summary>Rows whose parent is neither in its table, to stay there, nor, for a parent of the same file, staged.</summary>
    public static RuleSql Orphans(StagedSql staged, Contract contract, Table table, Relationship relationship)
    {
        var child = staged.Name(relationship.Column);
        var own = contract.Tables.FirstOrDefault(t => t.Schema == relationship.ParentSchema && t.Name == relationship.ParentTable);
        var stays = own is null ? "" : $" AND {staged.Stays(own, "p")}";
        var coming = own is null ? "" : $" AND NOT EXISTS (SELECT 1 FROM {staged.Rows(staged.FeedOf(own))} p WHERE p.{staged.Name(own.Columns.First(c => c.Name == relationship.ParentColumn))} = s.{child})";
        var standing = $"SELECT 1 FROM `{relationship.ParentSchema}.{relationship.ParentTable}` p WHERE p.`{relationship.ParentColumn}` = s.{child}{stays}";
        return new(staged.FeedOf(table), [relationship.Column], "relationships",
            $"SELECT s._line, CAST(NULL AS INT64) AS kept, {Texts(staged, [relationship.Column])} FROM {staged.Rows(staged.FeedOf(table))} s WHERE s.{child} IS NOT NULL AND NOT EXISTS ({standing}){coming} ORDER BY s._line",
            _ => $"{relationship.Column} refers to no row of {relationship.ParentSchema}.{relationship.ParentTable}");
    }

    /// <summary>The rules about keys and unique values, in the order in which they are looked at.</summary>
    public static IEnumerable<RuleSql> Keys(StagedSql staged, Table table)
    {
        foreach (var rule in Taken(staged, table)) yield return rule;
        if (table.Key.Count > 0)
            yield return Earlier(staged, table, table.Key, "primaryKey", $"NOT (TRUE{staged.SameStaged(table.Columns)})");
        foreach (var column in table.Columns.Where(c => c.Unique))
            yield return Earlier(staged, table, [column], "unique", table.Key.Count == 0 ? "TRUE" : $"NOT (TRUE{staged.SameStaged(table.Key)})");
    }

    /// <summary>Rows whose key or unique value stands in the table already, in a row that this landing does not replace.</summary>
    private static IEnumerable<RuleSql> Taken(StagedSql staged, Table table)
    {
        if (table.Write == WriteMode.Replace) yield break;
        if (table.Write != WriteMode.Upsert && table.Key.Count > 0) yield return Taken(staged, table, table.Key, "primaryKey", staged.Stays(table, "t"));
        foreach (var column in table.Columns.Where(c => c.Unique))
            yield return Taken(staged, table, [column], "unique", table.Write == WriteMode.Upsert ? $"NOT ({staged.KeysMeet(table, "t.", "s.")})" : staged.Stays(table, "t"));
    }

    private static RuleSql Taken(StagedSql staged, Table table, IReadOnlyList<Column> columns, string rule, string other)
    {
        var meet = string.Join(" AND ", columns.Select(c => $"t.{BigQueryNames.Quoted(c)} = s.{staged.Name(c)}"));
        return new(staged.FeedOf(table), columns, rule,
            $"SELECT s._line, CAST(NULL AS INT64) AS kept, {Texts(staged, columns)} FROM {staged.Rows(staged.FeedOf(table))} s WHERE EXISTS (SELECT 1 FROM {BigQueryNames.Quoted(table)} t WHERE {meet} AND {other}) ORDER BY s._line",
            _ => $"a row of {table} from another source has the same {Words(columns)}");
    }

    private static RuleSql Earlier(StagedSql staged, Table table, IReadOnlyList<Column> columns, string rule, string differs)
    {
        var rows = staged.Rows(staged.FeedOf(table));
        var known = string.Join(" AND ", columns.Select(c => $"r.{staged.Name(c)} IS NOT NULL"));
        string Meet(string left, string right) => string.Join(" AND ", columns.Select(c => $"{left}.{staged.Name(c)} = {right}.{staged.Name(c)}"));
        return new(staged.FeedOf(table), columns, rule,
            $"""
            SELECT s._line, w._line AS kept, {Texts(staged, columns)} FROM {rows} s
            JOIN (SELECT {staged.Staged(columns, "r.")}, MAX(r._line) AS _line FROM {rows} r WHERE {known} GROUP BY {staged.Staged(columns, "r.")}) m ON {Meet("m", "s")}
            JOIN {rows} w ON w._line = m._line AND {Meet("w", "s")}
            WHERE s._line < w._line AND {differs} ORDER BY s._line
            """,
            kept => $"{Line(table, kept)} has the same {Words(columns)}; the last one wins");
    }

    private static string Words(IEnumerable<Column> columns) => string.Join(", ", columns.Select(c => c.Name.Name));

    /// <summary>What a person calls the place of a row: cells of a cross table are numbered through their rows.</summary>
    private static string Line(Table table, long line) => table.Section?.Unpivot is null ? $"line {line}" : $"a cell in row {line / CellsOfRow}";

    private const int CellsOfRow = Postgres.StagedSql.CellsOfRow;

    private static string Texts(StagedSql staged, IEnumerable<Column> columns) =>
        string.Join(", ", columns.Select((c, i) => $"{(c.Type == ColumnType.Json ? $"TO_JSON_STRING(s.{staged.Name(c)})" : $"CAST(s.{staged.Name(c)} AS STRING)")} AS v{i}"));
}
