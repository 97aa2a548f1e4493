using Landfall.Contracts;

namespace Landfall.Rows.Ndjson;

/// <summary>Where the cells of the current row are: in its line, or, when they had escapes, in a buffer of their own.</summary>
internal sealed class JsonCells(Feed feed)
{
    /// <summary>Start and length; a start in <see cref="_unescaped"/> is kept as its complement.</summary>
    private readonly (int Start, int Length)[] _cells = new (int, int)[feed.Wanted.Count];

    // A name that columns of other types read, too, is no JSON: its text would be wrong for them.
    private readonly bool[] _json = [.. feed.Wanted.Select(name => feed.Columns.Where(c => c.Source == name).All(c => c.Type == ColumnType.Json))];

    private byte[] _unescaped = [];
    private int _used;

    public int Count => _cells.Length;

    public bool Wants(int member) => member < _cells.Length;

    public bool IsJson(int member) => _json[member];

    public void Begin()
    {
        Array.Clear(_cells);
        _used = 0;
    }

    public void Set(int member, int start, int length) => _cells[member] = (start, length);

    /// <summary>Room for a string of the line without its escapes, which make no string longer: there is always enough for all of them.</summary>
    public Span<byte> Room(int line)
    {
        if (_unescaped.Length < line) _unescaped = new byte[Math.Max(line, 256)];
        return _unescaped.AsSpan(_used);
    }

    /// <summary>What was put in the <see cref="Room"/> is the cell.</summary>
    public void Keep(int member, int length)
    {
        _cells[member] = (~_used, length);
        _used += length;
    }

    public ReadOnlySpan<byte> Get(int member, ReadOnlySpan<byte> line)
    {
        var (start, length) = _cells[member];
        return start >= 0 ? line.Slice(start, length) : _unescaped.AsSpan(~start, length);
    }
}
