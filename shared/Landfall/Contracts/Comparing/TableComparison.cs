namespace Landfall.Contracts.Comparing;

/// <summary>The changes of one table.</summary>
internal static class TableComparison
{
    public static void Compare(Contract oldContract, Table old, Contract contract, Table table, ChangeLog log)
    {
        if (old.IsExternal != table.IsExternal)
        {
            log.Breaks($"{table}.physicalType", table.IsExternal ? "is external" : "is external no longer",
                table.IsExternal ? "the table that stands must be dropped by a person, with its rows" : "the external table must be dropped by a person, and the files replayed, so that their rows land");
        }
        if (table.IsExternal && contract.Format.Type == FormatType.Csv && !Common(table, old).SequenceEqual(Common(old, table)))
            log.Breaks($"{table}.properties", "stand in another order", "files of an external table are read by it: those written as before are refused, and show their values in other columns");
        if (old.Write != table.Write) log.Breaks($"{table}.write", $"is {table.Write} and not {old.Write}", "the same files make another table of it");
        if (!Names(old.Key).SequenceEqual(Names(table.Key))) log.Breaks($"{table}.primaryKey", $"is ({string.Join(", ", table.Key)}) and not ({string.Join(", ", old.Key)})", "rows that were good collide, and the table's key must be changed by a person");
        if (old.Partition?.Name != table.Partition?.Name) log.Breaks($"{table}.partitioned", "is another column", "a table can not be partitioned anew while it stands");
        if (old.Section != table.Section) log.Breaks($"{table}.sheet", "is read from another place of the workbook", "workbooks written as before do not fit");
        foreach (var gone in old.Columns.Where(column => table.Columns.All(other => other.Name != column.Name)))
        {
            var stillRead = contract.Tables.SelectMany(t => t.Columns).Any(column => column.Source == gone.Source);
            log.Breaks($"{table}.{gone}", "the column is gone", $"who reads it finds no new values{(stillRead || contract.UnknownColumns == UnknownColumns.Discard || gone.Source == Column.DateSource ? "" : "; files that have it still are refused (unknownColumns)")}");
        }
        foreach (var column in table.Columns)
        {
            if (old.Columns.FirstOrDefault(other => other.Name == column.Name) is { } before) ColumnComparison.Compare(contract.Sink, table, before, column, log);
            else ColumnComparison.Added(oldContract, contract, table, column, log);
        }
        CompareRelationships(old, table, log);
        CompareQuality(old, table, log);
    }

    private static void CompareRelationships(Table old, Table table, ChangeLog log)
    {
        foreach (var added in table.Relationships.Where(r => !old.Relationships.Any(other => Same(r, other)))) log.Breaks($"{table}.{added.Column}.relationships", $"refers to {added.ParentSchema}.{added.ParentTable}", "rows without their parent are rejected");
        foreach (var gone in old.Relationships.Where(r => !table.Relationships.Any(other => Same(r, other)))) log.Safe($"{table}.{gone.Column}.relationships", $"refers to {gone.ParentSchema}.{gone.ParentTable} no longer", "rows that landed land still");
    }

    private static void CompareQuality(Table old, Table table, ChangeLog log)
    {
        foreach (var rule in table.Quality)
        {
            if (old.Quality.FirstOrDefault(other => other.Name == rule.Name) is { } before && Words(before) == Words(rule)) continue;
            if (rule.IsError) log.Breaks($"{table}.quality[{rule.Name}]", $"must be {rule.Expected}", "files that break it are refused");
            else log.Safe($"{table}.quality[{rule.Name}]", $"should be {rule.Expected}", "files that break it land, with a finding");
        }
        foreach (var gone in old.Quality.Where(rule => table.Quality.All(other => other.Name != rule.Name))) log.Safe($"{table}.quality[{gone.Name}]", "is asked no longer", "files that landed land still");
    }

    private static bool Same(Relationship one, Relationship other) =>
        one.Column.Name == other.Column.Name && one.ParentSchema == other.ParentSchema && one.ParentTable == other.ParentTable && one.ParentColumn == other.ParentColumn;

    private static string Words(QualityRule rule) => $"{rule.IsError} {rule.Metric} {rule.Query} {rule.Expected} {string.Join(',', rule.Columns)} {string.Join(',', rule.Values)}";

    /// <summary>The columns that another table has, too, in the order of this one.</summary>
    private static IEnumerable<Identifier> Common(Table table, Table other) => Names(table.Columns).Where(Names(other.Columns).Contains);

    private static IEnumerable<Identifier> Names(IReadOnlyList<Column> columns) => columns.Select(column => column.Name);
}
