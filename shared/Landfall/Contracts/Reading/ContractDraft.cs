namespace Landfall.Contracts.Reading;

/// <summary>A contract as far as it could be read: what is null has its fault in the log.</summary>
internal sealed class ContractDraft(YamlMap map)
{
    public YamlMap Map { get; } = map;

    public string File => Map.File;

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

    public TimeZoneInfo TimeZone { get; set; } = TimeZoneInfo.Utc;

    public SinkKind? Sink { get; set; }

    public Identifier? Schema { get; set; }

    public ObjectPattern? Object { get; set; }

    public FileFormat Format { get; set; } = new();

    public UnknownColumns UnknownColumns { get; set; } = UnknownColumns.Refuse;

    public double MaxRejectedPercent { get; set; } = 100;

    public bool AllowEmpty { get; set; }

    public TimeSpan WaitForParents { get; set; } = TimeSpan.FromMinutes(5);

    public IReadOnlyList<TableDraft> Tables { get; set; } = [];

    /// <summary>The contract; only when the log is empty.</summary>
    public Contract Build() => new()
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
        TimeZone = TimeZone,
        Object = Object!,
        Format = Format,
        Sink = Sink!.Value,
        Schema = Schema!.Value,
        UnknownColumns = UnknownColumns,
        MaxRejectedPercent = MaxRejectedPercent,
        AllowEmpty = AllowEmpty,
        WaitForParents = WaitForParents,
        Tables = [.. Tables.Select(table => table.Build())],
    };
}
