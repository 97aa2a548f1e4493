namespace Landfall.Reports;

/// <summary>The reports in use, without a fault in any of them. Made by <see cref="ReportReader"/> alone.</summary>
public sealed class ReportSet
{
    private readonly Dictionary<string, Report> _byName;

    internal ReportSet(IReadOnlyList<Report> reports) => (All, _byName) = (reports, reports.ToDictionary(report => report.Name.Name));

    /// <summary>By name; perhaps none.</summary>
    public IReadOnlyList<Report> All { get; }

    /// <returns>Null when there is none of the name.</returns>
    public Report? Find(string name) => _byName.GetValueOrDefault(name);
}
