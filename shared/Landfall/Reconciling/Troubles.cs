using System.Collections.Concurrent;
using Landfall.Contracts;
using Landfall.Landings;
using Microsoft.Extensions.Logging;

namespace Landfall.Reconciling;

/// <summary>What could not be done in a tick. One thing keeps no other from being done; in the end the tick says that it was not whole.</summary>
internal sealed class Troubles(ILogger log)
{
    private readonly ConcurrentQueue<string> _all = new();

    /// <summary>Does something, and takes note when it fails.</summary>
    /// <param name="what">What it looks at, for people.</param>
    /// <param name="lander">Knows the warehouses' own exceptions.</param>
    /// <param name="contract">Whose warehouse it asks; null for none.</param>
    /// <param name="act">What is done.</param>
    /// <param name="cancellationToken">When the tick is ended, that is no trouble.</param>
    /// <returns>Whether it was done.</returns>
    public async Task<bool> TryAsync(string what, Lander lander, Contract? contract, Func<Task> act, CancellationToken cancellationToken)
    {
        try
        {
            await act().ConfigureAwait(false);
            return true;
        }
        catch (Exception e) when (!cancellationToken.IsCancellationRequested)
        {
            // A warehouse's own words may quote rows.
            var verdict = e as LandingException ?? (contract is null ? null : lander.ReconciledSink(contract).Classify(e));
            if (verdict is not null) log.NotDone(what, verdict.Message, verdict.Hint);
            else log.Failed(e, what);
            _all.Enqueue($"{what}: {verdict?.Message ?? e.GetType().Name}");
            return false;
        }
    }

    /// <exception cref="RetryException">Something could not be done.</exception>
    public void ThrowIfAny()
    {
        if (!_all.IsEmpty) throw new RetryException($"all was looked at but {string.Join("; ", _all.Take(10))}", "the next tick looks at it again");
    }
}
