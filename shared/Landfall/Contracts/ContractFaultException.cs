namespace Landfall.Contracts;

/// <summary>The contracts can not be used. Thrown at start, with every fault of every file, so that one reading mends all.</summary>
public sealed class ContractFaultException(IReadOnlyList<ContractFault> faults) : FormatException(string.Join('\n', faults))
{
    /// <summary>By file and line. Never empty.</summary>
    public IReadOnlyList<ContractFault> Faults { get; } = faults;
}
