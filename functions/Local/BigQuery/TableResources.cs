using System.Text.Json.Nodes;
using Landfall.Cloud;

namespace Landfall.Local.BigQuery;

/// <summary>A <c>tables</c> resource as it is kept: what was asked for, and what BigQuery adds. What depends on the asker (ids, links) or the rows is added to an answer.</summary>
internal static class TableResources
{
    /// <summary>What only BigQuery says.</summary>
    private static readonly HashSet<string> Output =
        ["kind", "id", "etag", "selfLink", "creationTime", "lastModifiedTime", "numRows", "numBytes", "type", "location", "tableReference", "schema"];

    public static JsonObject New(JsonObject request, TableName name, IReadOnlyList<TableField> fields, JsonObject dataset, DateTimeOffset now)
    {
        var made = new JsonObject();
        Apply(made, request, now);
        made["tableReference"] = new JsonObject { ["projectId"] = LocalCloud.Project, ["datasetId"] = name.Dataset, ["tableId"] = name.Name };
        made["creationTime"] = $"{now.ToUnixTimeMilliseconds()}";
        made["type"] = request["view"] is not null ? "VIEW" : request[ExternalTables.Member] is not null ? ExternalTables.Type : "TABLE";
        made["location"] = dataset["location"]?.DeepClone();
        made["schema"] = TableSchema.Write(fields);
        if (made["expirationTime"] is null && dataset["defaultTableExpirationMs"] is { } expiration)
            made["expirationTime"] = $"{now.ToUnixTimeMilliseconds() + long.Parse(expiration.ToString())}";
        return made;
    }

    /// <summary>Changes what a patch names; null takes away, and objects are changed member by member.</summary>
    /// <exception cref="BigQueryFault">A table can not be partitioned otherwise.</exception>
    public static void Apply(JsonObject resource, JsonObject patch, DateTimeOffset now)
    {
        var before = Partition(resource);
        Merge(resource, patch, Output);
        foreach (var number in (ReadOnlySpan<string>)["expirationTime"]) if (resource[number] is { } value) resource[number] = value.ToString();
        if (resource["timePartitioning"] is JsonObject partitioning && partitioning["expirationMs"] is { } ms) partitioning["expirationMs"] = ms.ToString();
        if (resource["creationTime"] is not null && before != Partition(resource))
            throw BigQueryFault.Invalid("Cannot convert non partitioned/clustered table to partitioned/clustered table, nor change how a table is partitioned.");
        resource["lastModifiedTime"] = $"{now.ToUnixTimeMilliseconds()}";
    }

    /// <summary>JSON's merge patch (RFC 7396).</summary>
    public static void Merge(JsonObject into, JsonObject patch, IReadOnlySet<string>? but = null)
    {
        foreach (var (member, value) in patch)
        {
            if (but?.Contains(member) == true) continue;
            if (value is null) into.Remove(member);
            else if (value is JsonObject inner && into[member] is JsonObject old) Merge(old, inner);
            else if (value is JsonObject fresh) Merge((JsonObject)(into[member] = new JsonObject()), fresh);
            else into[member] = value.DeepClone();
        }
    }

    private static (string?, string?) Partition(JsonObject resource) => ((string?)resource["timePartitioning"]?["type"], (string?)resource["timePartitioning"]?["field"]);
}
