using Landfall.Contracts;

namespace Landfall.Rows.Xlsx;

/// <summary>The cells of one row as text, and the first thing that is wrong with them.</summary>
internal sealed class RowText(Sheet sheet, ValueText values)
{
    /// <summary>Characters of a cell (Excel specifications and limits); of up to four bytes each.</summary>
    private const int MaxCellCharacters = 32_767;

    private const int MaxCellBytes = MaxCellCharacters * 4;

    private readonly ByteBuffer _text = new(RowReaders.MaxRowBytes, "a row of the sheet");
    private readonly ByteBuffer _raw = new(RowReaders.MaxRowBytes * 3, "a row of the sheet");
    private readonly List<int> _ends = [];
    private long _total;

    public int Count => _ends.Count;

    public Malformation? Malformed { get; set; }

    public ReadOnlySpan<byte> this[int index] => index >= _ends.Count ? default : _text[(index == 0 ? 0 : _ends[index - 1]).._ends[index]];

    /// <summary>As CSV.</summary>
    public ReadOnlySpan<byte> Raw
    {
        get
        {
            _raw.Clear();
            for (var i = 0; i < Count; i++)
            {
                if (i > 0) _raw.Append((byte)',');
                AppendQuoted(this[i]);
            }
            return _raw[..];
        }
    }

    public void Clear()
    {
        _text.Clear();
        _ends.Clear();
        Malformed = null;
    }

    /// <param name="column">Which column reads the cell; null for none.</param>
    /// <param name="at">Where it stands.</param>
    public void Add(SheetValue cell, Column? column, CellAddress at)
    {
        var start = _text.Length;
        values.Write(cell, column, _text);
        _ends.Add(_text.Length);
        if ((_total += _text.Length - start) > Limits.Text) throw new RejectException($"the sheet's cells repeat their texts to more than {Limits.Text >> 30} GiB", "drop it as CSV", sheet.Row, rule: "xlsx");
        if (cell.Kind == ValueKind.Error && column is not null)
            Malformed ??= new(column.Name.Name, "xlsx", $"the cell {sheet.Place(at.Row, at.Column)} holds an error ({ErrorCode.Shown(cell)}) instead of a value; mend its formula");
        if (cell.Kind == ValueKind.Lost && column is not null)
            Malformed ??= new(column.Name.Name, "xlsx", $"the cell {sheet.Place(at.Row, at.Column)} holds a formula that was never calculated, or a value where none belongs; open the workbook in a spreadsheet and save it again");
        // Excel's own limit of a cell, in characters: a merge would repeat what is longer over and over.
        if (_text.Length - start > MaxCellBytes && column is not null)
            Malformed ??= new(column.Name.Name, "xlsx", $"the cell {sheet.Place(at.Row, at.Column)} is longer than the {MaxCellCharacters} characters that a cell may have");
    }

    private void AppendQuoted(ReadOnlySpan<byte> cell)
    {
        if (!cell.ContainsAny(",\"\r\n"u8))
        {
            _raw.Append(cell);
            return;
        }
        _raw.Append((byte)'"');
        foreach (var b in cell)
        {
            if (b == '"') _raw.Append((byte)'"');
            _raw.Append(b);
        }
        _raw.Append((byte)'"');
    }
}
