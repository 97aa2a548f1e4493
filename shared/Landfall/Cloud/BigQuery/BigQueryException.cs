namespace Landfall.Cloud;

/// <summary>BigQuery refused a request, or a job failed.</summary>
/// <param name="reason">BigQuery's own word: <c>invalidQuery</c>, <c>notFound</c>, <c>quotaExceeded</c>… (https://cloud.google.com/bigquery/docs/error-messages).</param>
/// <param name="message">BigQuery's message, with what was asked of it and what to do. It may quote values.</param>
/// <param name="status">The HTTP status; 0 for a job's own error, or a row's.</param>
public sealed class BigQueryException(string reason, string message, int status) : Exception(message)
{
    public string Reason { get; } = reason;

    public int Status { get; } = status;

    /// <summary>The id of the job that failed; null for any other request.</summary>
    public string? Job { get; init; }

    /// <summary>Whether its message may quote values of rows, as in <c>Could not parse 'abc' as INT64</c>; those of other reasons name tables, permissions and quotas.</summary>
    internal bool QuotesValues => Reason is "invalid" or "invalidQuery" or "stopped";

    /// <summary>
    /// Whether the same may succeed within seconds. Here it did not, after a few attempts. False for <c>quotaExceeded</c>, which passes in ten minutes or
    /// more, and for what is wrong with the request itself.
    /// </summary>
    public bool IsPassing => BigQueryReasons.IsPassing(Reason, Status);
}
