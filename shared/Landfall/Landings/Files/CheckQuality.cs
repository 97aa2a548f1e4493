using Landfall.Contracts;
using Landfall.Sinks;

namespace Landfall.Landings.Files;

/// <summary>The metrics among the quality rules: they are about the rows that a file brings, and need no table.</summary>
internal static class CheckQuality
{
    /// <summary>Whether a rule can be looked at without a warehouse: not SQL, and values only as the texts that they are.</summary>
    public static bool Knows(QualityRule rule) => rule.Metric switch
    {
        null => false,
        QualityMetric.MissingValues or QualityMetric.InvalidValues => rule.Columns.All(column => column.Type == ColumnType.Text),
        _ => true,
    };

    /// <returns>What does not hold, and keeps nothing from landing.</returns>
    /// <exception cref="RejectException">A rule of severity error does not hold.</exception>
    public static IReadOnlyList<Finding> Run(Contract contract, RowRules rows)
    {
        var verdicts = new QualityVerdicts();
        foreach (var table in contract.Tables)
        {
            foreach (var rule in table.Quality.Where(Knows))
            {
                if (QualityVerdicts.Trouble(rule, Number(table, rule, rows)) is { } trouble) verdicts.Add(table, rule, trouble);
            }
        }
        verdicts.ThrowIfBroken();
        return verdicts.Findings;
    }

    private static decimal Number(Table table, QualityRule rule, RowRules rows)
    {
        var feed = rows.FeedOf(table);
        // Where no rule compares rows, none was kept, and none has fallen.
        var all = feed.Positions.Count == 0 ? feed.Rows : rows.RowsOf(table).LongCount();
        var count = rule.Metric == QualityMetric.RowCount ? all : Count(table, rule, rows, feed);
        if (!rule.IsPercent) return count;
        return all == 0 ? 0 : 100m * count / all;
    }

    private static long Count(Table table, QualityRule rule, RowRules rows, RowDigests feed)
    {
        var values = feed.Of(feed.Places(table, rule.Columns));
        var listed = rule.Values.Select(RowDigests.OfText).ToHashSet();
        if (rule.Metric != QualityMetric.DuplicateValues) return rows.RowsOf(table).LongCount(row => Counts(values[row]));

        var columns = rule.Columns.Select(column => feed.Of(feed.Places(table, [column]))).ToList();
        var seen = new HashSet<UInt128>();
        return rows.RowsOf(table).LongCount(row => columns.TrueForAll(column => column[row] != RowDigests.Nothing) && !seen.Add(values[row]));

        bool Counts(UInt128 value) => rule.Metric switch
        {
            QualityMetric.NullValues => value == RowDigests.Nothing,
            QualityMetric.MissingValues => value == RowDigests.Nothing || listed.Contains(value),
            _ => value != RowDigests.Nothing && !listed.Contains(value),
        };
    }
}
