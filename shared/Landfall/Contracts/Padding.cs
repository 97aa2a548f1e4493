namespace Landfall.Contracts;

/// <summary>The one transformation a contract may ask for: <c>lpad(column, Length, 'Fill')</c>. A longer value stays as it is.</summary>
/// <param name="Length">Characters, 1…1000.</param>
/// <param name="Fill">One ASCII character.</param>
public readonly record struct Padding(int Length, char Fill);
