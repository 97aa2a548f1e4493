using Landfall.Contracts;

namespace Landfall.Reports;

/// <summary>A column of a report's answer.</summary>
/// <param name="Column">Name, type and words. Of its rules only <see cref="Column.Required"/> is kept: never NULL.</param>
/// <param name="Example">A value, as a cell would have it; null for none.</param>
public sealed record ReportColumn(Column Column, string? Example);
