using System.Buffers;
using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Microsoft.Extensions.Logging;

namespace Landfall.Hosting;

/// <summary>
/// One line a log entry: JSON in the shape Cloud Logging reads from standard output
/// (https://cloud.google.com/logging/docs/structured-logging), or a short text for a person at a terminal.
/// </summary>
/// <param name="output">Where lines go; written to and flushed under a lock, so that lines stay whole.</param>
/// <param name="json">Which of the two.</param>
/// <param name="project">The project that a trace's full name begins with; null leaves the bare trace id.</param>
/// <param name="time">The clock of the lines.</param>
internal sealed class LogProvider(Stream output, bool json, string? project, TimeProvider time) : ILoggerProvider
{
    /// <summary>No browser reads these lines: an apostrophe may stay one.</summary>
    private static readonly JsonWriterOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private readonly ConcurrentDictionary<string, ILogger> _loggers = new();
    private readonly Lock _lock = new();
    private readonly bool _json = json;

    public ILogger CreateLogger(string categoryName) => _loggers.GetOrAdd(categoryName, name => new Logger(this, name));

    public void Dispose() => output.Flush();

    private void Write(ReadOnlySpan<byte> line)
    {
        lock (_lock)
        {
            output.Write(line);
            output.Flush();
        }
    }

    private void Json(IBufferWriter<byte> line, string category, LogLevel level, string message, object? state, Exception? exception)
    {
        using var writer = new Utf8JsonWriter(line, Options);
        writer.WriteStartObject();
        writer.WriteString("severity", Severity(level));
        writer.WriteString("time", time.GetUtcNow().UtcDateTime);
        writer.WriteString("message", message);
        writer.WriteString("logger", category);
        if (Activity.Current is { } activity)
        {
            var trace = activity.TraceId.ToHexString();
            writer.WriteString("logging.googleapis.com/trace", project is null ? trace : $"projects/{project}/traces/{trace}");
            writer.WriteString("logging.googleapis.com/spanId", activity.SpanId.ToHexString());
            writer.WriteBoolean("logging.googleapis.com/trace_sampled", activity.Recorded);
        }
        if (state is IReadOnlyList<KeyValuePair<string, object?>> fields)
        {
            foreach (var (name, value) in fields)
            {
                if (name != "{OriginalFormat}") Field(writer, FieldName(name), value);
            }
        }
        // Error Reporting groups by this member before any other.
        if (exception is not null) writer.WriteString("stack_trace", ExceptionText.Of(exception));
        writer.WriteEndObject();
    }

    private static void Field(Utf8JsonWriter writer, string name, object? value)
    {
        switch (value)
        {
            case null: writer.WriteNull(name); break;
            case bool flag: writer.WriteBoolean(name, flag); break;
            case int number: writer.WriteNumber(name, number); break;
            case long number: writer.WriteNumber(name, number); break;
            case double number when double.IsFinite(number): writer.WriteNumber(name, number); break;
            case DateTimeOffset moment: writer.WriteString(name, moment); break;
            case IFormattable formattable: writer.WriteString(name, formattable.ToString(null, CultureInfo.InvariantCulture)); break;
            default: writer.WriteString(name, value.ToString()); break;
        }
    }

    /// <summary>In camel case, as Cloud Logging's queries are written, and never one of the members above.</summary>
    private static string FieldName(string name)
    {
        var camel = JsonNamingPolicy.CamelCase.ConvertName(name);
        return camel is "severity" or "time" or "message" or "logger" or "stack_trace" ? camel + "_" : camel;
    }

    private void Text(IBufferWriter<byte> line, LogLevel level, string message, Exception? exception)
    {
        var text = $"{time.GetLocalNow():HH:mm:ss} {Severity(level),-8} {message.ReplaceLineEndings(" ")}";
        // A stack trace only for what nobody foresaw: the two verdicts say all in their message.
        if (exception is not null and not LandingException) text += $"{Environment.NewLine}{ExceptionText.Of(exception)}";
        Encoding.UTF8.GetBytes(text, line);
    }

    private static string Severity(LogLevel level) => level switch
    {
        LogLevel.Trace or LogLevel.Debug => "DEBUG",
        LogLevel.Information => "INFO",
        LogLevel.Warning => "WARNING",
        LogLevel.Error => "ERROR",
        LogLevel.Critical => "CRITICAL",
        _ => "DEFAULT",
    };

    private sealed class Logger(LogProvider provider, string category) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state) where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => logLevel != LogLevel.None;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            var line = new ArrayBufferWriter<byte>(512);
            var message = formatter(state, exception);
            if (provider._json)
                provider.Json(line, category, logLevel, message, state, exception);
            else
                provider.Text(line, logLevel, message, exception);
            line.Write("\n"u8);
            provider.Write(line.WrittenSpan);
        }
    }
}
