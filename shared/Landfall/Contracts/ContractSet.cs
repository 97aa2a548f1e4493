namespace Landfall.Contracts;

/// <summary>The contracts in use, without a fault in any of them. Made by <see cref="ContractReader"/> alone.</summary>
public sealed class ContractSet
{
    private readonly Dictionary<Identifier, Contract> _byId;
    private readonly ILookup<string, Contract> _byBucket;

    internal ContractSet(IReadOnlyList<Contract> contracts)
    {
        All = contracts;
        _byId = contracts.ToDictionary(c => c.Id);
        _byBucket = contracts.Where(c => c.Object is not null).ToLookup(c => c.Object!.Bucket);
    }

    /// <summary>By file name. Never empty.</summary>
    public IReadOnlyList<Contract> All { get; }

    /// <exception cref="KeyNotFoundException">No contract has the id.</exception>
    public Contract this[Identifier id] =>
        _byId.TryGetValue(id, out var contract)
            ? contract
            : throw new KeyNotFoundException($"There is no contract '{id}'; there are: {string.Join(", ", _byId.Keys)}.");

    /// <summary>The contract of an id whose rows come as pages of runs; null when there is none.</summary>
    public Contract? Paged(string id) => Identifier.TryParse(id, out var known) && _byId.GetValueOrDefault(known) is { Topic: not null } contract ? contract : null;

    /// <summary>
    /// The one contract whose object pattern matches, with the date in the name if it has one; null when no contract claims the object.
    /// </summary>
    /// <param name="bucket">The bucket without the deployment's prefix.</param>
    /// <param name="name">The object's whole name.</param>
    public (Contract Contract, DateOnly? Date)? Claim(string bucket, string name)
    {
        foreach (var contract in _byBucket[bucket])
        {
            if (contract.Object!.Matches(bucket, name, out var date)) return (contract, date);
        }
        return null;
    }

    /// <summary>
    /// The contract that an unclaimed object was most likely meant for: the one that would claim it in another folder; or else, of those on its
    /// bucket (of all, when none is), the one whose pattern the fewest changed letters would satisfy, the first of equals. Null when no contract takes objects.
    /// </summary>
    /// <param name="bucket">The bucket without the deployment's prefix.</param>
    /// <param name="name">The object's whole name.</param>
    public Contract? Nearest(string bucket, string name)
    {
        var all = All.Where(contract => contract.Object is not null).ToList();
        // The right file in the wrong folder, first of all: another team's prefix is the commonest mistake.
        return all.Find(contract => contract.Object!.Matches(contract.Object.Bucket, Folder(contract.Object.Name) + name[Folder(name).Length..], out _))
            ?? (_byBucket.Contains(bucket) ? _byBucket[bucket] : all).MinBy(contract => contract.Object!.Distance(bucket, name));
    }

    private static string Folder(string name) => name[..(name.LastIndexOf('/') + 1)];
}
