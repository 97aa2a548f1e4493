using Landfall.Contracts;

namespace Landfall.Reports;

/// <summary>What may be asked of a report.</summary>
/// <param name="Column">Name, type and rules: a value is read as a cell of such a column is.</param>
/// <param name="Default">What is asked where nothing is said, as a cell has it; null for NULL, unless the column is required.</param>
/// <param name="Example">A value that works, as a cell has it; null for none.</param>
public sealed record ReportParameter(Column Column, string? Default, string? Example)
{
    public string Name => Column.Name.Name;

    /// <summary>Whether it must be said.</summary>
    public bool Required => Column.Required && Default is null;
}
