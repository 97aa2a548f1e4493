namespace Landfall.Contracts.Rendering;

/// <summary>All pages and diagrams of a set of contracts, as the files that stand beside them.</summary>
public static class ContractPages
{
    /// <summary>File names, and what stands in each: a page for every contract, two diagrams for every schema.</summary>
    public static IReadOnlyDictionary<string, string> Of(ContractSet contracts)
    {
        var files = new SortedDictionary<string, string>(StringComparer.Ordinal);
        var diagrams = ErDiagram.Of(contracts.All);
        foreach (var diagram in diagrams)
        {
            files.Add($"{Name(diagram, diagrams)}.mmd", diagram.ToMermaid());
            files.Add($"{Name(diagram, diagrams)}.svg", diagram.ToSvg());
        }
        foreach (var contract in contracts.All)
        {
            var schema = contract.Tables[0].Schema;
            var own = diagrams.First(diagram => diagram.Sink == contract.Sink && diagram.Schema == schema);
            files.Add($"{contract.Id}.md", ContractPage.Render(contract, $"{Name(own, diagrams)}.svg"));
        }
        return files;
    }

    // A schema and a dataset may have one name; a dot is in neither's.
    private static string Name(ErDiagram diagram, IReadOnlyList<ErDiagram> all) =>
        all.Any(other => other.Schema == diagram.Schema && other.Sink < diagram.Sink) ? $"{diagram.Schema}.{Words.Name(diagram.Sink).ToLowerInvariant()}" : diagram.Schema.Name;
}
