using Landfall.Contracts;
using Landfall.Hosting;
using Landfall.Rest.Routing;
using Landfall.Rest.Tables;

namespace Landfall.Rest.Writing.Uploads;

/// <summary>Which contracts the files of an upload are for, by their names: <c>departments.csv</c>, <c>hiring.departments.csv</c>.</summary>
internal sealed class UploadTargets(TableCatalog tables)
{
    /// <summary>The files with their contracts, parents before children.</summary>
    /// <exception cref="ProblemException">400: a name is none, or two are for one contract. 403, 404, 405: the table can not be written.</exception>
    public IReadOnlyList<(SpooledFile File, Contract Contract)> Find(IReadOnlyList<SpooledFile> files, ApiRequest request)
    {
        var found = files.Select(file => (File: file, Contract: Find(file.Name, request))).ToList();
        if (found.GroupBy(f => f.Contract.Id).FirstOrDefault(group => group.Count() > 1) is { } twice)
            throw ProblemException.Bad($"{string.Join(" and ", twice.Select(f => ProblemException.Shown(f.File.Name)))} are for the same contract, {twice.Key}", "send them in requests of their own, in the order in which they are to land");
        var contracts = found.ToDictionary(f => f.Contract.Id, f => f.Contract);
        return [.. found.OrderBy(f => Depth(f.Contract, contracts))];
    }

    private Contract Find(string name, ApiRequest request)
    {
        var stem = name.EndsWith(".gz", StringComparison.OrdinalIgnoreCase) ? name[..^3] : name;
        var end = stem.LastIndexOf('.');
        if (end <= 0) throw ProblemException.Bad($"{ProblemException.Shown(name)} names no table", "a file is named after its table: departments.csv");
        var table = tables.Writable(stem[..end], request.Caller);
        var contract = table.Contract;
        WritableTable.Check(contract, table.Name);
        var ending = Ending(contract.Format.Type);
        if (!stem[end..].Equals(ending, StringComparison.OrdinalIgnoreCase)) throw ProblemException.Bad($"{ProblemException.Shown(name)} is no {ending} file, and the contract {contract.Id} reads those", $"name it {stem[..end]}{ending}, if it is one");
        if (contract.Tables.Count > 1)
        {
            if (table.Table != contract.Tables[0] && contract.Id != table.Table.Name)
                throw ProblemException.Bad($"The contract {contract.Id} makes {string.Join(", ", contract.Tables)} of one file, and {ProblemException.Shown(name)} is named after a part of it", $"name it {contract.Tables[0]}{ending}");
            foreach (var other in contract.Tables) tables.Writable($"{other}", request.Caller);
        }
        return contract;
    }

    /// <summary>How many contracts of the upload must land before it, one after another. There are no circles.</summary>
    private static int Depth(Contract contract, IReadOnlyDictionary<Identifier, Contract> contracts) => contract.Tables
        .SelectMany(table => table.Relationships).Select(relationship => relationship.ParentContract).Where(parent => parent != contract.Id && contracts.ContainsKey(parent)).Distinct()
        .Select(parent => 1 + Depth(contracts[parent], contracts)).DefaultIfEmpty(0).Max();

    private static string Ending(FormatType type) => type switch
    {
        FormatType.Ndjson => ".ndjson",
        FormatType.Xlsx => ".xlsx",
        FormatType.Avro => ".avro",
        _ => ".csv",
    };
}
