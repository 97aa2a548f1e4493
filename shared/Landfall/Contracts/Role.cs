namespace Landfall.Contracts;

/// <summary>Who may do what with a dataset: one entry of ODCS <c>roles[]</c>.</summary>
/// <param name="Name">The role's name where access is granted.</param>
/// <param name="Access">What it may do, as written: <c>read</c>, <c>write</c>; null when the contract does not say.</param>
/// <param name="Description">For people.</param>
public sealed record Role(string Name, string? Access, string? Description)
{
    /// <summary>The tables and views that it is about, <c>schema.name</c>; empty for all of the contract's.</summary>
    public IReadOnlyList<string> Of { get; init; } = [];
}
