using System.Text.Json;
using Landfall.Hosting;

namespace Landfall.Rest.Writing;

/// <summary>Finds the rows in a body, each as the bytes that it is, and looks at no more of them than where they end.</summary>
internal static class RowsBody
{
    /// <summary>Rows of one request.</summary>
    public const int MaxRows = 1000;

    /// <summary>A row's own 64 levels, the array, and the object around it; one more, so that it is the row that is refused.</summary>
    private static readonly JsonReaderOptions Options = new() { MaxDepth = 70 };

    /// <summary>The rows of one object, or of an array of 1 to 1,000.</summary>
    /// <param name="single">Whether it is one object.</param>
    /// <exception cref="ProblemException">400: it is neither.</exception>
    public static List<Range> Read(ReadOnlySpan<byte> body, out bool single)
    {
        var json = new Utf8JsonReader(body, Options);
        try
        {
            json.Read();
            single = json.TokenType == JsonTokenType.StartObject;
            var rows = single ? [Value(ref json)] : Array(ref json, "The body");
            End(ref json);
            return rows;
        }
        catch (JsonException e)
        {
            throw Broken(e);
        }
    }

    /// <summary>The one object.</summary>
    /// <exception cref="ProblemException">400: it is none.</exception>
    public static Range ReadOne(ReadOnlySpan<byte> body)
    {
        var rows = Read(body, out var single);
        return single ? rows[0] : throw ProblemException.Bad("The body is an array; one object is taken here", "send the row alone: its key is in the path");
    }

    /// <summary><c>{"table": "…", "data": […]}</c>, in any order.</summary>
    /// <exception cref="ProblemException">400: it is not.</exception>
    public static (string Table, List<Range> Rows) ReadBulk(ReadOnlySpan<byte> body)
    {
        var json = new Utf8JsonReader(body, Options);
        string? table = null;
        List<Range>? rows = null;
        try
        {
            json.Read();
            if (json.TokenType != JsonTokenType.StartObject) throw Envelope("it is no object");
            while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
            {
                var name = Text(ref json);
                json.Read();
                if (name == "table" && table is null && json.TokenType == JsonTokenType.String) table = Text(ref json);
                else if (name == "data" && rows is null) rows = Array(ref json, "data");
                else throw Envelope(name is "table" or "data" ? $"{name} is no text, or stands twice" : $"it has {ProblemException.Shown(name)}");
            }
            End(ref json);
        }
        catch (JsonException e)
        {
            throw Broken(e);
        }
        return (table ?? throw Envelope("it has no table"), rows ?? throw Envelope("it has no data"));
    }

    private static List<Range> Array(ref Utf8JsonReader json, string what)
    {
        if (json.TokenType != JsonTokenType.StartArray) throw ProblemException.Bad($"{what} is neither an array of rows nor a row", "a row is an object whose members are columns");
        var rows = new List<Range>();
        while (json.Read() && json.TokenType != JsonTokenType.EndArray)
        {
            var row = Value(ref json);
            if (rows.Count <= MaxRows) rows.Add(row);
        }
        return rows.Count switch
        {
            0 => throw ProblemException.Bad($"{what} holds no row; 1 to {MaxRows} are taken"),
            > MaxRows => throw ProblemException.Bad($"{what} holds more than {MaxRows} rows; 1 to {MaxRows} are taken", "send several requests, or a file to /upload"),
            _ => rows,
        };
    }

    /// <summary>To the end of the value at which the reader stands.</summary>
    private static Range Value(ref Utf8JsonReader json)
    {
        var start = (int)json.TokenStartIndex;
        json.Skip();
        return start..(int)json.BytesConsumed;
    }

    private static void End(ref Utf8JsonReader json)
    {
        // What stands behind the value is found by reading on.
        json.Read();
    }

    private static string Text(ref Utf8JsonReader json)
    {
        try
        {
            return json.GetString()!;
        }
        catch (InvalidOperationException)
        {
            throw ProblemException.Bad("The body has an escape (\\u…) for one half of a surrogate pair without the other");
        }
    }

    private static ProblemException Envelope(string found) => ProblemException.Bad($"The body must be {{\"table\": \"…\", \"data\": [rows]}}; {found}");

    private static ProblemException Broken(JsonException e) =>
        ProblemException.Bad($"The body is not valid JSON at line {(e.LineNumber ?? 0) + 1}, byte {(e.BytePositionInLine ?? 0) + 1}", "was it cut short? Rows are objects within an array, nested no deeper than 64 levels");
}
