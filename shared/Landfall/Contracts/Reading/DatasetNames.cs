namespace Landfall.Contracts.Reading;

/// <summary>What this deployment calls the schemas and datasets of the contracts.</summary>
/// <param name="names">From the contracts' name to the deployment's; null for the same.</param>
internal sealed class DatasetNames(IReadOnlyDictionary<Identifier, Identifier>? names)
{
    private readonly HashSet<Identifier> _met = [];

    /// <summary>Names that stand in no contract: they were meant for something.</summary>
    public IEnumerable<Identifier> Unused => names?.Keys.Where(name => !_met.Contains(name)) ?? [];

    public Identifier Here(Identifier name)
    {
        _met.Add(name);
        return names is not null && names.TryGetValue(name, out var here) ? here : name;
    }
}
