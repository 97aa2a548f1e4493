namespace Landfall.Sinks;

/// <summary>A value and what it becomes.</summary>
/// <param name="Key">The row's, as text.</param>
/// <param name="Value">As it stands, as text.</param>
/// <param name="Result">What takes its place.</param>
public sealed record UpliftRow(string Key, string Value, long Result);
