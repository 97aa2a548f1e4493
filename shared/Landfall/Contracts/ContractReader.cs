namespace Landfall.Contracts;
/// <summary>Placeholder.</summary>
public static class ContractReader { }
