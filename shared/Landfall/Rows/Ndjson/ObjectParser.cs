using System.Text;
using System.Text.Json;
using Landfall.Contracts;

namespace Landfall.Rows.Ndjson;

/// <summary>The thorough way through a line: takes any object, and says what is wrong with a line.</summary>
internal sealed class ObjectParser(JsonMembers members, JsonCells cells, Feed feed, UnknownColumns unknown)
{
    /// <summary>Levels of objects and arrays, the line's own object among them.</summary>
    public const int MaxDepth = 64;

    /// <summary>Bytes of a member's name.</summary>
    private const int MaxName = 1000;

    private const string Unfinished = "the line ends before its object does; NDJSON has one whole object a line, and no line break within it";

    /// <summary>The row's names that are not known.</summary>
    private readonly HashSet<string> _others = new(StringComparer.Ordinal);

    /// <param name="line">Valid UTF-8.</param>
    public Malformation? Parse(ReadOnlySpan<byte> line)
    {
        // What most broken lines are is found without the reader, which throws.
        var body = line.Trim(" \t\r"u8);
        if (!body.StartsWith((byte)'{')) return Broken($"the line is {Kind(body)}; NDJSON has one object a line");
        if (!body.EndsWith((byte)'}')) return Broken(Unfinished);

        members.Begin();
        cells.Begin();
        _others.Clear();
        var json = new Utf8JsonReader(line, new JsonReaderOptions { MaxDepth = MaxDepth });
        try
        {
            json.Read();
            return Members(ref json, line);
        }
        catch (JsonException e)
        {
            var at = (int)e.BytePositionInLine!.Value;
            if (at >= line.Length) return Broken(Unfinished);
            return Broken(json.CurrentDepth >= MaxDepth - 1 && line[at] is (byte)'[' or (byte)'{' ? $"the line is nested deeper than {MaxDepth} levels" : $"the line is not valid JSON at its byte {at + 1}");
        }
        catch (InvalidOperationException)
        {
            return Broken("the line has an escape (\\u…) for one half of a surrogate pair without the other");
        }
    }

    private Malformation? Members(ref Utf8JsonReader json, ReadOnlySpan<byte> line)
    {
        // That the line is JSON comes first: what is wrong with a member is told only of an object that is one.
        Malformation? fault = null;
        var count = 0;
        while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
        {
            if (++count > RowReaders.MaxColumns) return Broken($"the line has more than {RowReaders.MaxColumns} members");
            if (json.ValueSpan.Length > MaxName) return Broken($"the name of a member is longer than {MaxName} bytes");
            var name = json.ValueIsEscaped ? Encoding.UTF8.GetBytes(json.GetString()!) : json.ValueSpan;
            var member = members.Find(name);
            var number = member?.Number ?? int.MaxValue;
            if (member is not null ? !members.TryMark(member) : !_others.Add(Encoding.UTF8.GetString(name))) fault ??= Broken("a member stands twice in the line");
            if (!cells.Wants(number) && unknown == UnknownColumns.Refuse)
            {
                var shown = RowBinder.Shown(Encoding.UTF8.GetString(name));
                fault ??= new(shown, "columns", $"member '{shown}' is not in the contract");
            }
            json.Read();
            var kind = json.TokenType;
            if (!JsonValue.TryTake(ref json, cells, number, line.Length, 0)) fault ??= Nested(feed.Wanted[number], kind);
        }
        json.Read();
        return fault;
    }

    private static Malformation Broken(string reason) => new(null, "ndjson", reason);

    private Malformation Nested(string source, JsonTokenType found)
    {
        var column = feed.Columns.First(c => c.Source == source && c.Type != ColumnType.Json);
        var wanted = column.Type switch
        {
            ColumnType.Text => "text",
            ColumnType.Int64 or ColumnType.Numeric or ColumnType.Double => "a number",
            ColumnType.Boolean => "true or false",
            ColumnType.Date => "a date",
            ColumnType.Time => "a time",
            _ => "a timestamp",
        };
        return new(column.Name.Name, "logicalType", $"{column.Name} must be {wanted}, and is {(found == JsonTokenType.StartObject ? "an object" : "an array")}");
    }

    private static string Kind(ReadOnlySpan<byte> body) => body switch
    {
        [(byte)'[', ..] => "an array",
        [(byte)'"', ..] => "a text",
        [(byte)'-' or (>= (byte)'0' and <= (byte)'9'), ..] => "a number",
        _ => "no JSON object",
    };
}
