using System.Text.Json.Nodes;
using Landfall.Cloud;

namespace Landfall.Local.BigQuery;

/// <summary>By whose days a table is partitioned.</summary>
/// <param name="Field">The column: a DATE, TIMESTAMP or DATETIME.</param>
/// <param name="ExpirationMs">How long a partition stands, from its day's beginning; null for ever.</param>
/// <param name="Type">The column's type.</param>
internal sealed record Partitioning(string Field, long? ExpirationMs, string Type)
{
    /// <summary>A row's day, as an expression of Postgres' that an index may have.</summary>
    public string Day => Type switch
    {
        "DATE" => TableSchema.Column(Field),
        "TIMESTAMP" => $"(({TableSchema.Column(Field)} AT TIME ZONE 'UTC')::date)",
        _ => $"({TableSchema.Column(Field)}::date)",
    };

    /// <returns>Null when the table is not partitioned.</returns>
    /// <exception cref="BigQueryFault">It can not be, or not here.</exception>
    public static Partitioning? Of(JsonObject resource) => Of(resource["timePartitioning"], TableSchema.Read(resource["schema"]));

    /// <inheritdoc cref="Of(JsonObject)"/>
    public static Partitioning? Of(JsonNode? partitioning, IReadOnlyList<TableField> fields)
    {
        if (partitioning is null) return null;
        if ((string?)partitioning["type"] is not "DAY" and var type) throw BigQueryFault.NotSupported($"Partitioning by {type}");
        if ((string?)partitioning["field"] is not { Length: > 0 } name) throw BigQueryFault.NotSupported("Partitioning by the time of ingestion");
        var field = fields.FirstOrDefault(field => string.Equals(field.Name, name, StringComparison.OrdinalIgnoreCase))
            ?? throw BigQueryFault.Invalid($"The field specified for partitioning cannot be found in the schema: {name}");
        if (field.Type is not ("DATE" or "TIMESTAMP" or "DATETIME"))
            throw BigQueryFault.Invalid($"The field specified for time partitioning can only be of type TIMESTAMP, DATE or DATETIME. The type found is: {field.Type}.");
        return new(field.Name, partitioning["expirationMs"] is { } ms ? long.Parse(ms.ToString()) : null, field.Type);
    }
}
