using System.Globalization;
using Landfall.Contracts.Reading;

namespace Landfall.Contracts.Rendering;

/// <summary>What holds for a file as a whole, a sentence each, as Markdown.</summary>
internal static class FileRules
{
    public static IEnumerable<string> Of(Contract contract)
    {
        var paged = contract.Topic is not null;
        var (file, dropped) = paged ? ("run", "the run's `at`") : ("file", "the file was dropped");
        yield return $"A row that breaks a rule lies in quarantine with its {(paged ? "page and row" : "line")}, the column, the rule and the reason; {(contract.External is null ? "the other rows land, all together" : "in the table it stands all the same, if its values can be read as the columns' types, until a mended file takes the place of this one")}.";
        if (contract.External is not null) yield return "The same holds for a file that is refused: it is told with a receipt, and the table may show what it holds until it is dropped again or deleted.";
        yield return contract.MaxRejectedPercent >= 100
            ? $"A {file} without one good row is refused whole."
            : $"When more than {contract.MaxRejectedPercent.ToString(CultureInfo.InvariantCulture)} % of the rows break a rule, the {file} is refused whole; so is one without a good row.";
        if (contract.Feeds.Any(feed => Named(contract, feed)))
        {
            yield return contract.UnknownColumns == UnknownColumns.Refuse
                ? $"A column that is missing, or that no table below reads, refuses the {file}."
                : $"A column that is missing refuses the {file}; one that no table below reads is passed over.";
        }
        if (contract.Write is WriteMode.Replace or WriteMode.ReplacePartition)
            yield return contract.AllowEmpty ? $"A {file} without rows is taken at its word: nothing is left of what it replaces." : $"A {file} without rows is refused, because it would leave nothing of what it replaces.";
        if (contract.MaxChangePercent is { } most)
            yield return $"When a {file} would change or remove more than {most.ToString(CultureInfo.InvariantCulture)} % of the rows that stand in a table, it is refused whole.";
        if (Elsewhere(contract) is { Count: > 0 } parents)
            yield return $"A row that refers to one in {Spelling.Or([.. parents])} which has not landed yet waits for it, until {Words.Time(contract.WaitForParents)} after {dropped}; then it goes to quarantine.";
    }

    /// <summary>Whether the file itself names its columns.</summary>
    public static bool Named(Contract contract, Feed feed) => contract.Format.Type switch
    {
        FormatType.Csv => contract.Format.Header,
        FormatType.Xlsx => feed.Section is { Header: true, Unpivot: null },
        _ => true,
    };

    private static List<string> Elsewhere(Contract contract) =>
        [.. contract.Tables.SelectMany(table => table.Relationships).Where(parent => parent.ParentContract != contract.Id)
            .Select(parent => $"[`{parent.ParentSchema}.{parent.ParentTable}`]({parent.ParentContract}.md)").Distinct(StringComparer.Ordinal)];
}
