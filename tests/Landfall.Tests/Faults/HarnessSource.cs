using Landfall.Cloud;
using Landfall.Sinks;

namespace Landfall.Tests.Faults;

/// <summary>A file that was dropped.</summary>
/// <param name="Contract">Whose.</param>
/// <param name="Date">In its name.</param>
/// <param name="Version">The object.</param>
/// <param name="File">What it holds.</param>
internal sealed record HarnessSource(HarnessContract Contract, DateOnly Date, StoredObject Version, HarnessFile File)
{
    public SourceOrder Order => new(Date, Version.TimeCreated, Version.Generation);
}
