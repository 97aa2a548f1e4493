using System.Diagnostics;

namespace Landfall.Tests.Attacks;

/// <summary>
/// What an act takes of this process, beyond what the process had before it. Memory is looked at every few milliseconds: what the garbage collector holds (and, where
/// that is much, holds after a collection: what is in use), and the resident set. Time is the clock's and the processor's.
/// </summary>
/// <param name="Seconds">By the clock, but for the collections, of which nearly all are the measurement's own.</param>
/// <param name="Processor">Seconds of processor time of this process, all of its threads, likewise.</param>
/// <param name="Live">The most bytes of managed memory in use at once.</param>
/// <param name="Resident">The most bytes by which the resident set grew.</param>
internal sealed record Gauge(double Seconds, double Processor, long Live, long Resident)
{
    /// <summary>From here on a collection says how much of it is in use: below, garbage may as well be counted.</summary>
    private const long Much = 24 << 20;

    private static readonly double Patience = Pace.Limit.TotalSeconds;

    private static readonly TimeSpan Every = TimeSpan.FromMilliseconds(3);

    /// <summary>
    /// <see cref="Pace"/>. On a machine that others use, too, the clock says little: up to three times as long passes if this process was given no more than two seconds of
    /// processor time in it.
    /// </summary>
    public bool IsSoon => Seconds < Patience || (Processor < Patience && Seconds < 3 * Patience);

    public static async Task<(T Result, Gauge Taken)> MeasureAsync<T>(Func<Task<T>> act)
    {
        // Twice: what is finalized by the first is freed by the second.
        for (var i = 0; i < 2; i++)
        {
            GC.Collect(2, GCCollectionMode.Aggressive, blocking: true, compacting: true);
            GC.WaitForPendingFinalizers();
        }
        using var process = Process.GetCurrentProcess();
        var (managed, resident, processor) = (GC.GetTotalMemory(forceFullCollection: false), Environment.WorkingSet, process.TotalProcessorTime);
        var (live, grown, over) = (0L, 0L, false);
        var watcher = new Thread(Watch) { IsBackground = true, Priority = ThreadPriority.AboveNormal };
        watcher.Start();
        var (started, paused) = (Stopwatch.GetTimestamp(), GC.GetTotalPauseDuration());
        var result = await act();
        var collecting = (GC.GetTotalPauseDuration() - paused).TotalSeconds;
        var seconds = Stopwatch.GetElapsedTime(started).TotalSeconds - collecting;
        process.Refresh();
        var used = (process.TotalProcessorTime - processor).TotalSeconds - collecting;
        Volatile.Write(ref over, true);
        watcher.Join();
        return (result, new(seconds, used, live, grown));

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
}
