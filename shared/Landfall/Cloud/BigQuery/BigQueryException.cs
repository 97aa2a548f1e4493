namespace Landfall.Cloud;

/// <summary>BigQuery refused a request, or a job failed.</summary>
/// <param name="reason">BigQuery's own word: <c>invalidQuery</c>, <c>notFound</c>, <c>quotaExceeded</c>… (https://cloud.google.com/bigquery/docs/error-messages).</param>
/// <param name="message">BigQuery's message, with what was asked of it. It may quote values.</param>
/// <param name="status">The HTTP status; 0 for a job's own error.</param>
public sealed class BigQueryException(string reason, string message, int status) : Exception(message)
{
    public string Reason { get; } = reason;

    public int Status { get; } = status;

    /// <summary>The job's id; null where there was none.</summary>
    public string? Job { get; init; }

    public bool IsPassing => Reason is "backendError";
}
