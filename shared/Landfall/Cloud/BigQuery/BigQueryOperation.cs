namespace Landfall.Cloud;

/// <summary>What is asked of BigQuery, for the message when it is refused.</summary>
/// <param name="Doing">In words: <c>creating table d.t</c>.</param>
/// <param name="Permission">What the account needs for it.</param>
internal readonly record struct BigQueryOperation(string Doing, string Permission)
{
    /// <param name="job">The job that failed, if it was one.</param>
    public BigQueryException Refused(string reason, string? message, int status, string? job = null)
    {
        var hint = BigQueryReasons.Hint(reason, Permission);
        return new BigQueryException(
            reason,
            $"BigQuery {(status == 0 ? "failed" : "answered")} {Doing} with {(status == 0 ? "" : $"{status} ")}{reason}"
            + (string.IsNullOrEmpty(message) ? "" : $": {message}") + (hint is null ? "" : $" — {hint}"),
            status) { Job = job };
    }
}
