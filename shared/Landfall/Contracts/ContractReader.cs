using Landfall.Contracts.Reading;

namespace Landfall.Contracts;

/// <summary>
/// Reads the contracts: every <c>*.odcs.yaml</c> of a folder, each an Open Data Contract Standard 3.1 file
/// (https://bitol-io.github.io/open-data-contract-standard). What is of no concern here (prices, tags…) is passed over; a word
/// that is unknown, or that this version would not keep, is a fault.
/// </summary>
public static class ContractReader
{
    private const string Extension = ".odcs.yaml";

    /// <summary>All contracts of a folder, compiled and checked against each other.</summary>
    /// <param name="folder">Where the contracts are; sub-folders are not read.</param>
    /// <param name="environment">
    /// Picks, in each contract, the first server of this <c>environment</c>, or else the first server that names none; null picks the first of all.
    /// </param>
    /// <param name="datasets">What schemas and datasets of the contracts are called here, where that is something else; null for nothing.</param>
    /// <exception cref="ContractFaultException">Anything is wrong with any of them, or there is none.</exception>
    public static ContractSet Read(string folder, string? environment, IReadOnlyDictionary<Identifier, Identifier>? datasets = null)
    {
        var faults = new FaultLog();
        return Read(Files(folder, faults), folder, environment, datasets, faults);
    }

    /// <summary>Contracts of a folder together with others, which take the place of those of the same name: what the folder would be with them in it.</summary>
    /// <param name="files">Paths of contracts, each named after its id.</param>
    /// <param name="folder">Where the others are; null for none.</param>
    /// <param name="environment">As above.</param>
    /// <exception cref="ContractFaultException">Anything is wrong with any of them.</exception>
    public static ContractSet ReadWith(IReadOnlyList<string> files, string? folder, string? environment)
    {
        var faults = new FaultLog();
        foreach (var misnamed in files.Where(file => !file.EndsWith(Extension, StringComparison.Ordinal)))
            faults.Add(Path.GetFileName(misnamed), 0, "", "is not read, because of its name", $"A contract's file is <id>{Extension}");
        var names = files.Select(Path.GetFileName).ToHashSet();
        var others = folder is null ? [] : Files(folder, faults).Where(file => !names.Contains(Path.GetFileName(file)));
        return Read([.. others.Concat(files).OrderBy(Path.GetFileName, StringComparer.Ordinal)], folder ?? "", environment, null, faults);
    }

    private static ContractSet Read(IReadOnlyList<string> files, string folder, string? environment, IReadOnlyDictionary<Identifier, Identifier>? datasets, FaultLog faults)
    {
        var names = new DatasetNames(datasets);
        var drafts = new List<ContractDraft>();
        foreach (var path in files)
        {
            if (YamlFile.Read(path, faults) is { } map) drafts.Add(ContractPart.Read(map, Path.GetDirectoryName(path)!, environment, names));
        }
        RelationshipPart.Link(drafts, faults);
        SetPart.Check(drafts);
        foreach (var unused in names.Unused)
            faults.Add(folder, 0, "", $"has no contract with the schema or dataset '{unused}', which LANDFALL_DATASETS renames", "Name one that a contract's servers or tables have");
        faults.ThrowIfAny();
        return new([.. drafts.Select(draft => draft.Build())]);
    }

    private static List<string> Files(string folder, FaultLog faults)
    {
        try
        {
            var files = Directory.EnumerateFiles(folder).Order(StringComparer.Ordinal).ToList();
            foreach (var other in files.Where(file => file.EndsWith(".odcs.yml", StringComparison.OrdinalIgnoreCase)))
                faults.Add(Path.GetFileName(other), 0, "", "is not read, because of its name", $"Rename it to end in {Extension}");
            var contracts = files.FindAll(file => file.EndsWith(Extension, StringComparison.Ordinal));
            if (contracts.Count == 0)
                faults.Add(folder, 0, "", $"holds no contract: no file whose name ends in {Extension}",
                    "LANDFALL_CONTRACTS says where the contracts are");
            return contracts;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException)
        {
            faults.Add(folder, 0, "", $"is not a folder that can be read: {e.Message.TrimEnd('.')}",
                "LANDFALL_CONTRACTS says where the contracts are");
            return [];
        }
    }
}
