namespace Landfall.Contracts.Comparing;

/// <summary>Collects the changes of one contract.</summary>
internal sealed class ChangeLog(string contract)
{
    public List<ContractChange> Changes { get; } = [];

    public void Breaks(string path, string what, string why) => Changes.Add(new(contract, path, true, what, why));

    public void Safe(string path, string what, string why) => Changes.Add(new(contract, path, false, what, why));
}
