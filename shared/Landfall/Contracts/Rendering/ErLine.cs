namespace Landfall.Contracts.Rendering;

/// <summary>A relationship between two boxes.</summary>
/// <param name="Optional">Whether a row of the child may do without a parent.</param>
/// <param name="One">Whether a parent has at most one row of the child.</param>
public sealed record ErLine(ErTable Parent, string ParentColumn, ErTable Child, string ChildColumn, bool Optional, bool One);
