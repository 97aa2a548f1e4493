namespace Landfall.Web.Local;

/// <summary>What only the local cloud has to show, and one thing to do.</summary>
public interface ILocalCloud
{
    /// <summary>Every subscription with what waits in it.</summary>
    Task<IReadOnlyList<LocalQueue>> QueuesAsync(CancellationToken cancellationToken);

    /// <summary>The messages that were given up, the oldest first.</summary>
    /// <param name="most">How many at most.</param>
    Task<IReadOnlyList<LocalLetter>> DeadLettersAsync(int most, CancellationToken cancellationToken);

    /// <summary>The scheduler's jobs.</summary>
    IReadOnlyList<LocalJob> Jobs { get; }

    /// <summary>Sends a job's tick now, and waits for nothing.</summary>
    /// <returns>Whether there is such a job.</returns>
    bool Fire(string job);
}
