using System.Globalization;
using Landfall.Contracts;

namespace Landfall.Sinks.Postgres;

/// <summary>
/// The statements on the staged rows of a source. Identifiers come from <see cref="Identifier"/> only; values are parameters, in every statement the same:
/// $1 the landings whose rows go (<c>append</c>), $2 this landing's id, $3 its order.
/// </summary>
internal sealed class StagedSql
{
    public const string CreateRejected =
        "CREATE TEMPORARY TABLE landfall_rejected (feed int, _line bigint, columns text, rule text, value text, reason text, PRIMARY KEY (feed, _line)) ON COMMIT DROP";

    public const string ReadRejected = $"SELECT feed, _line, columns, rule, value, reason FROM {Rejected} ORDER BY feed, _line";

    private const string Rejected = "pg_temp.landfall_rejected";

    /// <summary>How many cells of a sheet's row a position has room for.</summary>
    internal const int CellsOfRow = 16_384;

    private readonly Dictionary<Column, string> _names = new(ReferenceEqualityComparer.Instance);
    private readonly Dictionary<Table, Feed> _feeds = new(ReferenceEqualityComparer.Instance);
    private readonly Source _source;

    public StagedSql(Source source)
    {
        _source = source;
        Feeds = source.Contract.Feeds;
        foreach (var feed in Feeds)
        {
            foreach (var table in feed.Tables) _feeds.Add(table, feed);
            foreach (var column in feed.Columns) _names.Add(column, $"c{_names.Count + 1}");
        }
    }

    public IReadOnlyList<Feed> Feeds { get; }

    /// <summary>The temporary table of a feed's staged rows: <c>_line</c> and a numbered column for each column of each of its tables.</summary>
    public static string Staged(Feed feed) => $"pg_temp.{StagedName(feed)}";

    public static string TakeOut(Feed feed) => $"DELETE FROM {Staged(feed)} s USING {Rejected} r WHERE r.feed = {feed.Index} AND s._line = r._line";

    /// <summary>What a COPY of a feed's row fills, in order.</summary>
    public string StagedColumns(Feed feed) => $"_line, {StagedNames(feed.Columns)}";

    public string CreateStaged(Feed feed) =>
        $"CREATE TEMPORARY TABLE {StagedName(feed)} (_line bigint, {string.Join(", ", feed.Columns.Select(c => $"{_names[c]} {PostgresDdl.Type(c)}"))}) ON COMMIT DROP";

    /// <summary>Rows whose parent is neither in its table, to stay there, nor, for a parent of the same file, staged.</summary>
    public string Orphans(Table table, Relationship relationship)
    {
        var child = _names[relationship.Column];
        var parent = _source.Contract.Tables.FirstOrDefault(t => t.Schema == relationship.ParentSchema && t.Name == relationship.ParentTable);
        var stays = parent is null ? "" : $"AND {Stays(parent, "p")}";
        var staged = parent is null ? "" : $"AND NOT EXISTS (SELECT 1 FROM {Staged(parent)} p WHERE p.{_names[parent.Columns.First(c => c.Name == relationship.ParentColumn)]} = s.{child})";
        return $"""
            INSERT INTO {Rejected}
            SELECT {_feeds[table].Index}, s._line, '{relationship.Column}', 'relationships', s.{child}::text, '{relationship.Column} refers to no row of {relationship.ParentSchema}.{relationship.ParentTable}'
            FROM {Staged(table)} s
            WHERE s.{child} IS NOT NULL
              AND NOT EXISTS (SELECT 1 FROM {relationship.ParentQuoted} p WHERE p.{relationship.ParentColumn.Quoted} = s.{child} {stays})
              {staged}
            ON CONFLICT DO NOTHING
            """;
    }

    /// <summary>Rows whose key or unique value stands in the table already, in a row that this landing does not replace.</summary>
    public IEnumerable<string> Taken(Table table)
    {
        if (table.Write == WriteMode.Replace) yield break;
        if (table.Write != WriteMode.Upsert && table.Key.Count > 0) yield return Taken(table, table.Key, "primaryKey", Stays(table, "t"));
        foreach (var column in table.Columns.Where(c => c.Unique))
            yield return Taken(table, [column], "unique", table.Write == WriteMode.Upsert ? $"({PostgresDdl.Names(table.Key, "t.")}) <> ({StagedNames(table.Key, "s.")})" : Stays(table, "t"));
    }

    /// <summary>Whether two staged rows share a key.</summary>
    public string HasRepeats(Table table) => $"SELECT EXISTS (SELECT 1 FROM {Staged(table)} GROUP BY {StagedNames(table.Key)} HAVING count(*) > 1)";

    /// <summary>Rows that share the key of a later row but not all its values: the last wins.</summary>
    public string Repeats(Table table) => Earlier(table, table.Key, "primaryKey", $"({StagedNames(table.Columns, "s.")}) IS DISTINCT FROM ({StagedNames(table.Columns, "w.")})");

    /// <summary>Rows that share a unique value with a later row of another key.</summary>
    public IEnumerable<string> UniqueRepeats(Table table) =>
        table.Columns.Where(c => c.Unique).Select(column => Earlier(table, [column], "unique",
            table.Key.Count == 0 ? "true" : $"({StagedNames(table.Key, "s.")}) IS DISTINCT FROM ({StagedNames(table.Key, "w.")})"));

    /// <summary>How many rows of a feed repeat another one in every column.</summary>
    public string CountCollapsed(Feed feed) => $"SELECT (SELECT count(*) FROM {Staged(feed)}) - (SELECT count(*) FROM (SELECT DISTINCT {StagedNames(feed.Columns)} FROM {Staged(feed)}) d)";

    public string CountKeys(Table table, bool repeats) =>
        repeats ? $"SELECT count(*) FROM (SELECT DISTINCT {StagedNames(table.Key)} FROM {Staged(table)}) d" : $"SELECT count(*) FROM {Staged(table)}";

    /// <summary>
    /// Which rows of a table go, as a condition on the row <c>t</c>: all that this landing replaces; under <c>replace</c> those that do not come again as they
    /// are. Not an UPDATE: values that move between rows would meet in a unique column.
    /// </summary>
    public string Goes(Table table)
    {
        if (table.Write != WriteMode.Replace) return Replaced(table, "t", _source);
        if (table.Key.Count == 0) return $"t.ctid IN (SELECT have.at FROM ({Standing(table)}) have LEFT JOIN ({Coming(table)}) want USING (row, copy) WHERE want.at IS NULL)";
        var values = table.Columns.Where(c => !table.Key.Contains(c)).ToList();
        var same = values.Count == 0 ? "" : $" AND ({StagedNames(values, "s.")}) IS NOT DISTINCT FROM ({PostgresDdl.Names(values, "t.")})";
        return $"NOT EXISTS (SELECT 1 FROM {Staged(table)} s WHERE ({StagedNames(table.Key, "s.")}) = ({PostgresDdl.Names(table.Key, "t.")}){same})";
    }

    /// <summary>How many rows have a key that does not come again.</summary>
    public string CountVanished(Table table) =>
        $"SELECT count(*) FROM {table.Quoted} t WHERE NOT EXISTS (SELECT 1 FROM {Staged(table)} s WHERE ({StagedNames(table.Key, "s.")}) = ({PostgresDdl.Names(table.Key, "t.")}))";

    /// <summary>
    /// How many rows would come that are new, change, vanish, and stay because a newer source has written them. With a key it is by key; without, equal rows cancel each other out.
    /// </summary>
    public string CountChanges(Table table, bool repeats)
    {
        var replaced = Replaced(table, "t", _source);
        // So that all of the parameters have a type, whatever is asked of them.
        const string Typed = "($1::bigint[] IS NULL OR $2::bigint IS NULL OR $3::bigint IS NULL OR true)";
        if (table.Key.Count == 0)
        {
            var have = Numbered("ctid", $"ROW({PostgresDdl.Names(table.Columns)})", $"{table.Quoted} t WHERE {replaced} AND {Typed}");
            return $"""
                SELECT count(*) FILTER (WHERE have.at IS NULL), 0::bigint, count(*) FILTER (WHERE want.at IS NULL), 0::bigint
                FROM ({Coming(table)}) want FULL JOIN ({have}) have USING (row, copy)
                """;
        }
        var values = table.Columns.Where(c => !table.Key.Contains(c)).ToList();
        var differs = values.Count == 0 ? "false" : $"({StagedNames(values, "s.")}) IS DISTINCT FROM ({PostgresDdl.Names(values, "t.")})";
        var older = table.Write == WriteMode.Upsert ? $"(t.{PostgresDdl.Order}, t.{PostgresDdl.LandingId}) >= ($3, $2)" : "false";
        return $"""
            SELECT count(*) FILTER (WHERE t.ctid IS NULL), count(*) FILTER (WHERE t.ctid IS NOT NULL AND NOT ({older}) AND {differs}),
              (SELECT count(*) FROM {table.Quoted} t WHERE {replaced} AND NOT EXISTS (SELECT 1 FROM {Staged(table)} s WHERE ({StagedNames(table.Key, "s.")}) = ({PostgresDdl.Names(table.Key, "t.")}))),
              count(*) FILTER (WHERE t.ctid IS NOT NULL AND {older})
            FROM {Once(table, repeats)} s LEFT JOIN {table.Quoted} t ON ({PostgresDdl.Names(table.Key, "t.")}) = ({StagedNames(table.Key, "s.")})
            WHERE {Typed}
            """;
    }

    /// <summary>Inserts what does not stand yet: all, but under <c>replace</c>.</summary>
    public string Add(Table table, bool repeats)
    {
        var missing = (table.Write, table.Key.Count) switch
        {
            (not WriteMode.Replace, _) => "",
            (_, > 0) => $"WHERE NOT EXISTS (SELECT 1 FROM {table.Quoted} t WHERE ({PostgresDdl.Names(table.Key, "t.")}) = ({StagedNames(table.Key, "s.")}))",
            _ => $"WHERE s._line IN (SELECT want.at FROM ({Coming(table)}) want LEFT JOIN ({Standing(table)}) have USING (row, copy) WHERE have.at IS NULL)",
        };
        return $"""
            INSERT INTO {table.Quoted} ({PostgresDdl.Names(table.Columns)}, {PostgresDdl.LandingId})
            SELECT {StagedNames(table.Columns, "s.")}, $2 FROM {Once(table, repeats)} s
            {missing}
            ORDER BY s._line
            """;
    }

    /// <summary>
    /// Per row, the newest source wins; equal orders are decided by landing id, so that every order of arrival ends the same. Sorted by key, so that two
    /// upserts of one table do not deadlock.
    /// </summary>
    public string Upsert(Table table, bool repeats)
    {
        var values = table.Columns.Where(c => !table.Key.Contains(c)).Select(c => c.Name.Quoted).Append(PostgresDdl.LandingId).Append(PostgresDdl.Order);
        return $"""
            INSERT INTO {table.Quoted} AS t ({PostgresDdl.Names(table.Columns)}, {PostgresDdl.LandingId}, {PostgresDdl.Order})
            SELECT {StagedNames(table.Columns, "s.")}, $2, $3 FROM {Once(table, repeats)} s
            ORDER BY {StagedNames(table.Key, "s.")}
            ON CONFLICT ({PostgresDdl.Names(table.Key)}) DO UPDATE SET {string.Join(", ", values.Select(v => $"{v} = EXCLUDED.{v}"))}
            WHERE (t.{PostgresDdl.Order}, t.{PostgresDdl.LandingId}) < (EXCLUDED.{PostgresDdl.Order}, EXCLUDED.{PostgresDdl.LandingId})
            """;
    }

    /// <summary>A table's staged rows under the names of its columns.</summary>
    public string Rows(Table table, bool repeats) => $"(SELECT {string.Join(", ", table.Columns.Select(c => $"s.{_names[c]} AS {c.Name.Quoted}"))} FROM {Once(table, repeats)} s)";

    /// <summary>Whether a row of a table is one that this landing's rows take the place of.</summary>
    public static string Replaced(Table table, string row, Source source) => table.Write switch
    {
        WriteMode.Append => $"{row}.{PostgresDdl.LandingId} = ANY($1)",
        // A literal, so that the planner sees which partition it is. Its digits are ours.
        WriteMode.ReplacePartition => $"{row}.{table.Partition!.Name.Quoted} = DATE '{source.Date!.Value.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture)}'",
        WriteMode.Replace => "true",
        _ => "false",
    };

    private static string StagedName(Feed feed) => $"landfall_staged_{feed.Index}";

    private string Staged(Table table) => Staged(_feeds[table]);

    private string Stays(Table table, string row) => $"NOT ({Replaced(table, row, _source)})";

    /// <summary>The staged rows of a table, one a key.</summary>
    private string Once(Table table, bool repeats) =>
        repeats ? $"(SELECT DISTINCT ON ({StagedNames(table.Key)}) * FROM {Staged(table)} ORDER BY {StagedNames(table.Key)}, _line DESC)" : Staged(table);

    /// <summary>Rows without a key, so that they can be compared: what a row says, as a digest, and which of the equal rows it is.</summary>
    private static string Standing(Table table) => Numbered("ctid", $"ROW({PostgresDdl.Names(table.Columns)})", table.Quoted);

    private string Coming(Table table) => Numbered("_line", $"ROW({StagedNames(table.Columns)})", Staged(table));

    private static string Numbered(string at, string row, string from) =>
        $"SELECT at, row, row_number() OVER (PARTITION BY row) AS copy FROM (SELECT {at} AS at, sha256(convert_to({row}::text, 'UTF8')) AS row FROM {from}) d";

    private string Taken(Table table, IReadOnlyList<Column> columns, string rule, string other) =>
        $"""
        INSERT INTO {Rejected}
        SELECT {_feeds[table].Index}, s._line, '{Words(columns)}', '{rule}', {Values(columns)}, 'a row of {table} from another source has the same {Words(columns)}'
        FROM {Staged(table)} s
        WHERE EXISTS (SELECT 1 FROM {table.Quoted} t WHERE ({PostgresDdl.Names(columns, "t.")}) = ({StagedNames(columns, "s.")}) AND {other})
        ON CONFLICT DO NOTHING
        """;

    private string Earlier(Table table, IReadOnlyList<Column> columns, string rule, string differs) =>
        $"""
        INSERT INTO {Rejected}
        SELECT {_feeds[table].Index}, s._line, '{Words(columns)}', '{rule}', {Values(columns)}, {Line(table)} || ' has the same {Words(columns)}; the last one wins'
        FROM {Staged(table)} s
        JOIN (SELECT DISTINCT ON ({StagedNames(columns)}) * FROM {Staged(table)} ORDER BY {StagedNames(columns)}, _line DESC) w
          ON ({StagedNames(columns, "s.")}) = ({StagedNames(columns, "w.")})
        WHERE s._line < w._line AND {differs}
        ON CONFLICT DO NOTHING
        """;

    /// <summary>What a person calls the place of the row <c>w</c>: cells of a cross table are numbered through their rows.</summary>
    private static string Line(Table table) => table.Section?.Unpivot is null ? "'line ' || w._line" : $"'a cell in row ' || w._line / {CellsOfRow}";

    private static string Words(IEnumerable<Column> columns) => string.Join(", ", columns.Select(c => c.Name.Name));

    private string Values(IEnumerable<Column> columns) => $"concat_ws(', ', {string.Join(", ", columns.Select(c => $"s.{_names[c]}"))})";

    private string StagedNames(IEnumerable<Column> columns, string prefix = "") => string.Join(", ", columns.Select(c => prefix + _names[c]));
}
