namespace Landfall.Cloud;

/// <summary>Tables and datasets as they travel (https://cloud.google.com/bigquery/docs/reference/rest/v2/tables). Times are milliseconds.</summary>
internal static class TableJson
{
    internal sealed record Table
    {
        public TableReference? TableReference { get; init; }

        public string? Etag { get; init; }

        public Schema? Schema { get; init; }

        public string? Description { get; init; }

        public IReadOnlyDictionary<string, string>? Labels { get; init; }

        public Partitioning? TimePartitioning { get; init; }

        public Clustered? Clustering { get; init; }

        public Constraints? TableConstraints { get; init; }

        public long? ExpirationTime { get; init; }

        public View? View { get; init; }

        public ExternalJson.External? ExternalDataConfiguration { get; init; }
    }

    internal sealed record TableReference(string ProjectId, string DatasetId, string TableId);

    internal sealed record Schema(Field[]? Fields);

    internal sealed record Field(string Name, string Type)
    {
        public string? Mode { get; init; }

        public long? Precision { get; init; }

        public long? Scale { get; init; }

        public string? Description { get; init; }

        public Tags? PolicyTags { get; init; }
    }

    internal sealed record Tags(string[]? Names);

    internal sealed record Partitioning(string Type, string? Field, long? ExpirationMs);

    internal sealed record Clustered(string[]? Fields);

    internal sealed record Constraints(Key? PrimaryKey);

    internal sealed record Key(string[]? Columns);

    internal sealed record View(string? Query, bool UseLegacySql);

    internal sealed record Dataset(DatasetReference DatasetReference, string Location)
    {
        public string? Description { get; init; }

        public IReadOnlyDictionary<string, string>? Labels { get; init; }

        public long? DefaultTableExpirationMs { get; init; }
    }

    internal sealed record DatasetReference(string ProjectId, string DatasetId);

    public static Dataset Of(DatasetResource dataset, string project, string location) => new(new DatasetReference(project, dataset.Name), location)
    {
        Description = dataset.Description,
        Labels = Labels(dataset.Labels),
        DefaultTableExpirationMs = Milliseconds(dataset.TableExpiration),
    };

    /// <summary>All that a new table, or view, is to have.</summary>
    public static Table Of(TableResource table, string project) => Patch(table, project) with
    {
        TableReference = new TableReference(project, table.Name.Dataset, table.Name.Name),
        TimePartitioning = table.PartitionField is { } field ? new Partitioning("DAY", field, Milliseconds(table.PartitionExpiration)) : null,
        Clustering = table.Clustering is { Count: > 0 } columns ? new Clustered([.. columns]) : null,
        TableConstraints = table.PrimaryKey is { Count: > 0 } key ? new Constraints(new Key([.. key])) : null,
        ExpirationTime = table.ExpiresAt?.ToUnixTimeMilliseconds(),
    };

    /// <summary>What may change of a table that stands. What is left out stays as it is, policy tags and labels too.</summary>
    public static Table Patch(TableResource table, string project) => new()
    {
        Schema = table.Fields.Count > 0 ? SchemaOf(table) : null,
        Description = table.Description,
        Labels = Labels(table.Labels),
        View = table.ViewQuery is { } query ? new View(query, UseLegacySql: false) : null,
        ExternalDataConfiguration = table.External is { } external ? ExternalJson.Of(external, project) : null,
    };

    public static Schema SchemaOf(TableResource table) => new([.. table.Fields.Select(Of)]);

    public static TableResource Read(Table table, TableName name) => new(name)
    {
        Fields = [.. (table.Schema?.Fields ?? []).Select(Read)],
        Description = table.Description,
        Labels = table.Labels ?? new Dictionary<string, string>(),
        // Partitions of hours, months or the time of ingestion are none of ours.
        PartitionField = table.TimePartitioning is { Type: "DAY" } days ? days.Field : null,
        PartitionExpiration = table.TimePartitioning?.ExpirationMs is { } ms ? TimeSpan.FromMilliseconds(ms) : null,
        Clustering = table.Clustering?.Fields ?? [],
        PrimaryKey = table.TableConstraints?.PrimaryKey?.Columns ?? [],
        ExpiresAt = table.ExpirationTime is { } at ? DateTimeOffset.FromUnixTimeMilliseconds(at) : null,
        ViewQuery = table.View?.Query,
        External = table.ExternalDataConfiguration is { } external ? ExternalJson.Read(external) : null,
        ETag = table.Etag,
    };

    private static Field Of(TableField field) => new(field.Name, field.Type)
    {
        Mode = field.Required ? "REQUIRED" : "NULLABLE",
        Precision = field.Precision,
        Scale = field.Scale,
        Description = field.Description,
        PolicyTags = field.PolicyTags is { Count: > 0 } tags ? new Tags([.. tags]) : null,
    };

    private static TableField Read(Field field) =>
        new(field.Name, TableField.TypeOf(field.Type, field.Mode), field.Mode == "REQUIRED")
        {
            Precision = (int?)field.Precision,
            Scale = (int?)field.Scale,
            Description = field.Description,
            PolicyTags = field.PolicyTags?.Names ?? [],
        };

    private static IReadOnlyDictionary<string, string>? Labels(IReadOnlyDictionary<string, string> labels) => labels.Count > 0 ? labels : null;

    private static long? Milliseconds(TimeSpan? time) => (long?)time?.TotalMilliseconds;
}
