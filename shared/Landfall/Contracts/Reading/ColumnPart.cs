namespace Landfall.Contracts.Reading;

/// <summary>One entry of <c>properties[]</c>.</summary>
internal static class ColumnPart
{
    private static readonly string[] Words =
    [
        "id", "name", "physicalName", "physicalType", "logicalType", "logicalTypeOptions", "description", "businessName",
        "authoritativeDefinitions", "tags", "customProperties", "primaryKey", "primaryKeyPosition", "required", "unique", "partitioned",
        "partitionKeyPosition", "classification", "encryptedName", "transformSourceObjects", "transformLogic", "transformDescription", "examples",
        "criticalDataElement", "relationships", "quality", "properties", "items",
    ];

    private static readonly string[] SystemColumns = ["tableoid", "xmin", "cmin", "xmax", "cmax", "ctid"];

    /// <summary>An index of Postgres takes 2,704 bytes a row: enough for a key of three such columns.</summary>
    private const int MaxKeyBytes = 800;

    public static ColumnDraft Read(YamlMap map, ContractDraft contract)
    {
        map.Allow(Words);
        foreach (var word in (string[])["properties", "items"]) map.NotYet(word);
        LandfallProperty.Refuse(map);
        var isPartition = map.Flag("partitioned") ?? false;
        map.Whole("partitionKeyPosition", -1, 1);
        var isKey = map.Flag("primaryKey") ?? false;
        var position = map.Whole("primaryKeyPosition", -1, 1000) is { } given and > 0 ? given : (int?)null;
        if (position is not null && !isKey)
            map.Fault("primaryKeyPosition", "stands on a property that is not of the primary key", "Add primaryKey: true");

        var name = Name(map);
        var type = TypePart.Read(map, contract.Sink);
        var required = map.Flag("required") ?? false;
        var unique = map.Flag("unique") ?? false;
        var description = map.Text("description");
        var classification = map.Text("classification");
        if (name is null || type is null) return new(map, null, isKey, position, isPartition);

        var column = new Column
        {
            Name = name.Value,
            Type = type.Value.Type,
            Precision = type.Value.Precision,
            Scale = type.Value.Scale,
            Source = name.Value.Name,
            Description = description,
            Classification = classification,
            Required = required || isKey,
            Unique = unique,
            MaxBytes = type.Value.Type == ColumnType.Text && (isKey || unique) ? MaxKeyBytes : null,
        };
        if (column.Type is ColumnType.Json && (isKey || unique))
            map.Fault("logicalType", "is compared as a whole by no warehouse, so it can be neither key nor unique");
        column = SourcePart.Read(map, column, contract);
        if (map.Map("logicalTypeOptions") is { } options) column = OptionsPart.Read(options, column);
        return new(map, column, isKey, position, isPartition);
    }

    private static Identifier? Name(YamlMap map)
    {
        if (map.Name("name") is not { } name) return null;
        if (SystemColumns.Contains(name.Name)) map.Fault("name", $"is '{name}', a column that every table of Postgres has already", "Call it something else; transformSourceObjects says what the file calls it");
        if (name.Name[0] == '_') map.Fault("name", $"is '{name}'; names that begin with '_' are Landfall's own");
        if (map.Text("physicalName") is { } physical && physical != name.Name)
            map.Fault("physicalName", $"is {Spelling.Shown(physical)}, and the name is '{name}'",
                "The name is the table's column; transformSourceObjects says what the file calls it");
        return name;
    }
}
