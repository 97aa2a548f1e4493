namespace Landfall.Contracts.Reading;

/// <summary>The top of a contract.</summary>
internal static class ContractPart
{
    /// <summary>BigQuery's transactions touch at most 100 tables, and each of these may have a staging table beside it.</summary>
    private const int MaxTables = 48;

    private static readonly string[] Words =
    [
        "version", "kind", "apiVersion", "id", "name", "tenant", "tags", "status", "servers", "dataProduct", "description", "domain", "schema",
        "support", "price", "team", "roles", "slaDefaultElement", "slaProperties", "authoritativeDefinitions", "customProperties",
        "contractCreatedTs",
    ];

    public static ContractDraft Read(YamlMap map, string folder, string? environment, DatasetNames datasets)
    {
        var draft = new ContractDraft(map, folder, datasets);
        map.Allow(Words);
        if (map.Require("apiVersion")) map.Choice("apiVersion", ["v3.1.0"]);
        if (map.Require("kind")) map.Choice("kind", ["DataContract"]);
        map.RequiredText("status");
        draft.Id = Id(map);
        draft.Version = map.RequiredText("version");
        draft.Name = map.Text("name");
        TeamPart.Read(draft);
        DescriptionPart.Read(draft);
        draft.Support = SupportPart.Read(map);
        SlaPart.Read(draft);
        ServerPart.Read(draft, environment);
        LandingPart.Read(draft);
        FetchPart.Read(draft);
        ReadSchema(draft);
        draft.Roles = RolesPart.Read(draft);
        return draft;
    }

    private static Identifier? Id(YamlMap map)
    {
        var id = map.Name("id");
        if (id is { } known && map.File != $"{known}.odcs.yaml")
            map.Fault("id", $"is '{known}', and the file is {map.File}", "The file's name is <id>.odcs.yaml: change one of them");
        return id;
    }

    private static void ReadSchema(ContractDraft draft)
    {
        var entries = draft.Map.Maps("schema", "name", required: true);
        draft.Tables = Tables(draft, [.. entries.Where(map => !ViewPart.IsOne(map))]);
        draft.Views = [.. entries.Where(ViewPart.IsOne).Select(map => ViewPart.Read(map, draft))];
        if (draft.Tables.Count == 0 && draft.Views.Count > 0)
            draft.Map.Fault("schema", "has views, and no table", "A view shows rows that land in a table of the same contract");
        var called = draft.Tables.Select(table => (table.Called, table.Map)).Concat(draft.Views.Select(view => (view.Called, view.Map)));
        foreach (var same in called.Where(entry => entry.Called is not null).GroupBy(entry => entry.Called))
        {
            foreach (var (again, map) in same.Skip(1)) map.Fault("name", $"is '{again}', as another {(ViewPart.IsOne(map) ? "entry" : "table")} of this contract is called");
        }
    }

    private static List<TableDraft> Tables(ContractDraft draft, List<YamlMap> maps)
    {
        if (maps.Count > MaxTables)
        {
            draft.Map.Fault("schema", $"names {maps.Count} tables; one landing writes at most {MaxTables}", "Divide the contract");
            return [];
        }
        var tables = maps.Select(map => TablePart.Read(map, draft)).ToList();
        if (tables.Count > 1) ExternalPart.CheckAlone(tables);
        if (tables.Count > 1 && !draft.Format.Header)
            draft.Landfall?.Fault("format", "says that the file has no header, and there are several tables",
                "Without names the file's columns are those of one table, in order: keep one table");
        foreach (var section in tables.Where(table => table.Section is { Header: false, Unpivot: null }).GroupBy(table => table.Section).Where(group => group.Count() > 1))
            section.Last().Map.Fault("customProperties", "reads the same cells as another table, and they have no header", "Without names the range's columns are those of one table, in order: keep one table");
        if (tables.Sum(table => table.Columns.Count) > TablePart.MaxColumns)
            draft.Map.Fault("schema", $"names {tables.Sum(table => table.Columns.Count)} columns in all; one landing stages at most {TablePart.MaxColumns}", "Divide the contract");
        foreach (var other in tables.Skip(1).Where(table => table.Write != tables[0].Write))
            other.Map.Fault("customProperties", "says another write mode than the contract's first table", "A file is superseded as a whole or not at all: give all its tables one");
        if (draft.MaxChangePercent is not null && tables.Exists(table => table.Write != WriteMode.Replace))
            draft.Landfall?.Fault("maxChangePercent", "is about tables that follow a file as a whole, and these do not", "Remove it, or say write: replace on the tables");
        foreach (var again in tables.Where(table => table.Uplift is not null).Skip(1))
            again.Map.Fault("customProperties", "says 'uplift', as another table does", "A contract has one column that is raised");
        return tables;
    }
}
