using Landfall.Rows;

namespace Landfall.Sinks;

/// <summary>The parts of a ledger entry that no query asks for, kept as JSON.</summary>
internal sealed record LedgerDetails(IReadOnlyList<TableResult> Tables, IReadOnlyList<Reject> Reasons, IReadOnlyList<Finding>? Findings = null);
