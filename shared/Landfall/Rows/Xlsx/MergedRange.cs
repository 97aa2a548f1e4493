using Landfall.Contracts;

namespace Landfall.Rows.Xlsx;

/// <summary>Cells that are shown as one, with the value of the first. Its corners are within it.</summary>
internal readonly record struct MergedRange(int FromRow, int FromColumn, int ToRow, int ToColumn)
{
    public long Cells => (long)(ToRow - FromRow + 1) * (ToColumn - FromColumn + 1);

    public static bool TryParse(string? text, out MergedRange range)
    {
        range = default;
        var colon = text?.IndexOf(':', StringComparison.Ordinal) ?? -1;
        if (colon < 0 || !CellAddress.TryParse(text.AsSpan(0, colon), out var from) || !CellAddress.TryParse(text.AsSpan(colon + 1), out var to)) return false;
        range = new(from.Row, from.Column, to.Row, to.Column);
        return to.Row >= from.Row && to.Column >= from.Column;
    }
}
