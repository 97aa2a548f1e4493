using System.Globalization;
using Landfall.Contracts;

namespace Landfall.Rows.Xlsx;

/// <summary>The rows of a sheet, one after another; memory holds one. Rows that have no cell are passed over.</summary>
internal sealed class Sheet : IDisposable
{
    private const int RowDepth = 2;

    private readonly PartReader _part;
    private readonly MergedCells _merged;
    private readonly SharedStrings _strings;
    private readonly Styles _styles;
    private readonly ByteBuffer _text = new(RowReaders.MaxRowBytes, "a row of the sheet");

    /// <summary>The row that the file has next; beyond all when there is none.</summary>
    private int _next;

    public Sheet(PartReader part, string name, MergedCells merged, SharedStrings strings, Styles styles)
    {
        (_part, Name, _merged, _strings, _styles) = (part, name, merged, strings, styles);
        var found = part.Root();
        do found = found && part.Child(0);
        while (found && part.Name != "sheetData");
        _next = found ? NextRow() : int.MaxValue;
    }

    public string Name { get; }

    /// <summary>From 1; 0 before the first.</summary>
    public int Row { get; private set; }

    public SheetRow Cells { get; } = new();

    /// <summary>How a person finds a cell: what Excel's name box takes.</summary>
    public string Place(int row, int column)
    {
        var plain = Name.Length > 0 && !char.IsDigit(Name[0]) && Name.All(c => char.IsLetterOrDigit(c) || c == '_');
        return $"{(plain ? Name : $"'{Package.Shown(Name).Replace("'", "''", StringComparison.Ordinal)}'")}!{new CellAddress(row, column)}";
    }

    public bool Read(CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        if (Row < _merged.CarriedTo && Row + 1 < _next)
        {
            // The file leaves out rows that only merged cells from above reach into.
            Clear();
            Row++;
        }
        else
        {
            if (_next == int.MaxValue) return false;
            Clear();
            Row = _next;
            ReadCells();
            _next = NextRow();
        }
        _merged.Apply(Row, Cells);
        return true;
    }

    public void Dispose() => _part.Dispose();

    private void Clear()
    {
        _text.Clear();
        Cells.Clear();
    }

    private int NextRow()
    {
        while (_part.Child(RowDepth - 1))
        {
            if (_part.Name != "row") continue;
            if (_part.Attribute("r") is not { } text) return Row < CellAddress.MaxRow ? Row + 1 : throw Broken($"has more than {CellAddress.MaxRow} rows");
            if (!int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var row) || row is < 1 or > CellAddress.MaxRow) throw Broken($"has a row behind row {Row} whose number is not one of 1 to {CellAddress.MaxRow}");
            return row > Row ? row : throw Broken($"has row {row} behind row {Row}");
        }
        return int.MaxValue;
    }

    private void ReadCells()
    {
        var last = 0;
        while (_part.Child(RowDepth))
        {
            if (_part.Name != "c") continue;
            var cell = new CellAddress(Row, last + 1);
            if (_part.Attribute("r") is { } reference && (!CellAddress.TryParse(reference, out cell) || cell.Row != Row)) throw Broken($"has a cell in row {Row} whose address is not one of that row, up to column XFD");
            if (cell.Column <= last) throw Broken($"has {cell} behind {new CellAddress(Row, last)}");
            if (cell.Column > CellAddress.MaxColumn) throw Broken($"has more cells in row {Row} than there are columns");
            last = cell.Column;
            var value = ReadCell(cell);
            if (!value.IsBlank) Cells[cell.Column] = value;
        }
    }

    private SheetValue ReadCell(CellAddress cell)
    {
        var type = _part.Attribute("t");
        var style = _part.Attribute("s");
        var start = _text.Length;
        var (values, lost, formula) = (0, false, false);
        while (_part.Child(RowDepth + 1))
        {
            var name = _part.Name;
            formula |= name == "f";
            if (name is not ("is" or "v")) continue;
            values++;
            if ((name == "is") != (type == "inlineStr")) lost = true;
            else if (name == "is") _part.RichText(_text);
            else if (type == "str") _part.Unescaped(_text);
            else _part.Text(_text);
        }
        // A value that is there, and would be read as none or as another.
        if (lost || values > 1 || (formula && values == 0)) return new(ValueKind.Lost, default, default);
        var text = _text.From(start);
        switch (type)
        {
            case "s":
                text = Trimmed(text);
                return text.IsEmpty ? default : Filled(ValueKind.Text, Shared(cell, text.Span));
            case "str" or "inlineStr":
                return Filled(ValueKind.Text, text);
            case "b":
                return Filled(ValueKind.Boolean, Trimmed(text));
            case "e":
                return new(ValueKind.Error, default, text);
            case "d":
                return Filled(ValueKind.IsoDate, Trimmed(text));
            default:
                var format = int.TryParse(style, NumberStyles.None, CultureInfo.InvariantCulture, out var index) ? _styles[index] : NumberFormat.General;
                return Filled(ValueKind.Number, Trimmed(text)) with { Format = format };
        }
    }

    private ReadOnlyMemory<byte> Shared(CellAddress cell, ReadOnlySpan<byte> text) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var index) && index < _strings.Count
            ? _strings[index]
            : throw Broken($"refers in {cell} to a text that the workbook does not have");

    private static SheetValue Filled(ValueKind kind, ReadOnlyMemory<byte> text) => text.IsEmpty ? default : new(kind, default, text);

    private static ReadOnlyMemory<byte> Trimmed(ReadOnlyMemory<byte> text) => text.Trim(" \t\r\n"u8);

    private RejectException Broken(string what) =>
        new($"the sheet '{Package.Shown(Name)}' {what}", "the workbook was made by a faulty program; open it in a spreadsheet and save it again", Row, rule: "xlsx");
}
