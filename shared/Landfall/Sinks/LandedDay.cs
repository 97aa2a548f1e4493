namespace Landfall.Sinks;

/// <summary>What ended on a day, of the sources of one date.</summary>
/// <param name="Day">When it ended, by the contract's clock.</param>
/// <param name="Date">The date in the sources' names; null for those without one.</param>
/// <param name="Landed">Sources that landed.</param>
/// <param name="Refused">Sources that were refused.</param>
/// <param name="Rows">Rows of those that landed.</param>
/// <param name="Rejected">Rows in quarantine.</param>
/// <param name="First">When the first of them landed; null when none has.</param>
public sealed record LandedDay(DateOnly Day, DateOnly? Date, long Landed, long Refused, long Rows, long Rejected, DateTimeOffset? First);
