using Landfall.Landings;
using Landfall.Sinks;

namespace Landfall.Web.Reading;

/// <summary>One landing.</summary>
/// <param name="Rejects">The first rows in quarantine, masked; null where they can not be read.</param>
public sealed record LandingModel(LedgerEntry Entry, IReadOnlyList<QuarantinedRow>? Rejects, DateTimeOffset Now);
