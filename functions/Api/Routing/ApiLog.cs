using Microsoft.Extensions.Logging;

namespace Landfall.Rest.Routing;

/// <summary>Every line the API writes. None holds a query, a value or a token.</summary>
internal static partial class ApiLog
{
    [LoggerMessage(1, LogLevel.Warning, "{Method} {Path} was answered {Status}: {Reason}")]
    public static partial void Failed(ILogger logger, Exception? cause, string method, string path, int status, string reason);

    [LoggerMessage(2, LogLevel.Warning, "{Method} {Path} was refused with {Status}: {Reason}")]
    public static partial void Refused(ILogger logger, string method, string path, int status, string reason);
}
