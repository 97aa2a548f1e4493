using System.Globalization;
using Landfall.Contracts;
using Landfall.Sinks;

namespace Landfall.Reconciling;

/// <summary>The rules on how many rows a source brings, and the numbers that a ledger entry has of them.</summary>
internal static class RowCounts
{
    /// <summary>The rules that a source has broken, as its landing or its refusal found; of a landing into one table also by its number of rows, whatever the rules were then.</summary>
    public static IEnumerable<(QualityRule Rule, Table Table, decimal Number)> Broken(LedgerEntry entry)
    {
        var tables = entry.Source.Contract.Tables;
        foreach (var (table, rule) in tables.SelectMany(table => table.Quality.Where(rule => rule.Metric == QualityMetric.RowCount).Select(rule => (table, rule))))
        {
            var number = entry.Outcome == Outcome.Landed && tables.Count == 1 ? entry.RowsLanded
                : entry.Outcome == Outcome.Landed ? Number(entry.Findings.FirstOrDefault(finding => finding.Table == $"{table}" && finding.Rule == rule.Name)?.Message, "")
                : Number(entry.Reason, $"{rule.Name} of {table} ");
            if (number is { } rows && !rule.Holds(rows)) yield return (rule, table, rows);
        }
    }

    /// <summary>Whether a number that breaks a rule is too large for it, rather than too small.</summary>
    public static bool IsLarge(QualityRule rule, decimal number) => rule.Operator switch
    {
        "mustBeLessThan" or "mustBeLessOrEqualTo" => true,
        "mustBeGreaterThan" or "mustBeGreaterOrEqualTo" => false,
        _ => number > rule.High,
    };

    /// <summary>The number in <c>… is 12; expected …</c>, as quality rules say what they found; null when it does not stand there.</summary>
    private static decimal? Number(string? text, string before)
    {
        if (text is null || text.IndexOf(before + "is ", StringComparison.Ordinal) is not (>= 0 and var at)) return null;
        var begin = at + before.Length + "is ".Length;
        var end = text.IndexOf(';', begin);
        return end > begin && decimal.TryParse(text.AsSpan(begin, end - begin), NumberStyles.Float, CultureInfo.InvariantCulture, out var number) ? number : null;
    }
}
