namespace Landfall.Web.Reading;

/// <summary>What a contract cost in a month.</summary>
/// <param name="Month">Its first day.</param>
/// <param name="Contract">Its id; empty for what bears no contract's label.</param>
/// <param name="Currency">As the billing says.</param>
public sealed record CostRow(DateOnly Month, string Contract, decimal Cost, string Currency);
