using Microsoft.Extensions.Logging;

namespace Landfall.Functions;

/// <summary>Every line that exporting writes.</summary>
internal static partial class ExportLog
{
    [LoggerMessage(1, LogLevel.Information, "Exported {Rows} customers, {Bytes} bytes, into {Object}")]
    public static partial void Exported(ILogger logger, string @object, long rows, long bytes);

    [LoggerMessage(2, LogLevel.Information, "{Object} is there: the customers are not exported again")]
    public static partial void IsThere(ILogger logger, string @object);

    [LoggerMessage(3, LogLevel.Information, "Published the run {Run}, {Rows} rows in {Pages} pages, to {Topic}")]
    public static partial void Published(ILogger logger, string run, long rows, int pages, string topic);
}
