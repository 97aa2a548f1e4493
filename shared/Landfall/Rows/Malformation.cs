namespace Landfall.Rows;

/// <summary>What is wrong with a row before its cells are looked at.</summary>
/// <param name="Column">The column at fault; null when the row as a whole is.</param>
/// <param name="Rule">The rule that was broken: the format's name, or <c>columns</c>.</param>
/// <param name="Reason">A sentence for the producer. Never holds a cell's value.</param>
public readonly record struct Malformation(string? Column, string Rule, string Reason);
