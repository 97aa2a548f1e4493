namespace Landfall.Contracts.Rendering;

/// <summary>What a view shows.</summary>
internal static class ViewWords
{
    public static string Of(View view, Contract contract)
    {
        var readers = contract.Roles.Where(role => role.Of.Contains(view.ToString())).Select(role => Markdown.Text(role.Name)).ToList();
        return $"{Shown(view)}{(readers.Count == 0 ? "" : $"\nIt is there for {Words.And(readers)}.\n")}";
    }

    private static string Shown(View view)
    {
        var description = view.Description is null ? "" : $"{Markdown.Text(view.Description)}\n\n";
        if (view.Query is { } query) return $"{description}It shows what this query finds:\n\n{Indented(query)}";
        var of = Markdown.Code(view.Of!.ToString());
        var rows = view.Where is { } where ? $"the rows of {of} where {Markdown.Code(where)}" : $"every row of {of}";
        var columns = view.Columns.Count == view.Of.Columns.Count ? "with all columns" : $"with {Words.And([.. view.Columns.Select(column => Markdown.Code(column.Name.Name))])}";
        return $"{description}It shows {rows}, {columns}. Who may read it need not be able to read the table.\n";
    }

    // As code by its indent, which nothing in a line can end.
    private static string Indented(string query) => string.Concat(query.ReplaceLineEndings("\n").Split('\n').Select(line => line.Length == 0 ? "\n" : $"    {Markdown.OneLine(line, keepSpaces: true)}\n"));
}
