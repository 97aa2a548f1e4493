using Landfall.Cloud;
using Landfall.Reports;

namespace Landfall.Functions;

/// <summary>A report that stands in BigQuery.</summary>
/// <param name="Report">Which.</param>
/// <param name="Parameters">What was asked of it, by name.</param>
/// <param name="Table"><c>project.dataset.table</c></param>
/// <param name="Job">The load job that has put it there.</param>
public sealed record Publication(Report Report, IReadOnlyDictionary<string, string> Parameters, string Table, LoadedJob Job);
