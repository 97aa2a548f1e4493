using System.Globalization;
using System.Text.Json.Nodes;
using Landfall.Cloud;

namespace Landfall.Local.BigQuery;

/// <summary>Where a job writes, and what becomes of what is there.</summary>
/// <param name="Day">The partition that a decorator names (<c>t$20240105</c>); null for the table.</param>
/// <param name="Creates">Whether a table that is missing is made.</param>
/// <param name="Disposition"><c>WRITE_APPEND</c>, <c>WRITE_TRUNCATE</c> or <c>WRITE_EMPTY</c>.</param>
internal sealed record WriteTarget(TableName Name, DateOnly? Day, bool Creates, string Disposition)
{
    /// <param name="otherwise">The disposition of a job that says none.</param>
    /// <exception cref="BigQueryFault">It is no destination, or none that is known here.</exception>
    public static WriteTarget Of(JsonObject configuration, string otherwise)
    {
        var destination = configuration["destinationTable"] as JsonObject ?? throw new BigQueryFault(400, "required", "Required parameter is missing: destinationTable");
        var disposition = (string?)configuration["writeDisposition"] ?? otherwise;
        if (disposition is not ("WRITE_APPEND" or "WRITE_TRUNCATE" or "WRITE_EMPTY")) throw BigQueryFault.NotSupported($"The write disposition {disposition}");
        if (configuration["schemaUpdateOptions"] is JsonArray { Count: > 0 }) throw BigQueryFault.NotSupported("schemaUpdateOptions");
        var parts = ((string?)destination["tableId"] ?? "").Split('$');
        var name = TableCatalog.NameOf(new JsonObject { ["datasetId"] = (string?)destination["datasetId"], ["tableId"] = parts[0] });
        DateOnly? day = null;
        if (parts.Length > 1)
        {
            day = DateOnly.TryParseExact(parts[1], "yyyyMMdd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var parsed) ? parsed
                : throw BigQueryFault.Invalid($"Invalid time partitioning decorator: {parts[1]}");
        }
        return new(name, day, (string?)configuration["createDisposition"] is not "CREATE_NEVER", disposition);
    }
}
