namespace Landfall.Contracts.Reading;

/// <summary>The <c>relationships</c> of properties, once all files are read: a parent may stand in another one.</summary>
internal static class RelationshipPart
{
    private static readonly string[] Words = ["type", "to", "customProperties"];

    public static void Link(IReadOnlyList<ContractDraft> contracts, FaultLog faults)
    {
        var links = new List<Link>();
        var resolver = new ReferenceResolver(contracts, faults);
        foreach (var contract in contracts)
        {
            foreach (var table in contract.Tables)
            {
                foreach (var column in table.Columns)
                {
                    foreach (var map in column.Map.Maps("relationships"))
                    {
                        map.Allow(Words);
                        map.Choice("type", ["foreignKey"]);
                        if (map.RequiredText("to") is { } to && resolver.Find(map, contract, to) is { } parent)
                            links.Add(new(map, contract, table, column, parent.Contract, parent.Table, parent.Column));
                    }
                }
            }
        }
        foreach (var link in links) Check(link);
        Order(contracts, links);
    }

    private static void Check(Link link)
    {
        if (link.Column.Column is not { } column || link.ParentColumn.Column is not { } parent) return;
        if (link.Contract.Sink is { } sink && link.ParentContract.Sink is { } parentSink && sink != parentSink)
        {
            link.Map.Fault("to", $"is in {parentSink}, and this table in {sink}", "A parent is in the same warehouse; land it there too");
            return;
        }
        var isKey = link.ParentTable.Key is [var only] && only == link.ParentColumn;
        if (!isKey && !parent.Unique)
            link.Map.Fault("to", $"is '{parent}', which is neither the whole primary key of its table nor unique",
                "Refer to the key, or set unique: true there");
        if (column.Type != parent.Type)
            link.Map.Fault("to", $"is of the type {parent.Type}, and '{column}' of the type {column.Type}", "Give both the same logicalType");
        if (link.ParentTable is { Schema: { } schema, Name: { } name } && link.ParentContract.Id is { } id)
            link.Table.Relationships.Add(new(column, schema, name, parent.Name, id));
    }

    // A circle of contracts is one even when its tables form none: each would wait for the other's first landing.
    private static void Order(IReadOnlyList<ContractDraft> contracts, List<Link> links)
    {
        var between = links.Where(link => link.Contract != link.ParentContract).ToLookup(link => link.Contract);
        var (_, circle) = ParentOrder.Sort(contracts, contract => between[contract].Select(link => link.ParentContract));
        foreach (var link in circle.SelectMany(contract => between[contract]).Where(link => circle.Contains(link.ParentContract)))
            Blame(link, circle.Select(contract => contract.File));

        var within = links.Where(link => link.Contract == link.ParentContract).ToLookup(link => link.Table);
        foreach (var contract in contracts)
        {
            var (ordered, tables) = ParentOrder.Sort(contract.Tables, table => within[table].Select(link => link.ParentTable));
            foreach (var link in tables.SelectMany(table => within[table]).Where(link => tables.Contains(link.ParentTable)))
                Blame(link, tables.Select(table => table.Called ?? ""));
            if (tables.Count == 0) contract.Tables = ordered;
        }
    }

    private static void Blame(Link link, IEnumerable<string> circle) =>
        link.Map.Fault("to", $"closes a circle of relationships: {string.Join(", ", circle.Take(10))}",
            "None of them could land first: take one relationship out");
}
