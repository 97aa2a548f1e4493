using Landfall.Contracts;

namespace Landfall.Reports;

/// <summary>How a report's answer is drawn: a bar for each value of a column, of one number or of several beside each other in it.</summary>
/// <param name="Title">For people.</param>
/// <param name="By">Whose values have a bar each; rows that have the same are added up.</param>
/// <param name="Bars">The numbers, in the order in which they stand in the bar. Never empty.</param>
/// <param name="Line">A number that is the same in all rows, drawn as a line across the bars; null for none.</param>
public sealed record ReportChart(string Title, Column By, IReadOnlyList<Column> Bars, Column? Line);
