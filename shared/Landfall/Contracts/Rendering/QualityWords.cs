namespace Landfall.Contracts.Rendering;

/// <summary>What must hold when all rows of a file are in place, in words.</summary>
internal static class QualityWords
{
    /// <summary>A sentence as Markdown.</summary>
    public static string Of(QualityRule rule) => $"{Markdown.Text(rule.Name)}: {Measured(rule)} must be {Markdown.Text(rule.Expected)}; {(rule.IsError ? "else the file is refused" : "else the receipt says so")}";

    private static string Measured(QualityRule rule)
    {
        var columns = Words.And([.. rule.Columns.Select(column => Markdown.Code(column.Name.Name))]);
        var values = string.Join(", ", rule.Values.Select(Markdown.Code));
        return rule.Metric switch
        {
            QualityMetric.RowCount => "its rows",
            QualityMetric.NullValues => $"rows without {columns}",
            QualityMetric.MissingValues => values.Length == 0 ? $"rows without {columns}" : $"rows without {columns}, or where it is one of {values},",
            QualityMetric.InvalidValues => $"rows where {columns} is none of {values}",
            QualityMetric.DuplicateValues => $"rows that repeat {columns} of another",
            _ => Markdown.Code(rule.Query!),
        };
    }
}
