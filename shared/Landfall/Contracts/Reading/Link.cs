namespace Landfall.Contracts.Reading;

/// <summary>A relationship whose parent was found: <c>Map</c> is its entry in <c>relationships[]</c>.</summary>
internal sealed record Link(
    YamlMap Map,
    ContractDraft Contract,
    TableDraft Table,
    ColumnDraft Column,
    ContractDraft ParentContract,
    TableDraft ParentTable,
    ColumnDraft ParentColumn);
