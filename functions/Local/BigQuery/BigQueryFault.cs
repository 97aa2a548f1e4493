using Landfall.Cloud;

namespace Landfall.Local.BigQuery;

/// <summary>What BigQuery would answer with: status, reason, message.</summary>
internal sealed class BigQueryFault(int status, string reason, string message) : Exception(message)
{
    public int Status { get; } = status;

    public string Reason { get; } = reason;

    /// <summary>Where in the request or the data; null when BigQuery would say nothing better than the kind of job.</summary>
    public string? Location { get; init; }

    /// <summary>What is told before it: a load job's bad rows. None for most.</summary>
    public IReadOnlyList<BigQueryFault> Details { get; init; } = [];

    /// <summary>For what this BigQuery does not understand.</summary>
    public static BigQueryFault NotSupported(string what) => new(400, "invalidQuery", $"{what} is not supported by the local BigQuery");

    public static BigQueryFault Invalid(string message) => new(400, "invalid", message);

    public static BigQueryFault NoDataset(string name) => new(404, "notFound", $"Not found: Dataset {LocalCloud.Project}:{name}");

    public static BigQueryFault NoTable(TableName name) => new(404, "notFound", $"Not found: Table {LocalCloud.Project}:{name}");

    public static BigQueryFault Exists(string what) => new(409, "duplicate", $"Already Exists: {what}");
}
