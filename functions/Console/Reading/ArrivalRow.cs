using Landfall.Contracts;

namespace Landfall.Web.Reading;

/// <summary>A dataset's days.</summary>
/// <param name="Days">In their order; null where the warehouse does not answer.</param>
public sealed record ArrivalRow(Contract Contract, IReadOnlyList<ArrivalDay>? Days);
