using Landfall.Contracts;

namespace Landfall.Reports;

/// <summary>
/// A question to the tables in Postgres: one <c>.sql</c> file, read and checked. Immutable; made by <see cref="ReportReader"/>, which tells every fault of every file before any
/// report is used.
/// </summary>
public sealed record Report
{
    /// <summary>The file is <c>&lt;name&gt;.sql</c>, the route <c>/&lt;name&gt;</c>, and the published table has that name, too.</summary>
    public required Identifier Name { get; init; }

    /// <summary>For people.</summary>
    public required string Description { get; init; }

    /// <summary>What may be asked, in the order of the file.</summary>
    public required IReadOnlyList<ReportParameter> Parameters { get; init; }

    /// <summary>What a row of the answer has, in its order. Never empty.</summary>
    public required IReadOnlyList<ReportColumn> Columns { get; init; }

    /// <summary>How it is drawn, in the order of the file; empty for a table alone.</summary>
    public IReadOnlyList<ReportChart> Charts { get; init; } = [];

    /// <summary>The tables it reads. Never empty, and each once.</summary>
    public required IReadOnlyList<ReportTable> Tables { get; init; }

    /// <summary>The query as Postgres takes it: tables by their names, parameters as <c>$1</c>, <c>$2</c>…, which are <see cref="Parameters"/> in their order.</summary>
    public required string Sql { get; init; }

    /// <summary>The dataset of BigQuery's that it is published to; null for the deployment's.</summary>
    public Identifier? Dataset { get; init; }

    /// <summary>When it is published, in <see cref="TimeZone"/>; null for on request only.</summary>
    public CronExpression? Schedule { get; init; }

    /// <summary>Where the clock hangs that <see cref="Schedule"/> goes by.</summary>
    public TimeZoneInfo TimeZone { get; init; } = TimeZoneInfo.Utc;

    /// <summary>The scheduler's job that publishes it. No report's name has a hyphen.</summary>
    public string Job => $"{Name}-publish";

    public override string ToString() => Name.ToString();
}
