using Landfall.Contracts;

namespace Landfall.Backups;

/// <summary>The tables that can be backed up: those of contracts that land in Postgres.</summary>
public static class BackedUpTables
{
    /// <summary>All of them, contract by contract.</summary>
    public static IEnumerable<(Contract Contract, Table Table)> Of(ContractSet contracts) =>
        contracts.All.Where(contract => contract.Sink == SinkKind.Postgres).SelectMany(contract => contract.Tables.Select(table => (contract, table)));

    /// <summary>The table of a name: <c>schema.table</c>, or bare when its contract's id is that name. Null when there is none.</summary>
    public static (Contract Contract, Table Table)? Find(ContractSet contracts, string name)
    {
        foreach (var found in Of(contracts))
        {
            if ($"{found.Table}" == name || (found.Contract.Id.Name == name && found.Table.Name.Name == name)) return found;
        }
        return null;
    }
}
