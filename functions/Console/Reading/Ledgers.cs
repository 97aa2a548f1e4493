using Landfall.Cloud;
using Landfall.Contracts;
using Landfall.Sinks;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace Landfall.Web.Reading;

/// <summary>The ledgers of all warehouses. What one of them can not tell now is no reason to show nothing of the others.</summary>
internal sealed partial class Ledgers(IEnumerable<ISink> sinks, ILogger<Ledgers> log)
{
    /// <summary>A page that takes longer is none.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    private readonly List<IReconciledSink> _sinks = [.. sinks.OfType<IReconciledSink>()];

    /// <summary>What an answer says, or null where the warehouse is not named, or does not answer.</summary>
    public async Task<T?> TryAsync<T>(Contract contract, Func<ILedgerSink, CancellationToken, Task<T>> ask, CancellationToken cancellationToken) where T : class
    {
        if (_sinks.Find(sink => sink.Kind == contract.Sink) is not ILedgerSink sink) return null;
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        ending.CancelAfter(Patience);
        try
        {
            return await ask(sink, ending.Token);
        }
        catch (Exception e) when (!cancellationToken.IsCancellationRequested && e is NpgsqlException or RetryException or HttpRequestException or BigQueryException or OperationCanceledException or TimeoutException)
        {
            Silent(log, e, contract.Id.Name);
            return null;
        }
    }

    [LoggerMessage(1, LogLevel.Warning, "The warehouse of {Contract} does not answer")]
    private static partial void Silent(ILogger log, Exception exception, string contract);
}
