using System.Globalization;

namespace Landfall.Contracts;

/// <summary>A rectangle of a sheet: <c>A5:C20</c>; <c>A5:C</c> goes on to the last row, <c>A:C</c> from the first to the last.</summary>
/// <param name="From">Its first cell.</param>
/// <param name="ToColumn">Its last column.</param>
/// <param name="ToRow">Its last row; null for the sheet's last.</param>
public sealed record CellRange(CellAddress From, int ToColumn, int? ToRow)
{
    public static bool TryParse(string text, out CellRange range)
    {
        range = null!;
        var parts = text.Split(':');
        if (parts.Length != 2 || !TryEnd(parts[0], out var fromColumn, out var fromRow) || !TryEnd(parts[1], out var toColumn, out var toRow)) return false;
        if (toColumn < fromColumn || toRow < (fromRow ?? 1)) return false;
        range = new(new(fromRow ?? 1, fromColumn), toColumn, toRow);
        return true;
    }

    private static bool TryEnd(string text, out int column, out int? row)
    {
        row = null;
        if (CellAddress.TryColumn(text, out column)) return true;
        if (!CellAddress.TryParse(text, out var cell)) return false;
        (column, row) = (cell.Column, cell.Row);
        return true;
    }

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{From}:{CellAddress.Letters(ToColumn)}{ToRow}");
}
