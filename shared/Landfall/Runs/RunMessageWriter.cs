using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;
using Landfall.Contracts;

namespace Landfall.Runs;

/// <summary>Writes what <see cref="RunMessageReader"/> reads.</summary>
internal static class RunMessageWriter
{
    private static readonly SearchValues<char> RunCharacters = SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._-");

    public static bool IsRun(string name) => name.Length is > 0 and <= 200 && !name.AsSpan().ContainsAnyExcept(RunCharacters);

    /// <summary>Whether so many pages, none of them empty, can have so many rows.</summary>
    public static bool Agree(int pages, long rows) => rows >= pages && rows <= (long)pages * Pages.MaxRows;

    public static ReadOnlyMemory<byte> Write(RunMessage message)
    {
        if (!Identifier.TryParse(message.Contract, out _) || !IsRun(message.Run) || message.Generation < 0) throw new ArgumentException("It names no run.", nameof(message));
        var buffer = new ArrayBufferWriter<byte>(4096);
        using (var json = new Utf8JsonWriter(buffer, new JsonWriterOptions { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping }))
        {
            json.WriteStartObject();
            json.WriteNumber("version", RunMessages.Version);
            json.WriteString("kind", message is PageMessage ? RunMessages.Page : RunMessages.Complete);
            json.WriteString("contract", message.Contract);
            json.WriteString("run", message.Run);
            json.WriteString("at", message.At.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.FFFFFFF'Z'"));
            json.WriteNumber("generation", message.Generation);
            switch (message)
            {
                case PageMessage page: Page(json, page); break;
                case CompleteMessage complete: Complete(json, complete); break;
                default: throw new ArgumentException($"There is no message of the kind {message.GetType().Name}.", nameof(message));
            }
            json.WriteEndObject();
        }
        return buffer.WrittenCount <= Pages.MaxBytes ? buffer.WrittenMemory : throw new ArgumentException($"It is longer than {Pages.MaxBytes} bytes.", nameof(message));
    }

    private static void Page(Utf8JsonWriter json, PageMessage message)
    {
        if (message.Page < 1 || message.Rows.Count is 0 or > Pages.MaxRows || message.Columns.Count is 0 or > Pages.MaxColumns)
            throw new ArgumentException($"A page has a number from 1, 1 to {Pages.MaxRows} rows and 1 to {Pages.MaxColumns} columns.", nameof(message));
        json.WriteNumber("page", message.Page);
        json.WriteStartArray("columns");
        foreach (var column in message.Columns) json.WriteStringValue(column);
        json.WriteEndArray();
        json.WriteStartArray("rows");
        foreach (var row in message.Rows) json.WriteRawValue(row.Span, skipInputValidation: true);
        json.WriteEndArray();
    }

    private static void Complete(Utf8JsonWriter json, CompleteMessage message)
    {
        if (!Agree(message.Pages, message.Rows)) throw new ArgumentException($"{message.Pages} pages can not have {message.Rows} rows.", nameof(message));
        json.WriteNumber("pages", message.Pages);
        json.WriteNumber("rows", message.Rows);
    }
}
