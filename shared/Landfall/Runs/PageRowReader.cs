using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;
using Landfall.Contracts;
using Landfall.Rows;

namespace Landfall.Runs;

/// <summary>
/// The rows of a page as cells: strings without their escapes, all else as it is written; null is empty. What is no array of cells comes with
/// <see cref="Malformed"/> set. A row's line is its position in the run.
/// </summary>
internal sealed class PageRowReader : IRowReader
{
    private static readonly JsonWriterOptions Plain = new() { SkipValidation = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private readonly PageMessage _page;
    private readonly bool[] _json;

    /// <summary>Where each cell stands in the row, and, if it had escapes, in <see cref="_unescaped"/> as a complement.</summary>
    private readonly List<(Range Raw, int Start, int Length)> _cells = [];

    private byte[] _unescaped = [];
    private int _used;
    private int _index = -1;

    /// <param name="page">The page.</param>
    /// <param name="feed">Says which columns are JSON: their cells are taken as they are written.</param>
    public PageRowReader(PageMessage page, Feed feed)
    {
        _page = page;
        _json = [.. page.Columns.Select(name => feed.Columns.Where(c => c.Source == name.Trim()).Select(c => c.Type == ColumnType.Json).DefaultIfEmpty().All(json => json))];
    }

    public long Line => Pages.Line(_page.Page, _index);

    public string Place => Pages.Place(Line);

    public int Count => _cells.Count;

    /// <summary>With the columns' names, if it has as many cells.</summary>
    public ReadOnlySpan<byte> Raw => Malformed is null && Count == _page.Columns.Count ? Named() : Row;

    public Malformation? Malformed { get; private set; }

    private ReadOnlySpan<byte> Row => _page.Rows[_index].Span;

    public ValueTask<IReadOnlyList<string>?> ReadHeaderAsync(CancellationToken cancellationToken) => ValueTask.FromResult<IReadOnlyList<string>?>(_page.Columns);

    public ValueTask<bool> ReadAsync(CancellationToken cancellationToken)
    {
        if (++_index >= _page.Rows.Count) return ValueTask.FromResult(false);
        _cells.Clear();
        _used = 0;
        try
        {
            Malformed = Parse() ? null : new(null, "row", "the row is no JSON array of cells");
        }
        catch (InvalidOperationException)
        {
            Malformed = new(null, "row", "a text of the row has half of a surrogate pair");
        }
        return ValueTask.FromResult(true);
    }

    public ReadOnlySpan<byte> Cell(int index)
    {
        var (_, start, length) = _cells[index];
        return start >= 0 ? Row.Slice(start, length) : _unescaped.AsSpan(~start, length);
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    private bool Parse()
    {
        var json = new Utf8JsonReader(Row);
        json.Read();
        if (json.TokenType != JsonTokenType.StartArray) return false;
        while (json.Read() && json.TokenType != JsonTokenType.EndArray)
        {
            var (start, kind) = ((int)json.TokenStartIndex, json.TokenType);
            var text = kind == JsonTokenType.String && (json.ValueSpan.IsEmpty || !(_cells.Count < _json.Length && _json[_cells.Count]));
            if (text && json.ValueIsEscaped)
            {
                // No string is longer without its escapes.
                if (_unescaped.Length < Row.Length) _unescaped = new byte[Row.Length];
                var length = json.CopyString(_unescaped.AsSpan(_used));
                _cells.Add((start..(int)json.BytesConsumed, ~_used, length));
                _used += length;
                continue;
            }
            json.Skip();
            var end = (int)json.BytesConsumed;
            _cells.Add(text ? (start..end, start + 1, end - start - 2) : (start..end, start, kind == JsonTokenType.Null ? 0 : end - start));
        }
        return true;
    }

    private ReadOnlySpan<byte> Named()
    {
        var buffer = new ArrayBufferWriter<byte>(Row.Length * 2);
        using (var json = new Utf8JsonWriter(buffer, Plain))
        {
            json.WriteStartObject();
            foreach (var ((raw, _, _), name) in _cells.Zip(_page.Columns))
            {
                json.WritePropertyName(name);
                json.WriteRawValue(Row[raw], skipInputValidation: true);
            }
            json.WriteEndObject();
        }
        return buffer.WrittenSpan;
    }
}
