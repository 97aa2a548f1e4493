namespace Landfall.Tests.Attacks;

/// <summary>How much more the managed heap holds at most, garbage included, while something is done. Only where nothing else runs in the process.</summary>
internal static class PeakMemory
{
    /// <returns>Bytes.</returns>
    public static async Task<long> OfAsync(Func<Task> work)
    {
        GC.Collect();
        GC.WaitForPendingFinalizers();
        var before = GC.GetTotalMemory(forceFullCollection: true);
        var (peak, done) = (before, false);
        var watch = new Thread(() =>
        {
            while (!Volatile.Read(ref done))
            {
                peak = Math.Max(peak, GC.GetTotalMemory(forceFullCollection: false));
                Thread.Sleep(1);
            }
        });
        watch.Start();
        try
        {
            await work();
        }
        finally
        {
            Volatile.Write(ref done, true);
            watch.Join();
        }
        return peak - before;
    }
}
