using Data = Google.Apis.Bigquery.v2.Data;

namespace Landfall.Cloud;

/// <summary>Tables and datasets as Google's client sends them (https://cloud.google.com/bigquery/docs/reference/rest/v2/tables). Times are milliseconds.</summary>
internal static class Tables
{
    public static Data.Dataset Of(DatasetResource dataset, string project, string location) => new()
    {
        DatasetReference = new() { ProjectId = project, DatasetId = dataset.Name },
        Location = location,
        Description = dataset.Description,
        Labels = Labels(dataset.Labels),
        DefaultTableExpirationMs = Milliseconds(dataset.TableExpiration),
    };

    /// <summary>All that a new table, or view, is to have.</summary>
    public static Data.Table Of(TableResource table, string project)
    {
        var made = Patch(table, project);
        made.TableReference = Reference(table.Name, project);
        made.TimePartitioning = table.PartitionField is { } field ? new() { Type = "DAY", Field = field, ExpirationMs = Milliseconds(table.PartitionExpiration) } : null;
        made.Clustering = table.Clustering is { Count: > 0 } columns ? new() { Fields = [.. columns] } : null;
        made.TableConstraints = table.PrimaryKey is { Count: > 0 } key ? new() { PrimaryKey = new() { Columns = [.. key] } } : null;
        made.ExpirationTime = table.ExpiresAt?.ToUnixTimeMilliseconds();
        return made;
    }

    /// <summary>What may change of a table that stands. What is left out stays as it is, policy tags and labels too.</summary>
    public static Data.Table Patch(TableResource table, string project) => new()
    {
        Schema = table.Fields.Count > 0 ? Schema(table) : null,
        Description = table.Description,
        Labels = Labels(table.Labels),
        View = table.ViewQuery is { } query ? new() { Query = query, UseLegacySql = false } : null,
        ExternalDataConfiguration = table.External is { } external ? Externals.Of(external, project) : null,
    };

    public static TableResource Read(Data.Table table, TableName name) => new(name)
    {
        Fields = [.. (table.Schema?.Fields ?? []).Select(Read)],
        Description = table.Description,
        Labels = table.Labels is { } labels ? new Dictionary<string, string>(labels) : [],
        // Partitions of hours, months or the time of ingestion are none of ours.
        PartitionField = table.TimePartitioning is { Type: "DAY" } days ? days.Field : null,
        PartitionExpiration = table.TimePartitioning?.ExpirationMs is { } ms ? TimeSpan.FromMilliseconds(ms) : null,
        Clustering = [.. table.Clustering?.Fields ?? []],
        PrimaryKey = [.. table.TableConstraints?.PrimaryKey?.Columns ?? []],
        ExpiresAt = table.ExpirationTime is { } at ? DateTimeOffset.FromUnixTimeMilliseconds(at) : null,
        ViewQuery = table.View?.Query,
        External = table.ExternalDataConfiguration is { } external ? Externals.Read(external) : null,
        ETag = table.ETag,
    };

    public static Data.TableSchema Schema(TableResource table) => new() { Fields = [.. table.Fields.Select(Of)] };

    public static Data.TableReference Reference(TableName name, string project) => new() { ProjectId = project, DatasetId = name.Dataset, TableId = name.Name };

    public static IDictionary<string, string>? Labels(IReadOnlyDictionary<string, string> labels) => labels.Count > 0 ? labels.ToDictionary() : null;

    private static Data.TableFieldSchema Of(TableField field) => new()
    {
        Name = field.Name,
        Type = field.Type,
        Mode = field.Required ? "REQUIRED" : "NULLABLE",
        Precision = field.Precision,
        Scale = field.Scale,
        Description = field.Description,
        PolicyTags = field.PolicyTags is { Count: > 0 } tags ? new() { Names = [.. tags] } : null,
    };

    private static TableField Read(Data.TableFieldSchema field)
    {
        var type = TableField.TypeOf(field.Type, field.Mode);
        return new TableField(field.Name, type, field.Mode == "REQUIRED")
        {
            Precision = (int?)field.Precision,
            Scale = (int?)field.Scale,
            Description = field.Description,
            PolicyTags = [.. field.PolicyTags?.Names ?? []],
        };
    }

    private static long? Milliseconds(TimeSpan? time) => (long?)time?.TotalMilliseconds;
}
