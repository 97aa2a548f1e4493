namespace Landfall.Landings;

/// <summary>A row in quarantine.</summary>
/// <param name="Place">The line of a file; of a request the row's index.</param>
/// <param name="Column">The column at fault; null when the row as a whole is.</param>
/// <param name="Rule">The rule that was broken.</param>
/// <param name="Value">The cell as found; null for none.</param>
/// <param name="Reason">What was expected. Never holds a cell's value.</param>
/// <param name="Row">As it was sent.</param>
public sealed record QuarantinedRow(long Place, string? Column, string Rule, string? Value, string Reason, string Row);
