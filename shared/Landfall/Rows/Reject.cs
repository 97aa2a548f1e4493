namespace Landfall.Rows;

/// <summary>One row that broke its contract, on its way to the quarantine.</summary>
/// <param name="Line">1-based line of the source where the row starts.</param>
/// <param name="Column">The first column at fault, or null when the row as a whole is.</param>
/// <param name="Rule">The rule that was broken, by its name in the contract: <c>required</c>, <c>logicalType</c>, <c>pattern</c>, <c>primaryKey</c>, <c>relationships</c>…</param>
/// <param name="Value">The cell as found; null when there is none. Only the quarantine shows it: no log line, no receipt.</param>
/// <param name="Reason">A sentence for the producer, naming what was expected. Never holds a cell's value.</param>
public sealed record Reject(long Line, string? Column, string Rule, string? Value, string Reason)
{
    /// <summary>Where a person finds the row, when its line alone does not say: <c>Sheet1!C7</c>.</summary>
    public string? Place { get; init; }
}
