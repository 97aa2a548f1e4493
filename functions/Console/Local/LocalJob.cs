namespace Landfall.Web.Local;

/// <summary>A job of the scheduler's.</summary>
/// <param name="Schedule">When it is due, as cron; null for one that a person runs.</param>
/// <param name="Last">When its tick was sent last, and how that was answered; null for never.</param>
public sealed record LocalJob(string Name, string? Schedule, string TimeZone, (DateTimeOffset At, int Status)? Last);
