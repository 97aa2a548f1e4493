using Landfall.Contracts;

namespace Landfall.Sinks.Postgres;

/// <summary>The statements on the staged rows of a contract. Identifiers come from <see cref="Identifier"/> only; values are parameters.</summary>
internal sealed class StagedSql
{
    /// <summary>The temporary table of the staged rows: <c>_line</c> and a numbered column for each column of each table.</summary>
    public const string Staged = "pg_temp.landfall_staged";

    public const string CreateRejected =
        "CREATE TEMPORARY TABLE landfall_rejected (_line bigint PRIMARY KEY, columns text, rule text, value text, reason text) ON COMMIT DROP";

    public const string TakeOut = $"DELETE FROM {Staged} s USING {Rejected} r WHERE s._line = r._line";

    public const string ReadRejected = $"SELECT _line, columns, rule, value, reason FROM {Rejected} ORDER BY _line";

    private const string Rejected = "pg_temp.landfall_rejected";

    private readonly Dictionary<Column, string> _names = new(ReferenceEqualityComparer.Instance);
    private readonly List<Column> _columns;
    private readonly Contract _contract;

    public StagedSql(Contract contract)
    {
        _contract = contract;
        _columns = [.. contract.Tables.SelectMany(t => t.Columns)];
        foreach (var column in _columns) _names.Add(column, $"c{_names.Count + 1}");
    }

    /// <summary>What a COPY of a row fills, in order.</summary>
    public string StagedColumns => $"_line, {string.Join(", ", _names.Values)}";

    public string CreateStaged() =>
        $"CREATE TEMPORARY TABLE landfall_staged (_line bigint, {string.Join(", ", _columns.Select(c => $"{_names[c]} {PostgresDdl.Type(c)}"))}) ON COMMIT DROP";

    /// <summary>Rows whose parent is neither in its table nor, for a parent of the same file, staged. $1: landings replaced, whose rows are parents no more.</summary>
    public string Orphans(Table table, Relationship relationship)
    {
        var child = _names[relationship.Column];
        var parent = _contract.Tables.FirstOrDefault(t => t.Schema == relationship.ParentSchema && t.Name == relationship.ParentTable);
        var stays = parent is { Write: WriteMode.Append } ? $"AND p.{PostgresDdl.LandingId} <> ALL($1)" : "";
        var staged = parent is null ? "" : $"AND NOT EXISTS (SELECT 1 FROM {Staged} p WHERE p.{_names[parent.Columns.First(c => c.Name == relationship.ParentColumn)]} = s.{child})";
        return $"""
            INSERT INTO {Rejected}
            SELECT s._line, '{relationship.Column}', 'relationships', s.{child}::text, '{relationship.Column} refers to no row of {relationship.ParentSchema}.{relationship.ParentTable}'
            FROM {Staged} s
            WHERE s.{child} IS NOT NULL
              AND NOT EXISTS (SELECT 1 FROM {relationship.ParentQuoted} p WHERE p.{relationship.ParentColumn.Quoted} = s.{child} {stays})
              {staged}
            ON CONFLICT DO NOTHING
            """;
    }

    /// <summary>Rows whose key (under append) or unique value stands in the table already, in a row that this landing does not replace. $1: landings replaced.</summary>
    public IEnumerable<string> Taken(Table table)
    {
        if (table.Write == WriteMode.Append && table.Key.Count > 0)
            yield return Taken(table, table.Key, "primaryKey", $"t.{PostgresDdl.LandingId} <> ALL($1)");
        foreach (var column in table.Columns.Where(c => c.Unique))
        {
            yield return Taken(table, [column], "unique",
                table.Write == WriteMode.Append ? $"t.{PostgresDdl.LandingId} <> ALL($1)" : $"({PostgresDdl.Names(table.Key, "t.")}) <> ({StagedNames(table.Key, "s.")})");
        }
    }

    /// <summary>Whether two staged rows share a key.</summary>
    public string HasRepeats(Table table) => $"SELECT EXISTS (SELECT 1 FROM {Staged} GROUP BY {StagedNames(table.Key)} HAVING count(*) > 1)";

    /// <summary>Rows that share the key of a later row but not all its values: the last wins.</summary>
    public string Repeats(Table table) => Earlier(table.Key, "primaryKey", $"({StagedNames(table.Columns, "s.")}) IS DISTINCT FROM ({StagedNames(table.Columns, "w.")})");

    /// <summary>Rows that share a unique value with a later row of another key.</summary>
    public IEnumerable<string> UniqueRepeats(Table table) =>
        table.Columns.Where(c => c.Unique).Select(column => Earlier([column], "unique",
            table.Key.Count == 0 ? "true" : $"({StagedNames(table.Key, "s.")}) IS DISTINCT FROM ({StagedNames(table.Key, "w.")})"));

    /// <summary>How many rows repeat another one in every column.</summary>
    public string CountCollapsed() => $"SELECT (SELECT count(*) FROM {Staged}) - (SELECT count(*) FROM (SELECT DISTINCT {StagedNames(_columns)} FROM {Staged}) d)";

    public string CountKeys(Table table, bool repeats) =>
        repeats ? $"SELECT count(*) FROM (SELECT DISTINCT {StagedNames(table.Key)} FROM {Staged}) d" : $"SELECT count(*) FROM {Staged}";

    /// <summary>$1: landing id.</summary>
    public string Append(Table table, bool repeats) =>
        $"""
        INSERT INTO {table.Quoted} ({PostgresDdl.Names(table.Columns)}, {PostgresDdl.LandingId})
        SELECT {(repeats ? $"DISTINCT ON ({StagedNames(table.Key)}) " : "")}{StagedNames(table.Columns)}, $1 FROM {Staged}
        ORDER BY {(repeats ? $"{StagedNames(table.Key)}, _line DESC" : "_line")}
        """;

    /// <summary>
    /// Per row, the newest source wins; equal orders are decided by landing id, so that every order of arrival ends the same. Sorted by key, so that two
    /// upserts of one table do not deadlock. $1: landing id, $2: order.
    /// </summary>
    public string Upsert(Table table, bool repeats)
    {
        var values = table.Columns.Where(c => !table.Key.Contains(c)).Select(c => c.Name.Quoted).Append(PostgresDdl.LandingId).Append(PostgresDdl.Order);
        return $"""
            INSERT INTO {table.Quoted} AS t ({PostgresDdl.Names(table.Columns)}, {PostgresDdl.LandingId}, {PostgresDdl.Order})
            SELECT {(repeats ? $"DISTINCT ON ({StagedNames(table.Key)}) " : "")}{StagedNames(table.Columns)}, $1, $2 FROM {Staged}
            ORDER BY {StagedNames(table.Key)}{(repeats ? ", _line DESC" : "")}
            ON CONFLICT ({PostgresDdl.Names(table.Key)}) DO UPDATE SET {string.Join(", ", values.Select(v => $"{v} = EXCLUDED.{v}"))}
            WHERE (t.{PostgresDdl.Order}, t.{PostgresDdl.LandingId}) < (EXCLUDED.{PostgresDdl.Order}, EXCLUDED.{PostgresDdl.LandingId})
            """;
    }

    private string Taken(Table table, IReadOnlyList<Column> columns, string rule, string other) =>
        $"""
        INSERT INTO {Rejected}
        SELECT s._line, '{Words(columns)}', '{rule}', {Values(columns)}, 'a row of {table} from another source has the same {Words(columns)}'
        FROM {Staged} s
        WHERE EXISTS (SELECT 1 FROM {table.Quoted} t WHERE ({PostgresDdl.Names(columns, "t.")}) = ({StagedNames(columns, "s.")}) AND {other})
        ON CONFLICT DO NOTHING
        """;

    private string Earlier(IReadOnlyList<Column> columns, string rule, string differs) =>
        $"""
        INSERT INTO {Rejected}
        SELECT s._line, '{Words(columns)}', '{rule}', {Values(columns)}, 'line ' || w._line || ' has the same {Words(columns)}; the last one wins'
        FROM {Staged} s
        JOIN (SELECT DISTINCT ON ({StagedNames(columns)}) * FROM {Staged} ORDER BY {StagedNames(columns)}, _line DESC) w
          ON ({StagedNames(columns, "s.")}) = ({StagedNames(columns, "w.")})
        WHERE s._line < w._line AND {differs}
        ON CONFLICT DO NOTHING
        """;

    private static string Words(IEnumerable<Column> columns) => string.Join(", ", columns.Select(c => c.Name.Name));

    private string Values(IEnumerable<Column> columns) => $"concat_ws(', ', {string.Join(", ", columns.Select(c => $"s.{_names[c]}"))})";

    private string StagedNames(IEnumerable<Column> columns, string prefix = "") => string.Join(", ", columns.Select(c => prefix + _names[c]));
}
