using Microsoft.Extensions.Logging;

namespace Landfall.Reconciling;

/// <summary>Every line that Reconcile writes. None holds a cell's value.</summary>
internal static partial class ReconcileLog
{
    /// <summary>An alert: what watches the log watches for this event.</summary>
    [LoggerMessage(100, LogLevel.Error, "ALERT {Kind} of {Contract}: {Detail}. Owner: {Owner} ({Support}). {Runbook}; {Command}", EventName = "Alert")]
    public static partial void Raised(this ILogger log, string kind, string contract, string detail, string owner, string support, string runbook, string command);

    [LoggerMessage(101, LogLevel.Information, "Cleared: {Kind} of {Contract}, which stood since {Since:u}", EventName = "AlertCleared")]
    public static partial void Cleared(this ILogger log, string kind, string contract, DateTimeOffset since);

    [LoggerMessage(102, LogLevel.Information, "{Objects} objects looked at in {Folders} folders: {Landed} had no outcome and have one now, {Failed} have none yet, {Unclaimed} that nobody claims have a receipt now")]
    public static partial void Looked(this ILogger log, long objects, int folders, int landed, int failed, int unclaimed);

    [LoggerMessage(103, LogLevel.Warning, "{Source} has no outcome yet: {Reason} ({Hint})")]
    public static partial void NotYet(this ILogger log, string source, string reason, string? hint);

    [LoggerMessage(104, LogLevel.Information, "Time is up at {Bucket}/{Name}; the next tick goes on there")]
    public static partial void GoesOn(this ILogger log, string bucket, string name);

    [LoggerMessage(105, LogLevel.Warning, "Reconcile could not look at {What}: {Reason} ({Hint})")]
    public static partial void NotDone(this ILogger log, string what, string reason, string? hint);

    [LoggerMessage(106, LogLevel.Error, "Reconcile failed with {What}")]
    public static partial void Failed(this ILogger log, Exception exception, string what);

    [LoggerMessage(107, LogLevel.Information, "Retention of {Contract}: deleted {Rows} rows of its tables and {Rejects} rejected rows")]
    public static partial void Expired(this ILogger log, string contract, long rows, long rejects);

    [LoggerMessage(108, LogLevel.Information, "Retention: deleted {Objects} objects of {Bucket}")]
    public static partial void Swept(this ILogger log, string bucket, int objects);

    [LoggerMessage(109, LogLevel.Information, "Retention: deleted {Rows} answers to requests")]
    public static partial void Forgotten(this ILogger log, long rows);
}
