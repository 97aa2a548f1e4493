namespace Landfall.Contracts;

/// <summary>A limit of a number.</summary>
/// <param name="Value">The limit.</param>
/// <param name="Exclusive">Whether the limit itself is out.</param>
public readonly record struct Bound(decimal Value, bool Exclusive);
