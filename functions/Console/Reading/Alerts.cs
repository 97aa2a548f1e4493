using Landfall.Cloud;
using Landfall.Contracts;
using Landfall.Hosting;
using Landfall.Landings;
using Landfall.Reconciling;
using Landfall.Sinks;

namespace Landfall.Web.Reading;

/// <summary>The alerts that stand: those that Reconcile keeps, and what a ledger shows already.</summary>
internal sealed class Alerts(CloudStorage storage, Settings settings, TimeProvider clock)
{
    /// <summary>Those of the board; none while the bucket does not answer.</summary>
    public async Task<IReadOnlyList<StandingAlert>> BoardAsync(CancellationToken cancellationToken)
    {
        try
        {
            return [.. (await AlertBoard.ReadAsync(storage, settings.Bucket(LandingNames.Receipts), cancellationToken)).Select(standing => new StandingAlert(
                standing.Alert.Contract, standing.Alert.Kind, standing.Alert.Owner, standing.Alert.Support, standing.Alert.Detail, standing.Alert.Command, standing.Since))];
        }
        catch (Exception e) when (!cancellationToken.IsCancellationRequested && e is RetryException or HttpRequestException)
        {
            return [];
        }
    }

    /// <summary>What is wrong with a contract's arrivals, before anybody has said so.</summary>
    /// <param name="contract">Whose.</param>
    /// <param name="ledger">As <see cref="IReconciledSink.ReadArrivalsAsync"/> gives it.</param>
    public IEnumerable<StandingAlert> Of(Contract contract, IReadOnlyList<LedgerEntry> ledger)
    {
        var now = clock.GetUtcNow();
        return ArrivalAlerts.Of(contract, now, ArrivalCalendar.Of(contract, now), ledger).Select(alert => new StandingAlert(alert.Contract, alert.Word, alert.Owner, alert.Support, alert.Detail, alert.Command, null));
    }
}
