using System.Text.Json;
using System.Text.Unicode;
using Landfall.Events;

namespace Landfall.Runs;

/// <summary>
/// Reads a message strictly: what nobody knows, what stands twice and what is of the wrong type is refused, so that a message is taken as it was meant or not at
/// all. It stops at the first row or column too many.
/// </summary>
internal static class RunMessageReader
{
    public static RunMessage Read(ReadOnlyMemory<byte> data)
    {
        if (data.Length > Pages.MaxBytes) throw Bad($"is longer than {Pages.MaxBytes} bytes, the most that can be pushed; send fewer rows a page");
        if (!Utf8.IsValid(data.Span)) throw Bad("holds bytes that are not UTF-8");
        try
        {
            return ReadMembers(data).ToMessage();
        }
        catch (JsonException e)
        {
            throw new BadEventException($"The run message is not valid JSON, or nested too deeply (line {e.LineNumber + 1}, byte {e.BytePositionInLine + 1}); expected one JSON object.", inner: e);
        }
        catch (InvalidOperationException e)
        {
            // Half of a surrogate pair is told when a text is asked for.
            throw new BadEventException("The run message has a name or a text with half of a surrogate pair; expected Unicode text.", inner: e);
        }
    }

    public static BadEventException Bad(string what) => new($"The run message {what}.");

    private static RunMessageDraft ReadMembers(ReadOnlyMemory<byte> data)
    {
        var json = new Utf8JsonReader(data.Span);
        json.Read();
        if (json.TokenType != JsonTokenType.StartObject) throw Bad("is no JSON object");
        var draft = new RunMessageDraft();
        while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
        {
            var name = Name(ref json);
            draft.Mark(name);
            json.Read();
            switch (name)
            {
                case "version": draft.Version = Number(ref json, name, long.MinValue, long.MaxValue); break;
                case "kind": draft.Kind = Text(ref json, name); break;
                case "contract": draft.Contract = Text(ref json, name); break;
                case "run": draft.Run = Text(ref json, name); break;
                case "at": draft.At = Time(ref json, name); break;
                case "generation": draft.Generation = Number(ref json, name, 0, long.MaxValue); break;
                case "page": draft.Page = (int)Number(ref json, name, 1, int.MaxValue); break;
                case "pages": draft.Pages = (int)Number(ref json, name, 0, int.MaxValue); break;
                case "columns": draft.Columns = Columns(ref json); break;
                case "rows" when json.TokenType == JsonTokenType.StartArray: draft.Rows = Rows(ref json, data); break;
                default: draft.RowCount = Number(ref json, name, 0, long.MaxValue); break;
            }
        }
        // Behind the object there is nothing: only at the end does the reader look.
        json.Read();
        return draft;
    }

    /// <summary>The name of a member that is known.</summary>
    private static string Name(ref Utf8JsonReader json)
    {
        foreach (var name in RunMessageDraft.Members)
        {
            if (json.ValueTextEquals(name)) return name;
        }
        throw Bad($"has a member that version {RunMessages.Version} does not know; expected {string.Join(", ", RunMessageDraft.Members)}");
    }

    private static string Text(ref Utf8JsonReader json, string name) =>
        json.TokenType == JsonTokenType.String ? json.GetString()! : throw Wrong(name, "a string");

    private static long Number(ref Utf8JsonReader json, string name, long least, long most) =>
        json.TokenType == JsonTokenType.Number && json.TryGetInt64(out var number) && number >= least && number <= most
            ? number
            : throw Wrong(name, name == "rows" ? "an array of rows in a page, and in 'complete' their number" : $"a whole number from {least} to {most}");

    private static DateTimeOffset Time(ref Utf8JsonReader json, string name) =>
        Rfc3339.TryParse(Text(ref json, name), out var time) ? time.ToUniversalTime() : throw Wrong(name, "an RFC 3339 timestamp, such as 2024-01-05T06:00:00Z");

    private static List<string> Columns(ref Utf8JsonReader json)
    {
        const string Expected = "an array of the columns' names";
        if (json.TokenType != JsonTokenType.StartArray) throw Wrong("columns", Expected);
        var columns = new List<string>();
        while (json.Read() && json.TokenType != JsonTokenType.EndArray)
        {
            if (columns.Count == Pages.MaxColumns) throw Wrong("columns", $"at most {Pages.MaxColumns} names");
            columns.Add(json.TokenType == JsonTokenType.String ? json.GetString()! : throw Wrong("columns", Expected));
        }
        return columns;
    }

    private static List<ReadOnlyMemory<byte>> Rows(ref Utf8JsonReader json, ReadOnlyMemory<byte> data)
    {
        var rows = new List<ReadOnlyMemory<byte>>(Pages.MaxRows);
        while (json.Read() && json.TokenType != JsonTokenType.EndArray)
        {
            if (rows.Count == Pages.MaxRows) throw Wrong("rows", $"at most {Pages.MaxRows} rows a page");
            var start = (int)json.TokenStartIndex;
            json.Skip();
            rows.Add(data[start..(int)json.BytesConsumed]);
        }
        return rows;
    }

    private static BadEventException Wrong(string name, string expected) => Bad($"has a '{name}' that can not be read; expected {expected}");
}
