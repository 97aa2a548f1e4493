namespace Landfall.Rows;

/// <summary>A rule that a cell broke.</summary>
/// <param name="Rule">The rule's name in the contract.</param>
/// <param name="Expected">What the column asks for, to be read behind its name: <c>must be a whole number</c>.</param>
internal sealed record Violation(string Rule, string Expected);
