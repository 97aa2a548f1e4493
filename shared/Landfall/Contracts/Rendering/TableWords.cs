using System.Text;

namespace Landfall.Contracts.Rendering;

/// <summary>A table, its columns with all their rules, and the tables it refers to.</summary>
internal static class TableWords
{
    public static string Of(Table table, Contract contract)
    {
        var words = new StringBuilder();
        if (table.Description is not null) words.Append($"{Markdown.Text(table.Description)}\n\n");
        if (table.IsExternal) words.Append($"It is an external table: BigQuery reads {Markdown.Code($"gs://{contract.Object!.Wildcard}")} whenever it is asked, and takes whatever has such a name.\n\n");
        words.Append(Markdown.Table(["column", "type", "must", "rules", "read from", "classification", "description"], table.Columns.Select(column => Row(column, table, contract))));
        if (table.Relationships.Count > 0) words.Append('\n');
        foreach (var parent in table.Relationships)
        {
            var name = $"`{parent.ParentSchema}.{parent.ParentTable}`";
            words.Append($"* `{parent.Column}` is the `{parent.ParentColumn}` of a row in {(parent.ParentContract == contract.Id ? name : $"[{name}]({parent.ParentContract}.md)")}\n");
        }
        if (table.Uplift is { } uplift) words.Append($"\n* `{uplift.Name}` may have been raised by an uplift: what it was raised to stays as long as {(contract.Topic is null ? "files show" : "runs show")} what it was raised from\n");
        if (table.Quality.Count > 0) words.Append("\nWhen all rows are in place, and before they are visible:\n\n");
        foreach (var rule in table.Quality) words.Append($"* {QualityWords.Of(rule)}\n");
        return words.ToString();
    }

    private static string[] Row(Column column, Table table, Contract contract) =>
    [
        Markdown.Code(column.Name.Name),
        TypeName.Of(column, contract.Sink),
        Must(column, table),
        RuleWords.Of(column),
        Source(column, table, contract),
        Markdown.Text(column.Classification),
        Markdown.Text(column.Description),
    ];

    private static string Must(Column column, Table table)
    {
        var must = new List<string>();
        var place = table.Key.ToList().IndexOf(column);
        if (place >= 0) must.Add(table.Key.Count == 1 ? "key" : $"key ({place + 1} of {table.Key.Count})");
        else if (column.Required) must.Add("required");
        if (column.Unique) must.Add("unique");
        if (table.Partition == column) must.Add("partition");
        return string.Join(", ", must);
    }

    private static string Source(Column column, Table table, Contract contract)
    {
        if (column.Source == Column.DateSource) return "the date in the name";
        if (table.Section is { Unpivot: not null }) return column.Source switch { Unpivot.Row => "the label at the left", Unpivot.Column => "the label above", _ => "the cell" };
        var feed = contract.Feeds.First(feed => feed.Tables.Contains(table));
        if (FileRules.Named(contract, feed)) return Markdown.Code(column.Source);
        return $"field {feed.Wanted.Index().First(wanted => wanted.Item == column.Source).Index + 1}";
    }
}
