namespace Landfall.Benchmarks.Scale;

/// <summary>How one function is deployed (terraform/functions.tf).</summary>
/// <param name="Concurrency">Requests of an instance at once.</param>
/// <param name="Instances">At most.</param>
/// <param name="MemoryGiB">Of an instance, which has one vCPU.</param>
internal sealed record Deployed(int Concurrency, int Instances, double MemoryGiB)
{
    /// <summary>The drop zone's loader, as terraform/functions.tf has it.</summary>
    public static Deployed Default { get; } = new(8, 20, 1);

    /// <summary>For a contract with files by the second: one instance, in which all of them wait for the same commit.</summary>
    public static Deployed Busy { get; } = new(1_000, 1, 2);

    public override string ToString() => $"{Concurrency} × {Instances}";
}
