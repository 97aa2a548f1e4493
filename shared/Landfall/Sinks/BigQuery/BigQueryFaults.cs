using Landfall.Cloud;

namespace Landfall.Sinks.BigQuery;

/// <summary>
/// Which verdict an answer of BigQuery's is, by its reason. Rows were checked before they were sent, so none of them is a file's fault.
/// </summary>
internal static class BigQueryFaults
{
    /// <summary>The verdict; null for what is no answer of BigQuery's.</summary>
    public static LandingException? Classify(Exception exception) => exception switch
    {
        BigQueryException { Reason: "quotaExceeded" } e => new RetryException(e.Message, "a quota of the project is used up: wait, or raise it (https://cloud.google.com/bigquery/quotas)"),
        // The job has its message.
        BigQueryException { QuotesValues: true } e => new RetryException($"BigQuery refuses what Landfall asks ({e.Reason}{(e.Job is null ? "" : $", job {e.Job}")})", "look at the job in BigQuery"),
        BigQueryException e => new RetryException(e.Message),
        TooLargeToStreamException e => new RetryException(e.Message),
        _ => null,
    };

    /// <summary>Whether something that was made at the start is gone, and must be made again.</summary>
    public static bool IsMissing(Exception exception) => exception is BigQueryException { Reason: "notFound" };

    /// <summary>Whether another commit came first: the transaction was cancelled, or found the ledger moved, or has failed for a passing reason.</summary>
    public static bool IsOvertaken(BigQueryException e) =>
        e.IsPassing || e.Message.Contains(CommitScript.Moved, StringComparison.Ordinal)
        // What BigQuery says of a transaction that met another has no reason of its own (https://cloud.google.com/bigquery/docs/transactions#transaction_concurrency).
        || (e.Reason is "invalidQuery" && e.Message.Contains("aborted due to concurrent update", StringComparison.Ordinal));

    /// <summary>Whether BigQuery will not do what it is asked, however often: of several sources one, or their number, may be the reason.</summary>
    public static bool IsRefused(BigQueryException e) => e.Reason is "invalid" or "invalidQuery" or "resourcesExceeded" && !IsOvertaken(e) && !IsIncomplete(e);

    /// <summary>Whether a commit did not see all rows that were staged for it.</summary>
    public static bool IsIncomplete(BigQueryException e) => e.Message.Contains(CommitScript.Incomplete, StringComparison.Ordinal);
}
