using System.Globalization;

namespace Landfall.Contracts;

/// <summary>A cell of a sheet, as spreadsheets write it: <c>B12</c>. Rows and columns count from 1.</summary>
/// <param name="Row">1 to <see cref="MaxRow"/>.</param>
/// <param name="Column">1 to <see cref="MaxColumn"/>.</param>
public readonly record struct CellAddress(int Row, int Column)
{
    /// <summary>A sheet's rows (ECMA-376; Excel's specifications and limits).</summary>
    public const int MaxRow = 1_048_576;

    /// <summary>A sheet's columns: <c>XFD</c>.</summary>
    public const int MaxColumn = 16_384;

    public static bool TryParse(ReadOnlySpan<char> text, out CellAddress address)
    {
        var letters = text.IndexOfAnyExceptInRange('A', 'Z');
        address = default;
        if (letters <= 0 || !TryColumn(text[..letters], out var column)) return false;
        if (text[letters] == '0' || !int.TryParse(text[letters..], NumberStyles.None, CultureInfo.InvariantCulture, out var row) || row is < 1 or > MaxRow) return false;
        address = new(row, column);
        return true;
    }

    /// <summary>The number of a column's letters: <c>A</c> is 1, <c>XFD</c> is 16,384.</summary>
    public static bool TryColumn(ReadOnlySpan<char> letters, out int column)
    {
        column = 0;
        if (letters.Length is 0 or > 3) return false;
        foreach (var letter in letters)
        {
            if (letter is < 'A' or > 'Z') return false;
            column = (column * 26) + letter - 'A' + 1;
        }
        return column <= MaxColumn;
    }

    /// <summary>The letters of a column's number.</summary>
    public static string Letters(int column)
    {
        var letters = "";
        for (; column > 0; column = (column - 1) / 26) letters = (char)('A' + ((column - 1) % 26)) + letters;
        return letters;
    }

    public override string ToString() => Letters(Column) + Row.ToString(CultureInfo.InvariantCulture);
}
