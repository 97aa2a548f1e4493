namespace Landfall.Contracts;

/// <summary>
/// A dataset: one ODCS 3.1 file, compiled. Immutable; made by <see cref="ContractReader"/>, which reports every fault of every file before any
/// contract is used, so whatever holds a <see cref="Contract"/> may rely on all that is said here.
/// </summary>
public sealed record Contract
{
    /// <summary>ODCS <c>id</c>: unique among the contracts in use; the file is <c>&lt;id&gt;.odcs.yaml</c>.</summary>
    public required Identifier Id { get; init; }

    /// <summary>ODCS <c>name</c>: what people call the dataset.</summary>
    public string? Name { get; init; }

    /// <summary>ODCS <c>version</c>, as written.</summary>
    public required string Version { get; init; }

    /// <summary>The file it was read from, for messages.</summary>
    public required string File { get; init; }

    /// <summary>ODCS <c>team.name</c>: the owner, and in the drop zone the first folder.</summary>
    public required string Team { get; init; }

    /// <summary>ODCS <c>team.description</c>.</summary>
    public string? TeamDescription { get; init; }

    /// <summary>ODCS <c>description.purpose</c>.</summary>
    public string? Purpose { get; init; }

    /// <summary>ODCS <c>description.limitations</c>.</summary>
    public string? Limitations { get; init; }

    /// <summary>ODCS <c>description.usage</c>.</summary>
    public string? Usage { get; init; }

    /// <summary>Who may do what with the tables.</summary>
    public IReadOnlyList<Role> Roles { get; init; } = [];

    /// <summary>Where people ask.</summary>
    public IReadOnlyList<SupportChannel> Support { get; init; } = [];

    /// <summary>Everything the owner promises, as written.</summary>
    public IReadOnlyList<SlaProperty> Sla { get; init; } = [];

    /// <summary>How long rows are kept, from the SLA's <c>retention</c>: whole days, a year being 365 of them and a month 30; null for ever.</summary>
    public TimeSpan? Retention { get; init; }

    /// <summary>When files are expected, in <see cref="TimeZone"/>, from the SLA's <c>frequency</c>; null when nobody says.</summary>
    public CronExpression? Schedule { get; init; }

    /// <summary>How long after <see cref="Schedule"/> a file has landed, by the SLA's <c>latency</c>: a minute to 31 days; null when nobody says. With it, what does not come is missed.</summary>
    public TimeSpan? Latency { get; init; }

    /// <summary>Where the clock hangs that <see cref="Schedule"/> goes by.</summary>
    public TimeZoneInfo TimeZone { get; init; } = TimeZoneInfo.Utc;

    /// <summary>Which objects are this dataset's; null when its rows come by <see cref="Topic"/>. It has one of the two.</summary>
    public ObjectPattern? Object { get; init; }

    /// <summary>The id of the Pub/Sub topic by which its rows come, as pages of runs (<c>Landfall.Runs</c>); null when they come as objects.</summary>
    public string? Topic { get; init; }

    /// <summary>The system whose data a function of the house exports to <see cref="Topic"/>; null when somebody else publishes.</summary>
    public ExportKind? Export { get; init; }

    /// <summary>How the object's bytes become cells.</summary>
    public FileFormat Format { get; init; } = new();

    /// <summary>The kind of warehouse: ODCS <c>servers[].type</c> of the server chosen by the environment.</summary>
    public required SinkKind Sink { get; init; }

    /// <summary>The schema (Postgres) or dataset (BigQuery) of the tables.</summary>
    public required Identifier Schema { get; init; }

    /// <summary>What a column does that the file has and no property reads.</summary>
    public UnknownColumns UnknownColumns { get; init; } = UnknownColumns.Refuse;

    /// <summary>Rejects beyond this share of the rows refuse the whole source. 0…100.</summary>
    public double MaxRejectedPercent { get; init; } = 100;

    /// <summary>
    /// Of the rows that stand in a table, the share that a source may change or remove; a source that would do more is refused. 0…100; null for any. Only under <see cref="WriteMode.Replace"/>.
    /// </summary>
    public double? MaxChangePercent { get; init; }

    /// <summary>How long after the object's creation a row may wait for its parent row before it is a reject.</summary>
    public TimeSpan WaitForParents { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>The tables, parents before children. Never empty, and all of one write mode: a source is superseded as a whole or not at all.</summary>
    public required IReadOnlyList<Table> Tables { get; init; }

    /// <summary>Views on the tables, in the order of the contract.</summary>
    public IReadOnlyList<View> Views { get; init; } = [];

    /// <summary>Where the objects are downloaded from (<c>fetch</c>): an https URL; null when somebody else brings them.</summary>
    public Uri? Fetch { get; init; }

    /// <summary>The parts of a file that rows come from, and what is made of each.</summary>
    public IReadOnlyList<Feed> Feeds => Feed.Of(Tables);

    /// <summary>Whether a file without a row may empty its partition, or its tables.</summary>
    public bool AllowEmpty { get; init; }

    /// <summary>The table whose rows stay in the files: it is then the only one. Null for a contract whose rows land.</summary>
    public Table? External => Tables.FirstOrDefault(table => table.IsExternal);

    /// <summary>The one table with a column that may be raised; null for none.</summary>
    public Table? Uplifted => Tables.FirstOrDefault(table => table.Uplift is not null);

    /// <summary>How its tables follow their sources.</summary>
    public WriteMode Write => Tables[0].Write;
}
