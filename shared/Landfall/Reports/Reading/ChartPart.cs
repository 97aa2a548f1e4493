using Landfall.Contracts;
using Landfall.Contracts.Reading;

namespace Landfall.Reports.Reading;

/// <summary>The header's <c>charts</c>.</summary>
internal static class ChartPart
{
    private static readonly string[] Words = ["title", "by", "bars", "line"];

    public static IEnumerable<ReportChart> Read(YamlMap map, IReadOnlyList<ReportColumn> columns)
    {
        foreach (var chart in map.Maps("charts", "title"))
        {
            chart.Allow(Words);
            var title = chart.RequiredText("title");
            var by = chart.RequiredText("by") is { } name ? Find(chart, "by", name, columns) : null;
            var bars = chart.Texts("bars").Select(bar => Number(chart, "bars", bar, columns)).ToList();
            if (bars.Count == 0) chart.Fault("bars", "names no column", "Write bars: [ … ], columns that are numbers");
            var line = chart.Text("line") is { } across ? Number(chart, "line", across, columns) : null;
            if (title is not null && by is not null && bars.Count > 0 && bars.TrueForAll(bar => bar is not null)) yield return new(title, by, [.. bars.OfType<Column>()], line);
        }
    }

    private static Column? Number(YamlMap chart, string key, string name, IReadOnlyList<ReportColumn> columns)
    {
        if (Find(chart, key, name, columns) is not { } column) return null;
        if (column.Type is ColumnType.Int64 or ColumnType.Numeric or ColumnType.Double) return column;
        chart.Fault(key, $"is '{column}', which is no number", "A bar is as long as a number is large: name a column of logicalType integer or number");
        return null;
    }

    private static Column? Find(YamlMap chart, string key, string name, IReadOnlyList<ReportColumn> columns)
    {
        if (columns.FirstOrDefault(column => column.Column.Name.Name == name) is { } found) return found.Column;
        chart.Fault(key, $"is {Spelling.Shown(name)}, which is no column of the report", $"Its columns are {string.Join(", ", columns.Select(column => column.Column.Name))}");
        return null;
    }
}
