using Microsoft.Extensions.Logging;

namespace Landfall.Hosting;

/// <summary>Every line the host writes. None holds a message's payload, a cell's value or a token.</summary>
internal static partial class HostLog
{
    [LoggerMessage(1, LogLevel.Information, "{Function} listens on port {Port}")]
    public static partial void Listening(ILogger logger, string function, int port);

    [LoggerMessage(2, LogLevel.Information, "{Function} handled {EventType} {EventId} in {Seconds:0.000} s")]
    public static partial void Handled(ILogger logger, string function, string eventType, string eventId, double seconds);

    [LoggerMessage(3, LogLevel.Information, "{Function} acknowledged {EventType} {EventId} of {Source} without acting: only {Wanted} brings data")]
    public static partial void Ignored(ILogger logger, string function, string eventType, string eventId, string source, string wanted);

    [LoggerMessage(4, LogLevel.Warning, "{Function} was not called: {Reason}")]
    public static partial void Unreadable(ILogger logger, string function, string reason);

    [LoggerMessage(5, LogLevel.Warning, "{Function} was not called: {Reason}")]
    public static partial void Unauthorized(ILogger logger, string function, string reason);

    /// <param name="cause">What lies beneath; null when the reason says all: then a stack would only be in the way.</param>
    [LoggerMessage(6, LogLevel.Warning, "{Function} will be tried again with {Subject} (event {EventId}): {Reason} ({Hint})")]
    public static partial void Retry(ILogger logger, Exception? cause, string function, string subject, string eventId, string reason, string hint);

    [LoggerMessage(7, LogLevel.Warning, "{Function} was stopped in the middle of {EventType} {EventId} by {Cause}; it will be tried again")]
    public static partial void Stopped(ILogger logger, string function, string eventType, string eventId, string cause);

    [LoggerMessage(8, LogLevel.Error, "{Function} refused {EventType} {EventId} for good: {Reason} ({Hint})")]
    public static partial void Rejected(
        ILogger logger, Exception exception, string function, string eventType, string eventId, string reason, string hint);

    [LoggerMessage(9, LogLevel.Error, "{Function} failed with {EventType} {EventId}; it will be tried again")]
    public static partial void Failed(ILogger logger, Exception exception, string function, string eventType, string eventId);

    [LoggerMessage(10, LogLevel.Error, "{Function} failed to answer {Method} {Path}")]
    public static partial void RequestFailed(ILogger logger, Exception exception, string function, string method, string path);

    [LoggerMessage(11, LogLevel.Warning, "{Function} answered {Method} {Path} with {Status}: {Reason} ({Hint})")]
    public static partial void RequestRefused(
        ILogger logger, Exception exception, string function, string method, string path, int status, string reason, string hint);

    [LoggerMessage(12, LogLevel.Information, "Stopping: running events have {Seconds} s to finish")]
    public static partial void Draining(ILogger logger, double seconds);

    [LoggerMessage(13, LogLevel.Error, "The keys that tokens are checked with could not be fetched from {Source}")]
    public static partial void KeysUnavailable(ILogger logger, Exception exception, Uri source);

    [LoggerMessage(14, LogLevel.Information, "The contracts of {Where} have changed: {Count} are in use from now on")]
    public static partial void ContractsChanged(ILogger logger, string where, int count);

    /// <param name="cause">Null when the faults say all.</param>
    [LoggerMessage(15, LogLevel.Error, "The contracts of {Where} have changed and can not be used; those from before stay in use:\n{Faults}")]
    public static partial void ContractsRefused(ILogger logger, Exception? cause, string where, string faults);

    [LoggerMessage(16, LogLevel.Warning, "Whether the contracts of {Where} have changed can not be told: {Reason}; those from before stay in use")]
    public static partial void ContractsUnreachable(ILogger logger, string where, string reason);
}
