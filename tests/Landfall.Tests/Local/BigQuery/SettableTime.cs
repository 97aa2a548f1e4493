namespace Landfall.Tests.Local.BigQuery;

/// <summary>The time is what the test says; waits are real.</summary>
internal sealed class SettableTime(DateTimeOffset now) : TimeProvider
{
    public DateTimeOffset Now { get; set; } = now;

    public override DateTimeOffset GetUtcNow() => Now;
}
