namespace Landfall.Contracts.Reading;

/// <summary>One entry of <c>schema[]</c>.</summary>
internal static class TablePart
{
    /// <summary>Postgres' limit is 1,600; Landfall's own columns need some of it.</summary>
    public const int MaxColumns = 1500;

    /// <summary>Postgres' limit of an index' columns.</summary>
    private const int MaxKeyColumns = 32;

    /// <summary>The text of a whole key: an index of Postgres takes 2,704 bytes a row.</summary>
    private const int MaxKeyBytes = 2400;

    /// <summary>Those of <c>schema[]</c>.</summary>
    public static readonly string[] Words =
    [
        "id", "name", "physicalName", "physicalType", "logicalType", "description", "businessName", "authoritativeDefinitions", "tags",
        "customProperties", "dataGranularityDescription", "properties", "relationships", "quality",
    ];

    /// <summary>Those of the <c>landfall</c> map.</summary>
    public static readonly string[] LandfallWords = ["write", "sheet", "range", "header", "unpivot", "uplift"];

    public static TableDraft Read(YamlMap map, ContractDraft contract)
    {
        var draft = new TableDraft(map);
        map.Allow(Words);
        draft.Called = map.RequiredText("name");
        var kind = map.Choice("physicalType", ["table", "view", ExternalPart.Word]);
        if (kind is null && map.Has("physicalType")) return draft;
        draft.IsExternal = kind == ExternalPart.Word;
        map.Choice("logicalType", ["object"]);
        if (map.Maps("relationships").Count > 0)
            map.Fault("relationships", "is not supported yet on a table", "Write them on the referring property");
        if (NamePart.Read(map, contract) is var (schema, name)) (draft.Schema, draft.Name) = (schema, name);
        draft.Description = map.Text("description");
        var landfall = LandfallProperty.Find(map);
        if (landfall is not null)
        {
            foreach (var word in ViewPart.LandfallWords.Where(landfall.Has)) landfall.Fault(word, "is a word for views, and this is a table", "Set physicalType: view, or remove it");
            landfall.Allow([.. LandfallWords, .. ViewPart.LandfallWords]);
        }
        if (draft.IsExternal)
        {
            ExternalPart.Refuse(landfall);
        }
        else if (landfall is not null)
        {
            draft.Write = landfall.Choice("write", ["append", "upsert", "replacePartition", "replace"]) switch
            {
                "upsert" => WriteMode.Upsert,
                "replacePartition" => WriteMode.ReplacePartition,
                "replace" => WriteMode.Replace,
                _ => WriteMode.Append,
            };
            draft.Section = SectionPart.Read(landfall, contract);
        }
        else if (contract.Format.Type == FormatType.Xlsx)
        {
            draft.Section = new Section();
        }
        draft.Columns = Columns(map, contract);
        SectionPart.Check(draft);
        draft.Key = Key(draft);
        CheckPartition(draft);
        draft.Quality = QualityPart.Read(draft);
        if (draft.IsExternal) ExternalPart.Check(draft, contract);
        else draft.Uplift = UpliftPart.Read(draft, landfall, contract);
        return draft;
    }

    private static List<ColumnDraft> Columns(YamlMap map, ContractDraft contract)
    {
        var maps = map.Maps("properties", "name", required: true);
        if (maps.Count > MaxColumns)
        {
            map.Fault("properties", $"names {maps.Count} columns; a table has at most {MaxColumns}");
            return [];
        }
        var columns = maps.Select(property => ColumnPart.Read(property, contract)).ToList();
        foreach (var same in columns.Where(column => column.Column is not null).GroupBy(column => column.Column!.Name))
        {
            foreach (var again in same.Skip(1)) again.Map.Fault("name", $"is '{same.Key}', as another property of this table is called");
        }
        return columns;
    }

    private static void CheckPartition(TableDraft table)
    {
        var partitions = table.Columns.Where(column => column.IsPartition).ToList();
        foreach (var column in partitions.Skip(1)) column.Map.Fault("partitioned", "stands on a second property", "A table is partitioned by one date");
        foreach (var column in partitions.Where(column => column.Column is { } read && (read.Source != Column.DateSource || !read.Required)))
            column.Map.Fault("partitioned", "stands on a property that is not the required date in the object's name", "Add required: true and transformSourceObjects: [ \"{date}\" ]");
        if (table.Write == WriteMode.ReplacePartition && partitions.Count == 0 && table.Columns.Count > 0)
            table.Map.Fault("properties", "has no partition, and the table is written by replacePartition", "Set partitioned: true on the date that comes from the object's name");
    }

    private static List<ColumnDraft> Key(TableDraft table)
    {
        var key = table.Columns.Where(column => column.IsKey).ToList();
        if (key.Count == 0 && table.Write == WriteMode.Upsert && table.Columns.Count > 0)
            table.Map.Fault("properties", "has no primary key, and the table is written by upsert",
                "Set primaryKey: true on the columns that tell one row from another");
        if (key.Count > MaxKeyColumns) table.Map.Fault("properties", $"has {key.Count} columns in its primary key; it may have {MaxKeyColumns}");
        var texts = key.Where(column => column.Column?.MaxBytes is not null).ToList();
        foreach (var text in texts) text.Column = text.Column! with { MaxBytes = Math.Min(text.Column.MaxBytes!.Value, MaxKeyBytes / texts.Count) };
        if (key.All(column => column.KeyPosition is null)) return key;
        var positions = key.Select(column => column.KeyPosition ?? 0).Order();
        if (!positions.SequenceEqual(Enumerable.Range(1, key.Count)))
        {
            foreach (var column in key)
            {
                var found = column.KeyPosition?.ToString() ?? "missing";
                column.Map.Fault("primaryKeyPosition", $"is {found}; expected each of 1 to {key.Count} once in the key's columns, or on none of them");
            }
        }
        return [.. key.OrderBy(column => column.KeyPosition)];
    }
}
