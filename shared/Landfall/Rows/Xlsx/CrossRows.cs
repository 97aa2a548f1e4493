using Landfall.Contracts;

namespace Landfall.Rows.Xlsx;

/// <summary>A cross table as one row a filled cell: the label at its left, the label above, the cell.</summary>
internal sealed class CrossRows(Sheet sheet, Feed feed, ValueText values) : IRowReader
{
    private readonly Unpivot _cross = feed.Section!.Unpivot!;
    private readonly RowText _row = new(sheet, values);
    private readonly SheetRow _labels = new();

    /// <summary>Which column of the contract reads each wanted part of a cell.</summary>
    private readonly Column[] _readers = [.. feed.Wanted.Select(source => feed.Columns.First(c => c.Source == source))];

    /// <summary>The sheet's column of the current cell; 0 between two rows.</summary>
    private int _column;

    public long Line => sheet.Row;

    public long Position => ((long)sheet.Row * CellAddress.MaxColumn) + _column;

    public string? Place => sheet.Place(sheet.Row, _column);

    public int Count => _row.Count;

    public ReadOnlySpan<byte> Raw => _row.Raw;

    public Malformation? Malformed => _row.Malformed;

    public ReadOnlySpan<byte> Cell(int index) => _row[index];

    public ValueTask<IReadOnlyList<string>?> ReadHeaderAsync(CancellationToken cancellationToken) => ValueTask.FromResult<IReadOnlyList<string>?>(null);

    public ValueTask<bool> ReadAsync(CancellationToken cancellationToken)
    {
        _row.Clear();
        do
        {
            while (_column > 0 && ++_column <= sheet.Cells.Last)
            {
                if (sheet.Cells[_column].IsBlank) continue;
                Take();
                return ValueTask.FromResult(true);
            }
        }
        while (NextRow(cancellationToken));
        return ValueTask.FromResult(false);
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    private bool NextRow(CancellationToken cancellationToken)
    {
        _column = 0;
        while (sheet.Read(cancellationToken))
        {
            if (sheet.Row == _cross.Columns.Row) KeepLabels();
            if (sheet.Row < _cross.Cells.Row) continue;
            _column = _cross.Cells.Column - 1;
            return true;
        }
        return false;
    }

    /// <summary>The row's own text is gone with the row.</summary>
    private void KeepLabels()
    {
        for (var column = _cross.Columns.Column; column <= sheet.Cells.Last; column++)
        {
            var label = sheet.Cells[column];
            if (!label.IsBlank) _labels[column] = label with { Text = label.Text.ToArray() };
        }
    }

    private void Take()
    {
        var (row, column) = (new CellAddress(sheet.Row, _cross.Rows.Column), new CellAddress(_cross.Columns.Row, _column));
        for (var i = 0; i < _readers.Length; i++)
        {
            var (cell, at) = feed.Wanted[i] switch
            {
                Unpivot.Row => (sheet.Cells[row.Column], row),
                Unpivot.Column => (_labels[_column], column),
                _ => (sheet.Cells[_column], new CellAddress(sheet.Row, _column)),
            };
            _row.Add(cell, _readers[i], at);
        }
        // Whether or not a column of the contract reads the label: a cell that nobody can name is a slip.
        if (sheet.Cells[row.Column].IsBlank) _row.Malformed ??= Unlabelled(row);
        else if (_labels[_column].IsBlank) _row.Malformed ??= Unlabelled(column);
    }

    private Malformation Unlabelled(CellAddress label) =>
        new(null, "unpivot", $"the cell {sheet.Place(sheet.Row, _column)} is filled, and its label in {sheet.Place(label.Row, label.Column)} is blank");
}
