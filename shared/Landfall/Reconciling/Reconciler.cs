using Landfall.Cloud;
using Landfall.Contracts;
using Landfall.Hosting;
using Landfall.Landings;
using Landfall.Sinks;
using Microsoft.Extensions.Logging;

namespace Landfall.Reconciling;

/// <summary>
/// What the platform does about what nobody tells it: a tick lands what no event announced, says what a person should know, once, and lets go of what is kept no longer. Two ticks at once, and a
/// tick that comes again, do no more than one.
/// </summary>
/// <param name="topics">Null where there is no project: then there are no dead letters.</param>
public sealed class Reconciler(ContractSet contracts, Lander lander, CloudStorage storage, Settings settings, TimeProvider clock, ILoggerFactory logs, PubSubClient? topics = null)
{
    /// <summary>Contracts looked at at a time: a warehouse answers in its own time.</summary>
    private const int AtOnce = 4;

    /// <summary>Rows that a tick deletes at most, of a table.</summary>
    private const int MostRows = 50_000;

    /// <summary>How long a ledger entry is looked at for whether it adds up.</summary>
    private static readonly TimeSpan Balanced = TimeSpan.FromDays(1);

    private readonly ILogger _log = logs.CreateLogger("Landfall.Reconciling");

    /// <summary>A tick.</summary>
    /// <exception cref="RetryException">Something could not be looked at; all else was.</exception>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        var troubles = new Troubles(_log);
        var board = await AlertBoard.OpenAsync(storage, settings.Bucket(LandingNames.Receipts), _log, cancellationToken).ConfigureAwait(false);
        await TryAsync("the objects of the contracts", null, async () =>
            await new LostObjects(contracts, lander, storage, settings, clock, _log, troubles).LandAsync(board, cancellationToken).ConfigureAwait(false), [AlertKind.Waiting]).ConfigureAwait(false);
        await PrepareAsync(cancellationToken).ConfigureAwait(false);
        var options = new ParallelOptions { MaxDegreeOfParallelism = AtOnce, CancellationToken = cancellationToken };
        await Parallel.ForEachAsync(contracts.All, options, async (contract, token) => await TryAsync(
            $"the arrivals of {contract.Id}", contract, async () => await LookAsync(board, contract, token).ConfigureAwait(false),
            [AlertKind.Missing, AlertKind.Late, AlertKind.Small, AlertKind.Large, AlertKind.Unfinished, AlertKind.Unbalanced]).ConfigureAwait(false)).ConfigureAwait(false);
        await TryAsync("the dead letters", null, async () =>
        {
            if (topics is null) return;
            foreach (var alert in await new DeadLetters(topics, contracts, settings).FindAsync(cancellationToken).ConfigureAwait(false)) await board.RaiseAsync(alert, cancellationToken).ConfigureAwait(false);
        }, [AlertKind.DeadLetters]).ConfigureAwait(false);
        await board.CloseAsync(cancellationToken).ConfigureAwait(false);
        await ExpireAsync(troubles, cancellationToken).ConfigureAwait(false);
        troubles.ThrowIfAny();

        async Task TryAsync(string what, Contract? contract, Func<Task> act, AlertKind[] kinds)
        {
            if (await troubles.TryAsync(what, lander, contract, act, cancellationToken).ConfigureAwait(false)) return;
            // What was not looked at is as it was.
            foreach (var name in contract is null ? contracts.All.Select(one => one.Id.Name).Append(Alert.Nobody) : [contract.Id.Name])
                foreach (var kind in kinds) board.Keep(name, kind);
        }
    }

    /// <summary>
    /// Makes the tables of Postgres' contracts stand before the first row comes: Api may write rows, and make no table. A contract that its table does not fit is told by its next landing, too, so
    /// that here it is no more than a line of the log.
    /// </summary>
    private async Task PrepareAsync(CancellationToken cancellationToken)
    {
        foreach (var contract in contracts.All.Where(contract => contract.Sink == SinkKind.Postgres))
            await new Troubles(_log).TryAsync($"the tables of {contract.Id}", lander, contract, async () => await lander.ReconciledSink(contract).PrepareAsync(contract, cancellationToken).ConfigureAwait(false), cancellationToken).ConfigureAwait(false);
    }

    /// <summary>What of a contract has come, and what has not.</summary>
    private async Task LookAsync(AlertBoard board, Contract contract, CancellationToken cancellationToken)
    {
        var (sink, now) = (lander.ReconciledSink(contract), clock.GetUtcNow());
        var arrivals = ArrivalCalendar.Of(contract, now);
        var ledger = await sink.ReadArrivalsAsync(contract, arrivals, cancellationToken).ConfigureAwait(false);
        var landed = ledger.Where(entry => entry.Outcome == Outcome.Landed).Select(entry => (DateTimeOffset?)entry.FinishedAt).Max();
        if (landed is { } newest) ReconcileMetrics.Fresh(contract.Id.Name, now - newest);
        foreach (var alert in ArrivalAlerts.Of(contract, now, arrivals, ledger)) await board.RaiseAsync(alert, cancellationToken).ConfigureAwait(false);
        if (await sink.FindUnbalancedAsync(contract, now - Balanced, cancellationToken).ConfigureAwait(false) is [var first, ..] unbalanced)
        {
            await board.RaiseAsync(
                Alert.Of(contract, AlertKind.Unbalanced, $"the ledger's rows of {first}{(unbalanced.Count > 1 ? " and others" : "")} do not add up: expected those read to be those landed, rejected and collapsed", $"landfall status {contract.Id}"),
                cancellationToken).ConfigureAwait(false);
        }
        if (contract is not { Topic: not null, Export: not null }) return;
        if (await new UnfinishedRuns(storage, settings, now).FindAsync(contract, sink, landed, cancellationToken).ConfigureAwait(false) is { } unfinished) await board.RaiseAsync(unfinished, cancellationToken).ConfigureAwait(false);
    }

    private async Task ExpireAsync(Troubles troubles, CancellationToken cancellationToken)
    {
        var now = clock.GetUtcNow();
        foreach (var contract in contracts.All)
        {
            await troubles.TryAsync($"the old rows of {contract.Id}", lander, contract, async () =>
            {
                var kept = contract.Retention < settings.RejectsRetention ? contract.Retention.Value : settings.RejectsRetention;
                var (rows, rejects) = await lander.ReconciledSink(contract).ExpireAsync(contract, now, kept, MostRows, cancellationToken).ConfigureAwait(false);
                if (rows + rejects > 0) _log.Expired(contract.Id.Name, rows, rejects);
            }, cancellationToken).ConfigureAwait(false);
        }
        foreach (var contract in contracts.All.DistinctBy(contract => contract.Sink))
        {
            await troubles.TryAsync($"the old answers in {contract.Sink}", lander, contract, async () =>
            {
                if (await lander.ReconciledSink(contract).ForgetAsync(now, MostRows, cancellationToken).ConfigureAwait(false) is > 0 and var rows) _log.Forgotten(rows);
            }, cancellationToken).ConfigureAwait(false);
        }
        List<(string Bucket, TimeSpan Kept)> buckets = [(LandingNames.Rejects, settings.RejectsRetention), (LandingNames.Receipts, settings.ReceiptsRetention)];
        if (contracts.All.Any(contract => contract.Export is not null)) buckets.Add((UnfinishedRuns.Bucket, settings.ExportsRetention));
        foreach (var (bucket, kept) in buckets)
        {
            await troubles.TryAsync($"the old objects of {bucket}", lander, null, async () =>
                await new ObjectRetention(contracts, storage, settings, now, _log).SweepAsync(bucket, kept, cancellationToken).ConfigureAwait(false), cancellationToken).ConfigureAwait(false);
        }
    }
}
