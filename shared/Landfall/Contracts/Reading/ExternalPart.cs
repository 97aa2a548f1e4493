namespace Landfall.Contracts.Reading;

/// <summary>
/// What an external table can not be: whatever BigQuery, which reads the files by itself, would read otherwise than a landing does
/// (https://cloud.google.com/bigquery/docs/reference/rest/v2/tables#ExternalDataConfiguration), and every rule that compares rows nobody keeps.
/// </summary>
internal static class ExternalPart
{
    /// <summary>The <c>physicalType</c>.</summary>
    public const string Word = "external";

    private const string Type = "physicalType";
    private const string Instead = "Set physicalType: table, and the rows land";

    /// <summary>Notes the words of a table that rows are written to.</summary>
    /// <param name="landfall">The table's map; null for none.</param>
    public static void Refuse(YamlMap? landfall)
    {
        foreach (var word in TablePart.LandfallWords.Where(word => landfall?.Has(word) == true))
            landfall!.Fault(word, "is a word for tables that rows are written to, and this one's rows stay in their files", "Remove it");
    }

    /// <summary>Notes external tables beside others.</summary>
    public static void CheckAlone(IEnumerable<TableDraft> tables)
    {
        foreach (var table in tables.Where(table => table.IsExternal))
            table.Map.Fault(Type, "is 'external' beside another table", "An external table is its files, whole: give the others a contract of their own. Views on it may stand here");
    }

    /// <param name="table">Its columns and quality rules are read already.</param>
    /// <param name="contract">Its server, object and format are read already.</param>
    public static void Check(TableDraft table, ContractDraft contract)
    {
        var map = table.Map;
        if (contract.Sink == SinkKind.Postgres) map.Fault(Type, "is 'external', and the server is of the type postgres: only BigQuery reads files where they lie", "Let the server be of the type bigquery, or set physicalType: table");
        if (contract.Topic is not null) map.Fault(Type, "is 'external', and the rows come by 'topic': there are no files to read", Instead);
        CheckFiles(map, contract);
        if (map.Maps("quality").Count > 0) map.Fault("quality", "stands on an external table, whose rows nobody counts when they are in place", $"Remove it. {Instead}");
        foreach (var column in table.Columns) CheckRules(column);
        foreach (var column in table.Columns) CheckColumn(column, contract);
        if (contract.Format.Type != FormatType.Csv) return;
        foreach (var again in table.Columns.Where(column => column.Column is not null).GroupBy(column => column.Column!.Source).SelectMany(same => same.Skip(1)))
            again.Map.Fault("transformSourceObjects", $"is {Spelling.Shown(again.Column!.Source)}, as another property reads: BigQuery makes one column of each of the file's", "Remove one of the two; a view may show a column twice");
    }

    private static void CheckFiles(YamlMap map, ContractDraft contract)
    {
        var format = contract.Format;
        if (format.Type == FormatType.Xlsx) map.Fault(Type, "is 'external', and BigQuery reads no workbooks", $"Let the files be csv, ndjson or avro. {Instead}");
        if (ExternalEncoding.Of(format) is null) map.Fault(Type, $"is 'external', and BigQuery reads no {(format.Type == FormatType.Csv ? "csv" : "ndjson")} in {format.Encoding}", $"Let the encoding be {ExternalEncoding.Known(format.Type)}. {Instead}");
        if (contract.Object is not { } pattern) return;
        if (pattern.Wildcard.Count(c => c == '*') > 1)
            map.Fault(Type, $"is 'external', and 'object' is {Spelling.Shown(pattern.Text)}: in BigQuery's addresses one '*' may stand, and the date is one", "Let 'object' have a date or one '*', not both");
        if (format.Type == FormatType.Avro && pattern.IsCompressed) map.Fault(Type, "is 'external', and BigQuery reads no avro within gzip", "Avro compresses its blocks itself: let 'object' end in .avro");
    }

    private static void CheckRules(ColumnDraft column)
    {
        var map = column.Map;
        if (column.IsKey) Compared("primaryKey");
        if (column.Column?.Unique == true) Compared("unique");
        if (map.Maps("relationships").Count > 0) Compared("relationships");
        if (map.Maps("quality").Count > 0) map.Fault("quality", "stands on a column of an external table, whose rows nobody counts when they are in place", $"Remove it. {Instead}");
        if (column.IsPartition) map.Fault("partitioned", "stands on a column of an external table: its files are its only parts", "Remove it");

        void Compared(string word) => map.Fault(word, "compares rows with each other, and those of an external table are nowhere but in their files", $"Remove it. {Instead}");
    }

    private static void CheckColumn(ColumnDraft draft, ContractDraft contract)
    {
        if (draft.Column is not { } column) return;
        var map = draft.Map;
        if (column.Source == Column.DateSource)
            map.Fault("transformSourceObjects", "is the date in the object's name, and BigQuery reads only what is in the file", "Remove the property: in a view with a 'query', BigQuery's _FILE_NAME has the name");
        else if (column.Source != column.Name.Name && contract.Format.Type is FormatType.Ndjson or FormatType.Avro)
            map.Fault("transformSourceObjects", $"is {Spelling.Shown(column.Source)}, and BigQuery finds the fields of {(contract.Format.Type == FormatType.Avro ? "avro" : "ndjson")} by their names alone", "Call the property what the file calls it; a view may rename it");
        if (column.Pad is not null) map.Fault("transformLogic", "stands on a column of an external table, whose values are as the file has them", "Remove it; a view with a 'query' may pad");
        if (column.Format is not null) map.Map("logicalTypeOptions")?.Fault("format", "is another way to write it than ISO 8601, the one that BigQuery reads", "Remove it, and write the files so; or let the logicalType be string");
        if (column.Type == ColumnType.Json) map.Fault("logicalType", "is a value of many, which not every file can give BigQuery as JSON", Instead);
    }
}
