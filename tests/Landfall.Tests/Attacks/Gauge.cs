using Shouldly;

namespace Landfall.Tests.Attacks;

/// <summary>
/// What an act takes of this process, beyond what the process had before it. Memory is looked at every few milliseconds: what the garbage collector holds (and, where
/// that is much, holds after a collection: what is in use), and the resident set. Only where nothing else runs in the process.
/// </summary>
/// <param name="Time">But for the collections, of which nearly all are the measurement's own.</param>
/// <param name="Live">The most bytes of managed memory in use at once.</param>
/// <param name="Resident">The most bytes by which the resident set grew.</param>
internal sealed record Gauge(Pace Time, long Live, long Resident)
{
    /// <summary>What an attack may take of memory.</summary>
    public const long Little = 64 << 20;

    /// <summary>From here on a collection says how much of it is in use: below, garbage may as well be counted.</summary>
    private const long Much = 24 << 20;

    private static readonly TimeSpan Every = TimeSpan.FromMilliseconds(3);

    public static async Task<(T Result, Gauge Taken)> MeasureAsync<T>(Func<Task<T>> act)
    {
        // Twice: what is finalized by the first is freed by the second.
        for (var i = 0; i < 2; i++)
        {
            GC.Collect(2, GCCollectionMode.Aggressive, blocking: true, compacting: true);
            GC.WaitForPendingFinalizers();
        }
        var (managed, resident) = (GC.GetTotalMemory(forceFullCollection: false), Environment.WorkingSet);
        var (live, grown, over) = (0L, 0L, false);
        var watcher = new Thread(Watch) { IsBackground = true, Priority = ThreadPriority.AboveNormal };
        watcher.Start();
        var (started, paused) = (Pace.Now, GC.GetTotalPauseDuration());
        var result = await act();
        var collecting = GC.GetTotalPauseDuration() - paused;
        var time = Pace.Now - started - new Pace(collecting, collecting);
        Volatile.Write(ref over, true);
        watcher.Join();
        return (result, new(time, live, grown));

        void Watch()
        {
            while (!Volatile.Read(ref over))
            {
                var held = GC.GetTotalMemory(forceFullCollection: false) - managed;
                grown = Math.Max(grown, Environment.WorkingSet - resident);
                if (held > Much)
                {
                    GC.Collect(2, GCCollectionMode.Forced, blocking: true);
                    held = GC.GetTotalMemory(forceFullCollection: false) - managed;
                }
                live = Math.Max(live, held);
                Thread.Sleep(Every);
            }
        }
    }

    public void ShouldBeSoonAndIn(long memory)
    {
        Time.IsSoon.ShouldBeTrue($"{this}");
        ShouldBeIn(memory);
    }

    public void ShouldBeIn(long memory)
    {
        Live.ShouldBeLessThan(memory, $"{this}");
        Resident.ShouldBeLessThan(memory, $"{this}");
    }

    public override string ToString() => $"{Time}, {Live >> 10} KiB live, {Resident >> 10} KiB resident";
}
