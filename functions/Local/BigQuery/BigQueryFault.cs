namespace Landfall.Local.BigQuery;

/// <summary>What BigQuery would answer with: status, reason, message.</summary>
internal sealed class BigQueryFault(int status, string reason, string message) : Exception(message)
{
    public int Status { get; } = status;

    public string Reason { get; } = reason;

    /// <summary>For what this BigQuery does not understand.</summary>
    public static BigQueryFault NotSupported(string what) => new(400, "invalidQuery", $"{what} is not supported by the local BigQuery");
}
