namespace Landfall.Sinks;

/// <summary>A quality rule that does not hold, and does not keep the source from landing.</summary>
/// <param name="Table"><c>schema.table</c>.</param>
/// <param name="Rule">Its name in the contract.</param>
/// <param name="Message">The number found and the one expected.</param>
public sealed record Finding(string Table, string Rule, string Message);
