using System.Globalization;
using Landfall.Contracts;
using Landfall.Reports;

namespace Landfall.Web.Drawing;

/// <summary>Bars from left to right, one below the other.</summary>
/// <param name="Title">Above them.</param>
/// <param name="Parts">What the parts of a bar are called; one for bars of one part.</param>
/// <param name="Line">What a line across all of them says, and where it is; null for none.</param>
public sealed record BarChart(string Title, IReadOnlyList<string> Parts, IReadOnlyList<Bar> Bars, (string Label, decimal Value)? Line)
{
    /// <summary>How wide it is, in its own units.</summary>
    public const int Width = 1000;

    /// <summary>Bars drawn; the table has the others. And the largest number that has a length of its own.</summary>
    private const int MostBars = 200, Largest = 1_000_000_000;

    /// <summary>The length of the longest bar, or where the line is.</summary>
    public decimal Longest => Math.Max(1, Math.Max(Bars.Select(bar => bar.Total).DefaultIfEmpty().Max(), Line?.Value ?? 0));

    /// <summary>A number's length in the chart's units.</summary>
    public string Length(decimal value) => Math.Round(Math.Max(0, value) / Longest * Width, 2).ToString(CultureInfo.InvariantCulture);

    /// <summary>What a report's rows are, drawn as its header says: rows with the same label are added up, and bars stand in the order in which their labels come first.</summary>
    public static BarChart Of(ReportChart chart, Report report, IReadOnlyList<string?[]> rows)
    {
        var by = Place(report, chart.By);
        var numbers = chart.Bars.Select(bar => Place(report, bar)).ToList();
        var bars = rows.GroupBy(row => row[by] ?? "").Take(MostBars).Select(group => new Bar(group.Key, [.. numbers.Select(number => group.Sum(row => Number(row[number])))])).ToList();
        var line = chart.Line is { } across && rows is [var first, ..] ? (across.Name.Name, Number(first[Place(report, across)])) : ((string, decimal)?)null;
        return new(chart.Title, [.. chart.Bars.Select(bar => bar.Name.Name)], bars, line);
    }

    private static int Place(Report report, Column column) => report.Columns.Index().First(one => one.Item.Column == column).Index;

    /// <summary>What is no number has no length; what is beyond 10^18 is as long as that, so that sums are numbers, too.</summary>
    private static decimal Number(string? text) => decimal.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) ? Math.Clamp(number, -(decimal)Largest * Largest, (decimal)Largest * Largest) : 0;
}
