namespace Landfall.Cloud;

/// <summary>A table or a view, as much of it as Landfall reads or writes (https://cloud.google.com/bigquery/docs/reference/rest/v2/tables#Table).</summary>
public sealed record TableResource(TableName Name)
{
    /// <summary>In order; empty for a view that is to be made.</summary>
    public IReadOnlyList<TableField> Fields { get; init; } = [];

    public string? Description { get; init; }

    public IReadOnlyDictionary<string, string> Labels { get; init; } = new Dictionary<string, string>();

    /// <summary>The DATE column by whose days it is partitioned; null for none.</summary>
    public string? PartitionField { get; init; }

    /// <summary>How long a partition stands; null for ever.</summary>
    public TimeSpan? PartitionExpiration { get; init; }

    /// <summary>At most four columns; empty for none.</summary>
    public IReadOnlyList<string> Clustering { get; init; } = [];

    /// <summary>The columns of the primary key, which BigQuery knows and does not enforce.</summary>
    public IReadOnlyList<string> PrimaryKey { get; init; } = [];

    /// <summary>When it goes by itself; null for never.</summary>
    public DateTimeOffset? ExpiresAt { get; init; }

    /// <summary>A view's query in GoogleSQL; null for a table.</summary>
    public string? ViewQuery { get; init; }

    /// <summary>The files that it reads; null for a table with rows of its own.</summary>
    public ExternalData? External { get; init; }

    /// <summary>The version that was read: a patch of it fails if somebody came in between. Null for what is to be made.</summary>
    public string? ETag { get; init; }
}
