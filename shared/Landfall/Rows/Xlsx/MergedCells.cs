using System.Globalization;
using Landfall.Contracts;

namespace Landfall.Rows.Xlsx;

/// <summary>
/// The merged cells of a sheet, swept from row to row. They stand behind the cells in the file, so the sheet is read once for them alone, and is then known
/// to be whole.
/// </summary>
internal sealed class MergedCells
{
    private readonly List<MergedRange> _ranges = [];

    /// <summary>The ranges that have begun and not ended, with their values.</summary>
    private readonly List<(MergedRange Range, SheetValue Value)> _current = [];

    /// <summary>By column, the last row to which a range covers it.</summary>
    private readonly int[] _coveredTo = new int[CellAddress.MaxColumn + 1];
    private int _next;

    /// <summary>The last row to which a range that has begun carries a value.</summary>
    public int CarriedTo { get; private set; }

    public static MergedCells Read(PartReader part)
    {
        var merged = new MergedCells();
        var cells = 0L;
        for (part.Root(); part.Child(0);)
        {
            if (part.Name != "mergeCells") continue;
            while (part.Child(1))
            {
                var text = part.Attribute("ref");
                if (!MergedRange.TryParse(text, out var range))
                {
                    if (CellAddress.TryParse(text, out _)) continue;
                    throw new RejectException("the sheet has a merged range that is none", "open the workbook in a spreadsheet and save it again", rule: "xlsx");
                }
                merged._ranges.Add(range);
                cells += range.Cells;
                if (merged._ranges.Count > Limits.Merges || cells > Limits.MergedCells)
                    throw new RejectException(string.Create(CultureInfo.InvariantCulture, $"the sheet merges too much: more than {Limits.Merges} ranges, or {Limits.MergedCells} cells in all"), "undo the merging", rule: "xlsx");
            }
        }
        part.Finish();
        merged._ranges.Sort((a, b) => a.FromRow.CompareTo(b.FromRow));
        return merged;
    }

    /// <summary>Gives each merged cell of a row its value. Called row by row, in order; rows that have no cells may be left out.</summary>
    public void Apply(int row, SheetRow cells)
    {
        if (_ranges.Count == 0) return;
        for (; _next < _ranges.Count && _ranges[_next].FromRow <= row; _next++) Begin(_ranges[_next], row, cells);
        _current.RemoveAll(merged => merged.Range.ToRow < row);
        foreach (var (range, value) in _current)
        {
            for (var column = range.FromColumn; column <= range.ToColumn; column++) cells[column] = value;
        }
    }

    private void Begin(MergedRange range, int row, SheetRow cells)
    {
        // A range that began in a row without cells has no value.
        var value = range.FromRow == row ? cells[range.FromColumn] : default;
        for (var column = range.FromColumn; column <= range.ToColumn; column++)
        {
            if (_coveredTo[column] >= range.FromRow)
                throw new RejectException($"the merged ranges that meet in {new CellAddress(range.FromRow, column)} overlap", "open the workbook in a spreadsheet and merge these cells again", range.FromRow, rule: "xlsx");
            _coveredTo[column] = range.ToRow;
        }
        _current.Add((range, value with { Text = value.Text.ToArray() }));
        if (!value.IsBlank) CarriedTo = Math.Max(CarriedTo, range.ToRow);
    }
}
