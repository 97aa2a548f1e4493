using Microsoft.Extensions.Logging;

namespace Landfall.Landings;

/// <summary>What a landing says while it goes on. Never a cell's value.</summary>
internal static partial class LandingLog
{
    [LoggerMessage(1, LogLevel.Information, "{Source} {Outcome}: {RowsLanded} rows landed, {RowsRejected} rejected of {RowsRead} in {Milliseconds} ms ({Contract})")]
    public static partial void Landed(this ILogger log, string source, string outcome, string contract, long rowsRead, long rowsLanded, long rowsRejected, long milliseconds);

    /// <param name="contract">Null when none claims the source. Alerts go by this field.</param>
    [LoggerMessage(2, LogLevel.Warning, "{Source} {Outcome}: {Reason} ({Hint}; contract {Contract})")]
    public static partial void NotLanded(this ILogger log, string source, string outcome, string? contract, string? reason, string? hint);

    [LoggerMessage(3, LogLevel.Information, "{Source} had landed already; nothing to do")]
    public static partial void AlreadyLanded(this ILogger log, string source);

    [LoggerMessage(4, LogLevel.Information, "{Source}: {RowsRead} rows read, {RowsRejected} rejected so far")]
    public static partial void Progress(this ILogger log, string source, long rowsRead, long rowsRejected);

    [LoggerMessage(6, LogLevel.Information, "{RunEvent}")]
    public static partial void Lineage(this ILogger log, string runEvent);

    [LoggerMessage(7, LogLevel.Warning, "The lineage of {Source} is not told: {Reason}")]
    public static partial void LineageLost(this ILogger log, string source, string reason);

    [LoggerMessage(8, LogLevel.Information, "{Source} of {Bytes} bytes takes longer than an event has: a job lands it, since {Since} ({Contract})")]
    public static partial void HandedOver(this ILogger log, string source, long bytes, DateTimeOffset since, string contract);

    [LoggerMessage(5, LogLevel.Error, "{Source} vanished from its bucket before it could be read, and no newer version is there")]
    public static partial void Vanished(this ILogger log, string source);
}
