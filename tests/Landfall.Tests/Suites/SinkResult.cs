using Landfall.Rows;
using Landfall.Sinks;

namespace Landfall.Tests.Suites;

/// <summary>How a source fared in a sink.</summary>
internal sealed record SinkResult(Outcome Outcome, LedgerEntry? Entry, IReadOnlyList<Reject> Rejects)
{
    /// <summary>Rows of a table, as the ledger has them.</summary>
    public long Rows(string table) => Entry!.Tables.Single(t => t.Table == table).Rows;
}
