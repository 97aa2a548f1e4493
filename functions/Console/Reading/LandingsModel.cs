using Landfall.Contracts;
using Landfall.Sinks;

namespace Landfall.Web.Reading;

/// <summary>A dataset's landings, a page of them.</summary>
/// <param name="Outcome">Those that ended so; null for all.</param>
/// <param name="IsFirst">Whether none stands before them.</param>
/// <param name="HasMore">Whether some stand behind them.</param>
public sealed record LandingsModel(Contract Contract, Outcome? Outcome, IReadOnlyList<LedgerEntry> Landings, bool IsFirst, bool HasMore, DateTimeOffset Now);
