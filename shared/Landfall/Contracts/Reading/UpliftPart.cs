namespace Landfall.Contracts.Reading;

/// <summary>The word <c>uplift</c> of a table: which of its columns may be raised.</summary>
internal static class UpliftPart
{
    private const string Word = "uplift";

    /// <param name="table">Its columns, key and quality rules are read already.</param>
    /// <param name="map">Its <c>landfall</c> map.</param>
    /// <param name="contract">Its server is read already.</param>
    /// <returns>Null when there is none, or a fault of it is in the log.</returns>
    public static ColumnDraft? Read(TableDraft table, YamlMap? map, ContractDraft contract)
    {
        if (map?.Text(Word) is not { } name) return null;
        if (contract.Sink == SinkKind.Postgres) map.Fault(Word, "is for BigQuery, and the server is of the type postgres", "Let the server be of the type bigquery");
        if (table.Write != WriteMode.Replace) map.Fault(Word, "is for tables that are written by replace: there the next landing can tell what it changes", "Set write: replace");
        if (table.Key.Count != 1) map.Fault(Word, $"is for tables whose primary key is one column, and this one's has {table.Key.Count}", "Set primaryKey: true on the column that tells one row from another");
        if (table.Columns.FirstOrDefault(column => column.Column?.Name.Name == name) is not { Column: { } column } draft)
        {
            map.Fault(Word, $"is {Spelling.Shown(name)}, which is no property of this table", Spelling.Hint(name, [.. table.Columns.Select(c => c.Column?.Name.Name).OfType<string>()]));
            return null;
        }
        if (column.Type is not (ColumnType.Text or ColumnType.Int64)) map.Fault(Word, $"is '{name}', which holds neither texts nor whole numbers", "Let its logicalType be string or integer");
        if (draft.IsKey || column.Unique) map.Fault(Word, $"is '{name}', whose values tell rows apart", "Name a column that is neither key nor unique");
        if (column is not { MinLength: null, MaxLength: null, Pattern: null, Minimum: null, Maximum: null, Pad: null, Source: not Column.DateSource })
            map.Fault(Word, $"is '{name}', which has rules that a raised value may break", "Remove its logicalTypeOptions and transformLogic");
        if (table.Quality.Any(rule => rule.IsError)) map.Fault(Word, "stands on a table with quality rules of severity error, which a raised value might break, and no later file would land", "Let their severity be warning");
        return draft;
    }
}
