namespace Landfall.Contracts.Rendering;

/// <summary>
/// The tables of one schema, of whatever contracts land there, and how they refer to each other; a table of another schema that one of them refers to
/// is there, too, with nothing but the column that is referred to.
/// </summary>
public sealed class ErDiagram
{
    private ErDiagram(Identifier schema, SinkKind sink, IReadOnlyList<ErTable> tables, IReadOnlyList<ErLine> lines) => (Schema, Sink, Tables, Lines) = (schema, sink, tables, lines);

    public Identifier Schema { get; }

    public SinkKind Sink { get; }

    /// <summary>In the order of the contracts and of their tables. Never empty.</summary>
    public IReadOnlyList<ErTable> Tables { get; }

    public IReadOnlyList<ErLine> Lines { get; }

    /// <summary>A diagram for every schema that any contract lands in.</summary>
    public static IReadOnlyList<ErDiagram> Of(IReadOnlyCollection<Contract> contracts) =>
        [.. contracts.SelectMany(contract => contract.Tables.Select(table => (contract.Sink, table.Schema))).Distinct()
            .OrderBy(schema => schema.Schema.Name, StringComparer.Ordinal).ThenBy(schema => schema.Sink).Select(schema => Of(contracts, schema.Sink, schema.Schema))];

    /// <summary>A Mermaid <c>erDiagram</c> (https://mermaid.js.org/syntax/entityRelationshipDiagram.html).</summary>
    public string ToMermaid() => ErMermaid.Render(this);

    /// <summary>A drawing of our own, for light and dark screens and for paper: no script, no font and no address in it.</summary>
    public string ToSvg() => ErSvg.Render(this);

    private static ErDiagram Of(IReadOnlyCollection<Contract> contracts, SinkKind sink, Identifier schema)
    {
        var inSink = contracts.Where(contract => contract.Sink == sink).SelectMany(contract => contract.Tables).ToList();
        var ours = inSink.FindAll(table => table.Schema == schema);
        var links = ours.SelectMany(child => child.Relationships.Select(link => (Child: child, Link: link))).ToList();
        var theirs = links.Where(l => l.Link.ParentSchema != schema).GroupBy(l => (l.Link.ParentSchema, l.Link.ParentTable));

        var boxes = ours.ToDictionary(table => (table.Schema, table.Name), table => Box(table, sink));
        foreach (var other in theirs)
        {
            var table = inSink.Find(table => (table.Schema, table.Name) == other.Key);
            if (table is not null) boxes.Add(other.Key, Foreign(table, other.Select(l => l.Link.ParentColumn), sink));
        }
        var lines = links.Where(l => boxes.ContainsKey((l.Link.ParentSchema, l.Link.ParentTable))).Select(l => new ErLine(
            boxes[(l.Link.ParentSchema, l.Link.ParentTable)], l.Link.ParentColumn.Name, boxes[(l.Child.Schema, l.Child.Name)], l.Link.Column.Name.Name,
            Optional: !l.Link.Column.Required, One: l.Link.Column.Unique || l.Child.Key is [var only] && only == l.Link.Column));
        return new(schema, sink, [.. boxes.Values], [.. lines]);
    }

    private static ErTable Box(Table table, SinkKind sink) => new(table.IsExternal ? $"{table.Name} (external)" : table.Name.Name, table.Description, [.. table.Columns.Select(column => Row(column, table, sink))], IsForeign: false);

    private static ErTable Foreign(Table table, IEnumerable<Identifier> columns, SinkKind sink) =>
        new(table.ToString(), table.Description, [.. table.Columns.Where(column => columns.Contains(column.Name)).Select(column => Row(column, table, sink))], IsForeign: true);

    private static ErColumn Row(Column column, Table table, SinkKind sink) =>
        new(column.Name.Name, TypeName.Of(column, sink), column.Description, table.Key.Contains(column), table.Relationships.Any(link => link.Column == column), column.Unique);
}
