using System.Globalization;
using Landfall.Cloud;
using Landfall.Contracts;
using Landfall.Reconciling;
using Landfall.Sinks;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace Landfall.Web.Reading;

/// <summary>The ledgers of all warehouses. What one of them can not tell now is no reason to show nothing of the others: it is null.</summary>
internal sealed partial class Ledgers(IEnumerable<ISink> sinks, Questions questions, TimeProvider clock, ILogger<Ledgers> log)
{
    private readonly List<IReconciledSink> _sinks = [.. sinks.OfType<IReconciledSink>()];

    /// <summary>A contract's landings.</summary>
    public Task<IReadOnlyList<LedgerEntry>?> LandingsAsync(Contract contract, LandingsQuery query, CancellationToken cancellationToken) =>
        TryAsync(contract, sink => questions.AskAsync(token => sink.ReadLandingsAsync(contract, query, token), cancellationToken), cancellationToken);

    /// <summary>One of them, or none.</summary>
    public Task<Tuple<LedgerEntry?>?> LandingAsync(Contract contract, long landingId, CancellationToken cancellationToken) =>
        TryAsync(contract, sink => questions.AskAsync(async token => Tuple.Create(await sink.FindLandingAsync(contract, landingId, token)), cancellationToken), cancellationToken);

    /// <summary>What its landings of the last days have brought.</summary>
    public Task<IReadOnlyList<LandedDay>?> DaysAsync(Contract contract, int days, CancellationToken cancellationToken) =>
        TryAsync(contract, sink => questions.AskNowAndThenAsync(
            string.Create(CultureInfo.InvariantCulture, $"{contract.Id}, {days} days"), TimeSpan.Zero, token => sink.ReadDaysAsync(contract, clock.GetUtcNow().AddDays(-days), token), cancellationToken), cancellationToken);

    /// <summary>What it knows of the arrivals that are expected now.</summary>
    public Task<IReadOnlyList<LedgerEntry>?> ArrivalsAsync(Contract contract, CancellationToken cancellationToken) =>
        TryAsync(contract, sink => questions.AskNowAndThenAsync(
            $"{contract.Id}, arrivals", TimeSpan.Zero, token => ((IReconciledSink)sink).ReadArrivalsAsync(contract, ArrivalCalendar.Of(contract, clock.GetUtcNow()), token), cancellationToken), cancellationToken);

    /// <summary>What an answer says, or null where the warehouse is not named, or does not answer.</summary>
    private async Task<T?> TryAsync<T>(Contract contract, Func<ILedgerSink, Task<T>> ask, CancellationToken cancellationToken) where T : class
    {
        if (_sinks.Find(sink => sink.Kind == contract.Sink) is not ILedgerSink sink) return null;
        try
        {
            return await ask(sink);
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
