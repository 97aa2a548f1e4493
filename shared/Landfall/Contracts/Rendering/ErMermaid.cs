using System.Text;

namespace Landfall.Contracts.Rendering;

/// <summary>A diagram in Mermaid's language.</summary>
internal static class ErMermaid
{
    public static string Render(ErDiagram diagram)
    {
        var source = new StringBuilder("erDiagram\n");
        foreach (var table in diagram.Tables)
        {
            source.Append($"  \"{table.Name}\" {{\n");
            foreach (var column in table.Columns)
            {
                var marks = string.Join(", ", column.Marks);
                source.Append($"    {Type(column.Type)} {Name(column.Name)}{(marks.Length > 0 ? $" {marks}" : "")}{Comment(column.Description)}\n");
            }
            source.Append("  }\n");
        }
        foreach (var line in diagram.Lines)
            source.Append($"  \"{line.Parent.Name}\" {(line.Optional ? "|o" : "||")}--o{(line.One ? "|" : "{")} \"{line.Child.Name}\" : \"{line.ChildColumn}\"\n");
        return source.ToString();
    }

    // A type is one word without commas: numeric(12,2) loses what stands in brackets, double precision its space.
    private static string Type(string type) => type.Split('(')[0].Replace(' ', '_');

    // The language takes a column that is called pk, fk or uk for the mark.
    private static string Name(string name) => name is "pk" or "fk" or "uk" ? $"*{name}" : name;

    // A comment ends at the next quote, and has no escapes. Wherever %%{…}%% stands, it sets Mermaid's options.
    private static string Comment(string? description) => description is null ? "" : $" \"{Markdown.OneLine(description).Replace('"', '\'').Replace("%{", "% {", StringComparison.Ordinal)}\"";
}
