namespace Landfall.Tests.Cloud;

/// <summary>Notes every wait, and makes none.</summary>
internal sealed class RecordedWaits : TimeProvider
{
    public List<TimeSpan> Waits { get; } = [];

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        if (dueTime > TimeSpan.Zero && dueTime < TimeSpan.FromSeconds(50)) Waits.Add(dueTime);
        return System.CreateTimer(callback, state, dueTime > TimeSpan.Zero && dueTime < TimeSpan.FromSeconds(50) ? TimeSpan.Zero : dueTime, period);
    }
}
