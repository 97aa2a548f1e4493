using System.Diagnostics;

namespace Landfall.Tests;

/// <summary>Waits for what happens elsewhere.</summary>
internal static class Until
{
    public static Task TrueAsync(Func<bool> condition, string what, int seconds = 20) => TrueAsync(() => Task.FromResult(condition()), what, seconds);

    /// <exception cref="TimeoutException">It did not become true; the message says what.</exception>
    public static async Task TrueAsync(Func<Task<bool>> condition, string what, int seconds = 20)
    {
        var start = Stopwatch.GetTimestamp();
        while (!await condition())
        {
            if (Stopwatch.GetElapsedTime(start).TotalSeconds > seconds)
            {
                throw new TimeoutException($"After {seconds} s it is still not true that {what}.");
            }

            await Task.Delay(10);
        }
    }
}
