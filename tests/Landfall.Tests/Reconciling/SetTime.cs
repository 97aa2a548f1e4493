namespace Landfall.Tests.Reconciling;

/// <summary>A clock that shows what a test sets; waits and time limits go by the machine's.</summary>
internal sealed class SetTime(DateTimeOffset now) : TimeProvider
{
    private long _looks;

    public DateTimeOffset Now { get; set; } = now;

    /// <summary>What seems to pass between two looks at the stopwatch, beside what does.</summary>
    public TimeSpan Hurry { get; set; }

    public override DateTimeOffset GetUtcNow() => Now;

    public override long GetTimestamp() => base.GetTimestamp() + (long)(Hurry.TotalSeconds * TimestampFrequency * Interlocked.Increment(ref _looks));
}
