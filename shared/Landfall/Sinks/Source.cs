using Landfall.Cloud;
using Landfall.Contracts;

namespace Landfall.Sinks;

/// <summary>An object version together with the contract that claims it.</summary>
/// <param name="Contract">Whose it is.</param>
/// <param name="Version">Bucket, name, generation.</param>
/// <param name="Date">The date in its name; null when the contract's pattern has none.</param>
public sealed record Source(Contract Contract, StoredObject Version, DateOnly? Date)
{
    public SourceOrder Order => new(Date, Version.TimeCreated, Version.Generation);
}
