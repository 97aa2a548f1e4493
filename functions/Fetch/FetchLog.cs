using Microsoft.Extensions.Logging;

namespace Landfall.Functions;

/// <summary>Every line that fetching writes. Of a URL only the host: the rest may be a secret.</summary>
internal static partial class FetchLog
{
    [LoggerMessage(1, LogLevel.Information, "Fetched {Object}, {Bytes} bytes, from {Host}")]
    public static partial void Fetched(ILogger logger, string host, string @object, long bytes);

    [LoggerMessage(2, LogLevel.Information, "{Host} says that the file is still what {Object} is")]
    public static partial void NotModified(ILogger logger, string host, string @object);

    [LoggerMessage(3, LogLevel.Information, "The bytes from {Host} are those of {Object}: nothing is written")]
    public static partial void SameBytes(ILogger logger, string host, string @object);

    [LoggerMessage(4, LogLevel.Warning, "The download from {Host} begins again: {Reason}")]
    public static partial void BeginsAgain(ILogger logger, string host, string reason);
}
