using Landfall.Rows;

namespace Landfall.Sinks;

/// <summary>A row of a run as it is staged.</summary>
/// <param name="Line">Its position in the run.</param>
/// <param name="Text">The row as JSON: as it came, if it was rejected, else with its typed values.</param>
/// <param name="Reject">Why it was rejected; null when it was not.</param>
public sealed record StagedRow(long Line, string Text, Reject? Reject);
