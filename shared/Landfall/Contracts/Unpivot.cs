namespace Landfall.Contracts;

/// <summary>
/// A cross table read as one row a filled cell: <see cref="Row"/> is the label at its left, <see cref="Column"/> the label above, <see cref="Cell"/>
/// the cell itself. A blank cell yields nothing.
/// </summary>
/// <param name="Rows">The first of the labels at the left; the others stand below it.</param>
/// <param name="Columns">The first of the labels above; the others stand to its right.</param>
/// <param name="Cells">The first cell.</param>
public sealed record Unpivot(CellAddress Rows, CellAddress Columns, CellAddress Cells)
{
    /// <summary>The source of a property that takes the label at the left.</summary>
    public const string Row = "row";

    /// <summary>The source of a property that takes the label above.</summary>
    public const string Column = "column";

    /// <summary>The source of a property that takes the cell.</summary>
    public const string Cell = "cell";
}
