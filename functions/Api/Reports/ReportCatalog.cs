using Landfall.Reports;
using Landfall.Rest.Tables;

namespace Landfall.Rest.Reports;

/// <summary>The reports that are served.</summary>
internal sealed class ReportCatalog(ReportSet reports, TableCatalog tables)
{
    /// <summary>By name.</summary>
    public IReadOnlyList<ApiReport> All { get; } = [.. reports.All.Select(report => new ApiReport(report, tables))];
}
