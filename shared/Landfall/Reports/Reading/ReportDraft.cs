using Landfall.Contracts;

namespace Landfall.Reports.Reading;

/// <summary>A report as far as it could be read: what is null has its fault in the log.</summary>
internal sealed class ReportDraft
{
    public Identifier? Name { get; set; }

    public string? Description { get; set; }

    public IReadOnlyList<ReportParameter> Parameters { get; set; } = [];

    public IReadOnlyList<ReportColumn> Columns { get; set; } = [];

    public IReadOnlyList<ReportChart> Charts { get; set; } = [];

    public IReadOnlyList<ReportTable> Tables { get; set; } = [];

    public string? Sql { get; set; }

    public Identifier? Dataset { get; set; }

    public CronExpression? Schedule { get; set; }

    public TimeZoneInfo TimeZone { get; set; } = TimeZoneInfo.Utc;

    /// <summary>The report; only when the log is empty.</summary>
    public Report Build() => new()
    {
        Name = Name!.Value,
        Description = Description!,
        Parameters = Parameters,
        Columns = Columns,
        Charts = Charts,
        Tables = Tables,
        Sql = Sql!,
        Dataset = Dataset,
        Schedule = Schedule,
        TimeZone = TimeZone,
    };
}
