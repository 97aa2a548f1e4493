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
        }
    }

    private static void CheckTables(IReadOnlyList<ContractDraft> contracts)
    {
        var written = new Dictionary<(SinkKind, Identifier, Identifier), (string File, YamlMap Table)>();
        foreach (var contract in contracts)
        {
            foreach (var table in contract.Tables)
            {
                if (contract.Sink is not { } sink || table.Schema is not { } schema || table.Name is not { } name) continue;
                if (written.TryAdd((sink, schema, name), (contract.File, table.Map))) continue;
                var (file, first) = written[(sink, schema, name)];
                table.Map.Fault(table.Map.Has("physicalName") ? "physicalName" : "name",
                    $"writes {schema}.{name}, which {first.Path} of {file} writes too",
                    "A table has one writer: land it elsewhere, or join the contracts");
            }
        }
    }
}
