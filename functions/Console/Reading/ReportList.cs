using Landfall.Reports;

namespace Landfall.Web.Reading;

/// <summary>The reports that the caller may ask.</summary>
public sealed record ReportList(IReadOnlyList<Report> Reports);
