namespace Landfall.Contracts;

/// <summary>Which part of a workbook a table's rows are.</summary>
public sealed record Section
{
    /// <summary>The sheet's name; null for the first sheet.</summary>
    public string? Sheet { get; init; }

    /// <summary>The part of the sheet; null for all that is filled.</summary>
    public CellRange? Range { get; init; }

    /// <summary>Whether the first row of the range names the columns. Without it, the range's columns are the contract's, in order.</summary>
    public bool Header { get; init; } = true;

    /// <summary>Reads a cross table instead; null for none.</summary>
    public Unpivot? Unpivot { get; init; }
}
