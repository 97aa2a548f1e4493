using System.Globalization;
using Landfall.Contracts;

namespace Landfall.Sinks;

/// <summary>
/// What every ledger must say: of each source, the rows that were read are those that landed, those in quarantine, and those that repeat another; and of each table that it brought what landed, or left it to a newer
/// source. One condition, which both warehouses are asked.
/// </summary>
internal static class Accounting
{
    /// <summary>Entries that are told at most.</summary>
    public const int Most = 10;

    /// <summary>Stands for the bucket in the identities of what comes over the API.</summary>
    public const string Api = "api";

    /// <summary>The condition on an entry that does not add up.</summary>
    /// <param name="contract">Whose ledger.</param>
    /// <param name="number">A whole number of a table's result as an expression: the table's place in the contract, and the number's name. NULL where it does not stand there.</param>
    public static string Broken(Contract contract, Func<int, string, string> number)
    {
        // Several tables, and one that is only written where it differs, may have fewer rows than the source.
        var compared = contract.Tables is [{ Write: not WriteMode.Replace }] ? "<>" : ">";
        var tables = contract.Tables.Select((_, index) => string.Create(CultureInfo.InvariantCulture, $"{number(index, "rows")} + COALESCE({number(index, "older")}, 0) {compared} rows_landed"));
        // What a request changes or deletes is no source's row.
        return $"(rows_read <> rows_landed + rows_rejected + rows_collapsed OR (outcome = 'landed' AND bucket <> '{Api}' AND ({string.Join(" OR ", tables)})))";
    }
}
