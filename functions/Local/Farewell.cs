namespace Landfall.Local;

/// <summary>What is said once everything started after it has stopped.</summary>
internal sealed class Farewell(Action say) : IAsyncDisposable
{
    public ValueTask DisposeAsync()
    {
        say();
        return ValueTask.CompletedTask;
    }
}
