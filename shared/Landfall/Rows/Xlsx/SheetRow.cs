namespace Landfall.Rows.Xlsx;

/// <summary>The cells of one row, by column from 1; what was never set is blank.</summary>
internal sealed class SheetRow
{
    private SheetValue[] _cells = new SheetValue[64];

    /// <summary>The last column that was set.</summary>
    public int Last { get; private set; }

    public SheetValue this[int column]
    {
        get => column <= Last ? _cells[column] : default;
        set
        {
            if (column >= _cells.Length) Array.Resize(ref _cells, Math.Max(column + 1, _cells.Length * 2));
            _cells[column] = value;
            Last = Math.Max(Last, column);
        }
    }

    public void Clear()
    {
        Array.Clear(_cells, 0, Last + 1);
        Last = 0;
    }
}
