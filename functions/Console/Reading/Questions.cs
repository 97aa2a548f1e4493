namespace Landfall.Web.Reading;

/// <summary>What pages ask of warehouses: a few questions at a time, and those that take long only now and then. However often a page is loaded, a warehouse has its landings to do.</summary>
internal sealed class Questions(TimeProvider clock) : IDisposable
{
    /// <summary>Questions under way at a time; each of Postgres takes a connection.</summary>
    private const int Most = 8;

    /// <summary>An answer serves for so many times as long as it took: a page that is always being loaded takes a twentieth of a warehouse's time at most.</summary>
    private const int Share = 20;

    /// <summary>What is answered quicker is asked each time.</summary>
    private static readonly TimeSpan Quick = TimeSpan.FromMilliseconds(50);

    /// <summary>However long an answer took, no page shows an older one.</summary>
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(30);

    /// <summary>A page that takes longer is none.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    private readonly SemaphoreSlim _turns = new(Most);
    private readonly Dictionary<string, Task<Told>> _told = new(StringComparer.Ordinal);
    private readonly Lock _lock = new();

    private sealed record Told(object? Answer, long At, TimeSpan Serves);

    /// <exception cref="OperationCanceledException">Nobody has answered for twenty seconds, or nobody waits any more.</exception>
    public async Task<T> AskAsync<T>(Func<CancellationToken, Task<T>> ask, CancellationToken cancellationToken)
    {
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        ending.CancelAfter(Patience);
        await _turns.WaitAsync(ending.Token);
        try
        {
            return await ask(ending.Token);
        }
        finally
        {
            _turns.Release();
        }
    }

    /// <summary>The same; who asks while another does, or soon after, is given the other's answer.</summary>
    /// <param name="question">What is asked; one of few.</param>
    /// <param name="atLeast">How long an answer serves, however quick it was.</param>
    /// <param name="ask">Asks it.</param>
    /// <param name="cancellationToken">Ends the waiting, and not the question: others may wait, too.</param>
    public async Task<T> AskNowAndThenAsync<T>(string question, TimeSpan atLeast, Func<CancellationToken, Task<T>> ask, CancellationToken cancellationToken)
    {
        Task<Told>? told;
        lock (_lock)
        {
            if (!_told.TryGetValue(question, out told) || IsOver(told)) _told[question] = told = Task.Run(TellAsync, CancellationToken.None);
        }
        return (T)(await told.WaitAsync(cancellationToken)).Answer!;

        async Task<Told> TellAsync()
        {
            var began = clock.GetTimestamp();
            var answer = await AskAsync(ask, CancellationToken.None);
            var took = clock.GetElapsedTime(began);
            var serves = took < Quick ? TimeSpan.Zero : took * Share < Longest ? took * Share : Longest;
            return new(answer, clock.GetTimestamp(), serves > atLeast ? serves : atLeast);
        }
    }

    public void Dispose() => _turns.Dispose();

    private bool IsOver(Task<Told> told) => told.IsCompleted && (!told.IsCompletedSuccessfully || clock.GetElapsedTime(told.Result.At) >= told.Result.Serves);
}
