using Microsoft.Extensions.Logging;

namespace Landfall.Backups;

/// <summary>What backups and restores say. Never a cell's value.</summary>
internal static partial class BackupLog
{
    [LoggerMessage(1, LogLevel.Information, "{Table} backed up: {Rows} rows, {Bytes} bytes in {Milliseconds} ms ({Backup})")]
    public static partial void BackedUp(this ILogger log, string table, long rows, long bytes, long milliseconds, string backup);

    [LoggerMessage(2, LogLevel.Error, "{Table} could not be backed up: {Reason} ({Hint})")]
    public static partial void NotBackedUp(this ILogger log, string table, string reason, string? hint);

    [LoggerMessage(3, LogLevel.Warning, "{Table} restored: {Rows} rows of {Backup} in the place of {Removed}; {Reverted} landings are to be delivered again")]
    public static partial void Restored(this ILogger log, string table, long rows, string backup, long removed, long reverted);

    [LoggerMessage(4, LogLevel.Warning, "{Table} not restored from {Backup}: {Reason} ({Hint})")]
    public static partial void NotRestored(this ILogger log, string table, string backup, string reason, string? hint);

    [LoggerMessage(5, LogLevel.Information, "{Deleted} backups older than {Days} days deleted")]
    public static partial void Pruned(this ILogger log, int deleted, int days);
}
