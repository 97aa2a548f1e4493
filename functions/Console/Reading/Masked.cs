using Landfall.Contracts;
using Landfall.Hosting.Access;
using Landfall.Landings;

namespace Landfall.Web.Reading;

/// <summary>Rejected rows without what is classified: here nobody is cleared for it. Who must see it reads the quarantine itself.</summary>
internal static class Masked
{
    /// <summary>Stands for what is not shown.</summary>
    public const string Mark = "•••";

    /// <summary>
    /// A value is masked when its column is classified, or nobody knows which column it is of; the row as it was sent when any column is. Whoever may not read all tables of the contract sees neither:
    /// nobody says which table a rejected row was for.
    /// </summary>
    public static QuarantinedRow Of(QuarantinedRow row, Contract contract, Caller caller)
    {
        if (!contract.Tables.All(table => caller.HasOneOf(TableRoles.Readers(contract, table)))) return row with { Value = row.Value is null ? null : Mark, Row = Mark };
        var classified = contract.Tables.SelectMany(table => table.Columns).Where(column => column.Classification is not null and not "public").ToList();
        if (classified.Count == 0) return row;
        var known = contract.Tables.SelectMany(table => table.Columns).Any(column => Is(column, row.Column));
        var hidden = row.Value is not null && (!known || classified.Exists(column => Is(column, row.Column)));
        return row with { Value = hidden ? Mark : row.Value, Row = Mark };
    }

    private static bool Is(Column column, string? name) => name is not null && (column.Name.Name == name || column.Source == name);
}
