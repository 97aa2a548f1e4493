using System.Text.Unicode;
using Landfall.Contracts;
using Landfall.Rows.Ndjson;

namespace Landfall.Rows;

/// <summary>
/// One JSON object (RFC 8259) a line. A cell is the text of the member of that name: strings without their escapes, numbers and truths as they are
/// written, the whole value of a <see cref="ColumnType.Json"/> column; null, like a member that is not there, is empty. A line that is no such object
/// comes with <see cref="Malformed"/> set.
/// </summary>
public sealed class NdjsonRowReader : IRowReader
{
    private readonly LineReader _lines;
    private readonly JsonCells _cells;
    private readonly FlatObjectParser _flat;
    private readonly ObjectParser _any;
    private bool _first = true;

    /// <param name="stream">UTF-8; disposed with the reader.</param>
    /// <param name="feed">The members that are wanted, and which of them as JSON.</param>
    /// <param name="unknown">What to do with a member that nothing reads.</param>
    public NdjsonRowReader(Stream stream, Feed feed, UnknownColumns unknown)
    {
        _lines = new LineReader(stream, RowReaders.MaxRowBytes);
        var members = new JsonMembers(feed.Wanted, learns: unknown == UnknownColumns.Discard);
        _cells = new JsonCells(feed);
        _flat = new FlatObjectParser(members, _cells);
        _any = new ObjectParser(members, _cells, feed, unknown);
    }

    public long Line => _lines.Number;

    public int Count => _cells.Count;

    public ReadOnlySpan<byte> Raw => _lines.Current;

    public Malformation? Malformed { get; private set; }

    public ReadOnlySpan<byte> Cell(int index) => _cells.Get(index, _lines.Current);

    public ValueTask<IReadOnlyList<string>?> ReadHeaderAsync(CancellationToken cancellationToken) => ValueTask.FromResult<IReadOnlyList<string>?>(null);

    public ValueTask<bool> ReadAsync(CancellationToken cancellationToken) => TryRead() ? ValueTask.FromResult(true) : ReadMoreAsync(cancellationToken);

    public ValueTask DisposeAsync() => _lines.DisposeAsync();

    private async ValueTask<bool> ReadMoreAsync(CancellationToken cancellationToken)
    {
        while (await _lines.FillAsync(cancellationToken).ConfigureAwait(false))
        {
            if (TryRead()) return true;
        }
        return false;
    }

    private bool TryRead()
    {
        while (_lines.TryNext())
        {
            var line = _lines.Current;
            if (Blank(line)) continue;
            if (_first && line.TrimStart(" \t"u8)[0] == '[')
                throw new RejectException("the file is one JSON array; NDJSON has an object a line, without brackets around them or commas between", "write one object a line", _lines.Number, rule: "ndjson");
            _first = false;
            Malformed = !Utf8.IsValid(line) ? new(null, "ndjson", "the line holds bytes that are not UTF-8; save the file as UTF-8, or say in the contract's format what its encoding is")
                : _flat.TryParse(line) ? null
                : _any.Parse(line);
            return true;
        }
        return false;
    }

    private static bool Blank(ReadOnlySpan<byte> line) => line.IsEmpty || (line[0] != '{' && line.Trim(" \t\r"u8).IsEmpty);
}
