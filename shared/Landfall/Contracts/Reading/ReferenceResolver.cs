namespace Landfall.Contracts.Reading;

/// <summary>
/// Finds what a <c>to</c> names. ODCS has two notations: <c>table.property</c> by name within the contract, and
/// <c>file.odcs.yaml#/schema/&lt;table&gt;/properties/&lt;property&gt;</c> by <c>id</c>; here an element without an <c>id</c> goes by its name.
/// </summary>
internal sealed class ReferenceResolver(IReadOnlyList<ContractDraft> contracts, FaultLog faults)
{
    /// <summary>Null when there is none; the log says why, unless the parent has a fault of its own that hides it.</summary>
    public (ContractDraft Contract, TableDraft Table, ColumnDraft Column)? Find(YamlMap map, ContractDraft from, string to)
    {
        Reference? parsed = to.Contains('/', StringComparison.Ordinal) ? ById(to) : ByName(to);
        if (parsed is not { } reference)
        {
            map.Fault("to", $"is {Spelling.Shown(to)}; expected table.property, or file.odcs.yaml#/schema/<table>/properties/<property>");
            return null;
        }
        if (contracts.FirstOrDefault(contract => contract.File == (reference.File ?? from.File)) is not { } contract)
        {
            if (!faults.Has(reference.File!))
                map.Fault("to", $"is in '{reference.File}', and there is no such contract beside this one",
                    Spelling.Hint(Bare(reference.File!), [.. contracts.Select(other => Bare(other.File))]));
            return null;
        }
        if (contract.Tables.FirstOrDefault(table => Called(table.Map, reference.ById) == reference.Table) is not { } table)
        {
            if (contract.Tables.Count > 0)
                map.Fault("to", $"is in the table '{reference.Table}', which {contract.File} does not have",
                    Hint(reference.Table, contract.Tables.Select(other => other.Map)));
            return null;
        }
        if (table.Columns.FirstOrDefault(column => Called(column.Map, reference.ById) == reference.Column) is not { } column)
        {
            if (table.Columns.Count > 0)
                map.Fault("to", $"is the property '{reference.Column}', which '{reference.Table}' does not have",
                    Hint(reference.Column, table.Columns.Select(other => other.Map)));
            return null;
        }
        return (contract, table, column);

        string? Hint(string word, IEnumerable<YamlMap> maps) =>
            Spelling.Hint(word, [.. maps.Select(other => Called(other, reference.ById)).OfType<string>()]);
    }

    private static string? Called(YamlMap map, bool byId) => (byId ? map.Text("id") : null) ?? map.Text("name");

    // Without the ending that all files share, and which would make any two of them seem near.
    private static string Bare(string file) => file.Replace(".odcs.yaml", "", StringComparison.Ordinal);

    private static Reference? ByName(string to) =>
        to.Split('.') is [{ Length: > 0 } table, { Length: > 0 } column] ? new(null, table, column, ById: false) : null;

    private static Reference? ById(string to)
    {
        var hash = to.IndexOf('#', StringComparison.Ordinal);
        return to[(hash + 1)..].TrimStart('/').Split('/') is ["schema", { Length: > 0 } table, "properties", { Length: > 0 } column]
            ? new(hash < 0 ? null : to[..hash], table, column, ById: true)
            : null;
    }

    private readonly record struct Reference(string? File, string Table, string Column, bool ById);
}
