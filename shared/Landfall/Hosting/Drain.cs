using Microsoft.Extensions.Hosting;

namespace Landfall.Hosting;

/// <summary>What SIGTERM does: the server takes nothing new, and what runs has <see cref="Grace"/> to finish before its token is cancelled.</summary>
internal static class Drain
{
    /// <summary>Cloud Run kills ten seconds after SIGTERM: one is left to answer 503 and to send the last telemetry.</summary>
    public static readonly TimeSpan Grace = TimeSpan.FromSeconds(9);

    /// <summary>How long the server waits for its requests: past <see cref="Grace"/>, so that the cancelled ones can still answer.</summary>
    public static readonly TimeSpan ServerPatience = Grace + TimeSpan.FromSeconds(0.5);

    /// <returns>A token that is cancelled when the program has been stopping for <see cref="Grace"/>.</returns>
    public static CancellationToken Over(IHostApplicationLifetime lifetime, TimeProvider time)
    {
        var over = new CancellationTokenSource();
        ITimer? timer = null;
        lifetime.ApplicationStopping.Register(() => timer = time.CreateTimer(_ => over.Cancel(), state: null, Grace, Timeout.InfiniteTimeSpan));
        lifetime.ApplicationStopped.Register(() =>
        {
            timer?.Dispose();
            over.Dispose();
        });
        return over.Token;
    }
}
