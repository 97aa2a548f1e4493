namespace Landfall.Contracts.Reading;

/// <summary>What no contract can be wrong about alone: two of them that want the same object, or the same table.</summary>
internal static class SetPart
{
    public static void Check(IReadOnlyList<ContractDraft> contracts)
    {
        CheckObjects([.. contracts.Where(contract => contract.Object is not null)]);
        CheckTables(contracts);
    }

    private static void CheckObjects(List<ContractDraft> contracts)
    {
        for (var i = 0; i < contracts.Count; i++)
        {
            foreach (var earlier in contracts.Take(i).Where(earlier => earlier.Object!.Overlaps(contracts[i].Object!)))
            {
                contracts[i].Landfall!.Fault("object",
                    $"is '{contracts[i].Object}', and an object can match both it and '{earlier.Object}' of {earlier.File}",
                    "An object belongs to one contract: make one pattern narrower");
            }
            foreach (var other in contracts.Where(other => other != contracts[i] && contracts[i].Tables.Any(table => table.IsExternal) && contracts[i].Object!.MayReadToo(other.Object!) && !contracts[i].Object!.Overlaps(other.Object!)))
            {
                contracts[i].Landfall!.Fault("object",
                    $"is '{contracts[i].Object}', and BigQuery, whose * has no bounds, may read objects of '{other.Object}' of {other.File} by it",
                    "Give the files of an external table a folder of their own");
            }
        }
    }

    private static void CheckTables(IReadOnlyList<ContractDraft> contracts)
    {
        var taken = new Dictionary<(SinkKind, Identifier, Identifier), (string File, YamlMap Entry)>();
        foreach (var contract in contracts)
        {
            var tables = contract.Tables.Select(table => (table.Map, table.Schema, table.Name, IsView: false));
            var views = contract.Views.Select(view => (view.Map, view.Schema, view.Name, IsView: true));
            foreach (var (map, schema, name, isView) in tables.Concat(views))
            {
                if (contract.Sink is not { } sink || schema is not { } inSchema || name is not { } known) continue;
                if (taken.TryAdd((sink, inSchema, known), (contract.File, map))) continue;
                var (file, first) = taken[(sink, inSchema, known)];
                var bothTables = !isView && !ViewPart.IsOne(first);
                map.Fault(map.Has("physicalName") ? "physicalName" : "name",
                    bothTables ? $"writes {inSchema}.{known}, which {first.Path} of {file} writes too" : $"is {inSchema}.{known}, as {first.Path} of {file} is",
                    bothTables ? "A table has one writer: land it elsewhere, or join the contracts" : "Tables and views share their names: call one of them something else");
            }
        }
    }
}
