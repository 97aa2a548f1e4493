namespace Landfall.Sinks;

/// <summary>Which landings of a contract.</summary>
/// <param name="Limit">How many at most.</param>
public sealed record LandingsQuery(int Limit)
{
    /// <summary>Those that ended so; null for all.</summary>
    public Outcome? Outcome { get; init; }

    /// <summary>Those behind this one: its end, and its landing id; null for the first.</summary>
    public (DateTimeOffset FinishedAt, long LandingId)? After { get; init; }
}
