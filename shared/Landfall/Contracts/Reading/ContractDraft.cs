namespace Landfall.Contracts.Reading;

/// <summary>A contract as far as it could be read: what is null has its fault in the log.</summary>
/// <param name="map">The file's top.</param>
/// <param name="folder">Where the file is, and the queries beside it.</param>
/// <param name="datasets">What schemas and datasets are called here.</param>
internal sealed class ContractDraft(YamlMap map, string folder, DatasetNames datasets)
{
    public YamlMap Map { get; } = map;

    public string File => Map.File;

    public string Folder { get; } = folder;

    public DatasetNames Datasets { get; } = datasets;

    /// <summary>The map of the <c>landfall</c> property.</summary>
    public YamlMap? Landfall { get; set; }

    public Identifier? Id { get; set; }

    public string? Version { get; set; }

    public string? Team { get; set; }

    public string? Name { get; set; }

    public string? TeamDescription { get; set; }

    public string? Purpose { get; set; }

    public string? Limitations { get; set; }

    public string? Usage { get; set; }

    public IReadOnlyList<Role> Roles { get; set; } = [];

    public IReadOnlyList<SupportChannel> Support { get; set; } = [];

    public IReadOnlyList<SlaProperty> Sla { get; set; } = [];

    public TimeSpan? Retention { get; set; }

    public CronExpression? Schedule { get; set; }

    public TimeSpan? Latency { get; set; }

    public TimeZoneInfo TimeZone { get; set; } = TimeZoneInfo.Utc;

    public SinkKind? Sink { get; set; }

    public Identifier? Schema { get; set; }

    public ObjectPattern? Object { get; set; }

    public string? Topic { get; set; }

    public ExportKind? Export { get; set; }

    public FileFormat Format { get; set; } = new();

    public UnknownColumns UnknownColumns { get; set; } = UnknownColumns.Refuse;

    public double MaxRejectedPercent { get; set; } = 100;

    public double? MaxChangePercent { get; set; }

    public bool AllowEmpty { get; set; }

    public TimeSpan WaitForParents { get; set; } = TimeSpan.FromMinutes(5);

    public IReadOnlyList<TableDraft> Tables { get; set; } = [];

    public IReadOnlyList<ViewDraft> Views { get; set; } = [];

    public Uri? Fetch { get; set; }

    /// <summary>The contract; only when the log is empty.</summary>
    public Contract Build()
    {
        var tables = Tables.ToDictionary(table => table, table => table.Build());
        return new()
        {
            Id = Id!.Value,
            Version = Version!,
            File = File,
            Team = Team!,
            Name = Name,
            TeamDescription = TeamDescription,
            Purpose = Purpose,
            Limitations = Limitations,
            Usage = Usage,
            Roles = Roles,
            Support = Support,
            Sla = Sla,
            Retention = Retention,
            Schedule = Schedule,
            Latency = Latency,
            TimeZone = TimeZone,
            Object = Object,
            Topic = Topic,
            Export = Export,
            Format = Format,
            Sink = Sink!.Value,
            Schema = Schema!.Value,
            UnknownColumns = UnknownColumns,
            MaxRejectedPercent = MaxRejectedPercent,
            MaxChangePercent = MaxChangePercent,
            AllowEmpty = AllowEmpty,
            WaitForParents = WaitForParents,
            Tables = [.. Tables.Select(table => tables[table])],
            Views = [.. Views.Select(view => view.Build(tables))],
            Fetch = Fetch,
        };
    }
}
