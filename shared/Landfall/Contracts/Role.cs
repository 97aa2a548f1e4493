namespace Landfall.Contracts;

/// <summary>Who may do what with a dataset: one entry of ODCS <c>roles[]</c>.</summary>
/// <param name="Name">The role's name where access is granted.</param>
/// <param name="Access">What it may do, as written: <c>read</c>, <c>write</c>; null when the contract does not say.</param>
/// <param name="Description">For people.</param>
public sealed record Role(string Name, string? Access, string? Description);
