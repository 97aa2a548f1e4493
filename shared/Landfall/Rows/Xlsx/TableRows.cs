using System.Text;
using Landfall.Contracts;

namespace Landfall.Rows.Xlsx;

/// <summary>A sheet, or a range of it, whose rows are rows.</summary>
internal sealed class TableRows : IRowReader
{
    private readonly Sheet _sheet;
    private readonly Feed _feed;
    private readonly CellRange _range;
    private readonly bool _header;
    private readonly ValueText _values;
    private readonly RowText _row;

    /// <summary>Where the cells stand, and which column of the contract reads each; null for none.</summary>
    private readonly List<(int Column, Column? Reader)> _cells = [];

    /// <summary>By column of the sheet, whether it is one of the cells.</summary>
    private readonly bool[] _read = new bool[CellAddress.MaxColumn + 1];

    public TableRows(Sheet sheet, Feed feed, ValueText values)
    {
        var section = feed.Section ?? new();
        (_sheet, _feed, _values, _row) = (sheet, feed, values, new(sheet, values));
        _header = section.Header;
        _range = section.Range ?? new(new(1, 1), CellAddress.MaxColumn, null);
        var width = _range.ToColumn - _range.From.Column + 1;
        if (!_header && section.Range is not null && width != feed.Wanted.Count)
            throw new RejectException($"the range {_range} has {width} columns, and the contract reads {feed.Wanted.Count}", $"let the contract's range be as wide as its columns are many: {string.Join(",", feed.Wanted)}", rule: "range");
    }

    public long Line => _sheet.Row;

    public string? Place => _sheet.Place(_sheet.Row, _cells.Count > 0 ? _cells[0].Column : _range.From.Column);

    public int Count => _row.Count;

    public ReadOnlySpan<byte> Raw => _row.Raw;

    public Malformation? Malformed => _row.Malformed;

    public ReadOnlySpan<byte> Cell(int index) => _row[index];

    public ValueTask<IReadOnlyList<string>?> ReadHeaderAsync(CancellationToken cancellationToken)
    {
        if (!_header)
        {
            for (var i = 0; i < _feed.Wanted.Count; i++) Take(_range.From.Column + i, _feed.Wanted[i]);
            return ValueTask.FromResult<IReadOnlyList<string>?>(null);
        }
        if (!Next(cancellationToken)) throw new RejectException($"the sheet '{Package.Shown(_sheet.Name)}' is empty from {_range.From} on, where its header should be", "look whether the contract names the right sheet and range", rule: "header");
        var names = new List<string>();
        var text = new ByteBuffer(RowReaders.MaxRowBytes, "the sheet's header");
        for (var column = _range.From.Column; column <= Math.Min(_range.ToColumn, _sheet.Cells.Last); column++)
        {
            var cell = _sheet.Cells[column];
            if (cell.Kind == ValueKind.Error) throw new RejectException($"the header's cell {_sheet.Place(_sheet.Row, column)} holds an error instead of a name", "mend its formula", _sheet.Row, rule: "header");
            text.Clear();
            _values.Write(cell, null, text);
            var name = Encoding.UTF8.GetString(text[..]).Trim();
            if (name.Length == 0) continue;
            names.Add(name);
            Take(column, name);
        }
        return ValueTask.FromResult<IReadOnlyList<string>?>(names);
    }

    public ValueTask<bool> ReadAsync(CancellationToken cancellationToken)
    {
        _row.Clear();
        if (!Next(cancellationToken)) return ValueTask.FromResult(false);
        foreach (var (column, reader) in _cells) _row.Add(_sheet.Cells[column], reader, new(_sheet.Row, column));
        for (var column = _range.From.Column; column <= Math.Min(_range.ToColumn, _sheet.Cells.Last); column++)
        {
            if (_read[column] || _sheet.Cells[column].IsBlank) continue;
            _row.Malformed ??= new(null, "columns", _header
                ? $"the cell {_sheet.Place(_sheet.Row, column)} is filled, and its column has no name in the header"
                : $"the cell {_sheet.Place(_sheet.Row, column)} is filled, and the contract reads only {_feed.Wanted.Count} columns");
        }
        return ValueTask.FromResult(true);
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    private void Take(int column, string name)
    {
        if (column > CellAddress.MaxColumn) throw new RejectException($"the contract reads {_feed.Wanted.Count} columns, more than the sheet has", rule: "range");
        _cells.Add((column, _feed.Columns.FirstOrDefault(c => c.Source == name)));
        _read[column] = true;
    }

    /// <summary>Moves to the next row that has anything in the range.</summary>
    private bool Next(CancellationToken cancellationToken)
    {
        while (_sheet.Read(cancellationToken))
        {
            if (_sheet.Row < _range.From.Row) continue;
            if (_sheet.Row > _range.ToRow) return false;
            for (var column = _range.From.Column; column <= Math.Min(_range.ToColumn, _sheet.Cells.Last); column++)
            {
                if (!_sheet.Cells[column].IsBlank) return true;
            }
        }
        return false;
    }
}
