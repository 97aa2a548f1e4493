using Landfall.Contracts;

namespace Landfall.Sinks;

/// <summary>A run of an uplift as a source: it has no object, but an identity, a ledger entry and a receipt as if it had one.</summary>
internal static class UpliftRun
{
    /// <summary>Stands for the bucket in a run's identity.</summary>
    private const string Bucket = "uplifts";

    public static Source Of(Contract contract, string run, DateTimeOffset at) => new(contract, new(Bucket, $"{contract.Id}/{run}", 0, at, 0), null);

    /// <summary>The run's id.</summary>
    public static string Id(Source source) => source.Version.Name[(source.Version.Name.IndexOf('/', StringComparison.Ordinal) + 1)..];
}
