using System.Text;
using System.Text.Json;
using Landfall.Contracts;
using Landfall.Rows;
using Landfall.Rows.Ndjson;

namespace Landfall.Rest.Writing.Rows;

/// <summary>
/// The rows of a body, read as NDJSON's lines are: a cell is the text of the member of that name. What a row is called by is its index, from 0.
/// </summary>
internal sealed class JsonRowReader : IRowReader
{
    private readonly ReadOnlyMemory<byte> _body;
    private readonly IReadOnlyList<Range> _rows;
    private readonly JsonCells _cells;
    private readonly FlatObjectParser _flat;
    private readonly ObjectParser _any;
    private int _row = -1;

    /// <param name="body">Valid JSON in UTF-8.</param>
    /// <param name="rows">Where in it the rows are.</param>
    /// <param name="feed">The members that are wanted, and which of them as JSON.</param>
    /// <param name="unknown">What to do with a member that nothing reads.</param>
    public JsonRowReader(ReadOnlyMemory<byte> body, IReadOnlyList<Range> rows, Feed feed, UnknownColumns unknown)
    {
        (_body, _rows) = (body, rows);
        var members = new JsonMembers(feed.Wanted, learns: unknown == UnknownColumns.Discard);
        _cells = new JsonCells(feed);
        _flat = new FlatObjectParser(members, _cells);
        _any = new ObjectParser(members, _cells, feed, unknown);
    }

    public long Line => _row;

    public int Count => _cells.Count;

    public ReadOnlySpan<byte> Raw => _body.Span[_rows[_row]];

    public Malformation? Malformed { get; private set; }

    public ReadOnlySpan<byte> Cell(int index) => _cells.Get(index, Raw);

    public ValueTask<IReadOnlyList<string>?> ReadHeaderAsync(CancellationToken cancellationToken) => ValueTask.FromResult<IReadOnlyList<string>?>(null);

    public ValueTask<bool> ReadAsync(CancellationToken cancellationToken) => ValueTask.FromResult(Read());

    /// <summary>Moves to the next row; false at the end.</summary>
    public bool Read()
    {
        if (++_row >= _rows.Count) return false;
        var row = Raw;
        Malformed = row[0] != '{' ? new(null, "json", $"the row is {Kind(row[0])}; a row is an object whose members are columns")
            : _flat.TryParse(row) ? null
            : Told(_any.Parse(row));
        return true;
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    /// <summary>The names of a row's members.</summary>
    /// <param name="row">Valid JSON, an object.</param>
    public static HashSet<string> Names(ReadOnlySpan<byte> row)
    {
        var json = new Utf8JsonReader(row, new JsonReaderOptions { MaxDepth = 70 });
        var names = new HashSet<string>();
        json.Read();
        while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
        {
            names.Add(Name(json));
            json.Read();
            json.Skip();
        }
        return names;
    }

    private static string Name(in Utf8JsonReader json)
    {
        if (!json.ValueIsEscaped) return Encoding.UTF8.GetString(json.ValueSpan);
        try
        {
            return json.GetString()!;
        }
        catch (InvalidOperationException)
        {
            // Half of a surrogate pair: no column is called so, and the binder says so.
            return Encoding.UTF8.GetString(json.ValueSpan);
        }
    }

    /// <summary>Here a row is no line.</summary>
    private static Malformation? Told(Malformation? malformed) => malformed is { Rule: "ndjson" } told
        ? told with { Rule = "json", Reason = told.Reason.Replace("the line", "the row", StringComparison.Ordinal) }
        : malformed;

    private static string Kind(byte first) => first switch
    {
        (byte)'[' => "an array",
        (byte)'"' => "a text",
        (byte)'n' => "null",
        (byte)'t' or (byte)'f' => "a truth value",
        _ => "a number",
    };
}
