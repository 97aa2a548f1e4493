using Landfall.Cloud;
using Landfall.Contracts;
using Landfall.Runs;

namespace Landfall.Sinks.BigQuery;

/// <summary>What Landfall's own tables in BigQuery are called, and how names stand in GoogleSQL.</summary>
internal static class BigQueryNames
{
    /// <summary>The dataset of the ledgers and of <see cref="Streamed"/>: the only memory.</summary>
    public const string Landfall = "landfall";

    /// <summary>The dataset of the tables that load jobs fill: its tables go by themselves.</summary>
    public const string Staging = "landfall_staging";

    /// <summary>Which landing brought a row; joins to the ledger's <c>landing_id</c>.</summary>
    public const string LandingId = "_landing_id";

    /// <summary>How new a row's source is, in <c>upsert</c> tables (<see cref="SourceOrder.Folded"/>).</summary>
    public const string Order = "_order";

    /// <summary>With which page of its run a row came, and so with which insert, in tables whose contract has a topic.</summary>
    public const string Page = "_page";

    /// <summary>The label of a table that names the contract whose ledger knows its rows.</summary>
    public const string ContractLabel = "landfall_contract";

    /// <summary>
    /// The one permanent table into which small sources are streamed, whatever their columns: a table that was just made may lose streamed rows, or refuse
    /// them, for minutes. A row: the day of the attempt, the attempt, the feed, the line, the values as a JSON array of texts.
    /// </summary>
    public static TableName Streamed { get; } = new(Landfall, "staging");

    /// <summary>A contract's ledger: one table each, because two transactions that update one table can not both commit.</summary>
    public static TableName Ledger(Identifier contract) => new(Landfall, $"ledger_{contract}");

    /// <summary>What a contract's uplifts have done, row by row.</summary>
    public static TableName Uplift(Identifier contract) => new(Landfall, $"uplift_{contract}");

    public static TableName Of(Table table) => new(table.Schema.Name, table.Name.Name);

    public static string Quoted(TableName name) => $"`{name}`";

    public static string Quoted(Table table) => Quoted(Of(table));

    /// <summary>A column's name: it may be a keyword.</summary>
    public static string Quoted(Column column) => $"`{column.Name}`";

    public static string Names(IEnumerable<Column> columns, string prefix = "") => string.Join(", ", columns.Select(c => prefix + Quoted(c)));

    /// <summary>Which page of a run a line is of.</summary>
    public static string PageOf(string line) => $"DIV({line} - 1, {Pages.MaxRows}) + 1";

    /// <summary>A label's value may have lower-case letters, digits, <c>_</c> and <c>-</c>, 63 at most (https://cloud.google.com/bigquery/docs/labels-intro).</summary>
    public static string LabelValue(string text)
    {
        var value = string.Concat(text.ToLowerInvariant().Select(c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c is '_' or '-' ? c : '-'));
        return value.Length > 63 ? value[..63] : value;
    }

    /// <summary>On jobs and tables, so that the bill can be read by contract and team.</summary>
    public static Dictionary<string, string> Labels(Contract contract) => new() { [ContractLabel] = contract.Id.Name, ["landfall_team"] = LabelValue(contract.Team) };
}
