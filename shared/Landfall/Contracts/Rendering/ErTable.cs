namespace Landfall.Contracts.Rendering;

/// <summary>A box of a diagram.</summary>
/// <param name="Name">The table's name, with its schema where that is another than the diagram's.</param>
/// <param name="IsForeign">Whether it is of another schema.</param>
public sealed record ErTable(string Name, string? Description, IReadOnlyList<ErColumn> Columns, bool IsForeign);
