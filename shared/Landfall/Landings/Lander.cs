using Landfall.Cloud;
using Landfall.Contracts;
using Landfall.Events;
using Landfall.Hosting;
using Landfall.Landings.Announcing;
using Landfall.Runs;
using Landfall.Sinks;
using Microsoft.Extensions.Logging;

namespace Landfall.Landings;

/// <summary>
/// The one pipeline: brings a source into its tables, all of it or nothing, once. Whatever it is called with, and however often, it ends in an outcome
/// with a receipt, or throws and leaves nothing: then it is called again.
/// </summary>
public sealed class Lander(ContractSet contracts, CloudStorage storage, IEnumerable<ISink> sinks, Settings settings, TimeProvider clock, LandingAnnouncer announcer, LargeLandings large, ILoggerFactory logs)
{
    private readonly ILogger _log = logs.CreateLogger("Landfall.Landings");

    /// <summary>Apart from the outcomes: whoever reads receipts as they come wants only this.</summary>
    private readonly ILogger _progress = logs.CreateLogger("Landfall.Progress");

    private readonly Dictionary<SinkKind, ISink> _sinks = sinks.ToDictionary(s => s.Kind);

    /// <summary>Lands an object version, or sees to it that a job does; then there is no receipt yet.</summary>
    /// <exception cref="RetryException">The world is wrong, for now. Anything else that is thrown means the same.</exception>
    public async Task<Receipt> LandAsync(StorageObjectData data, CancellationToken cancellationToken)
    {
        var startedAt = clock.GetUtcNow();
        var version = await VersionAsync(data, cancellationToken).ConfigureAwait(false);
        var bucket = version.Bucket.StartsWith(settings.BucketPrefix, StringComparison.Ordinal) ? version.Bucket[settings.BucketPrefix.Length..] : version.Bucket;
        if (contracts.Claim(bucket, version.Name) is not { } claim) return await UnclaimedAsync(bucket, version, startedAt, cancellationToken).ConfigureAwait(false);

        var source = new Source(claim.Contract, version, claim.Date);
        var sink = Sink(source.Contract);
        if (await large.HandOverAsync(source, sink, cancellationToken).ConfigureAwait(false) is { } since)
        {
            _log.HandedOver(version.Identity, version.Size, since, source.Contract.Id.Name);
            return Receipt.Of(source, since, startedAt);
        }
        return await LandAsync(source, sink, new ObjectIntake(storage, settings.Bucket(LandingNames.Rejects), sink, source, clock, _progress), startedAt, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Lands of each contract on a bucket the newest object that is there, if no event has: what a daily tick makes good.</summary>
    /// <param name="bucket">The bucket without the deployment's prefix.</param>
    /// <exception cref="RetryException">As <see cref="LandAsync(StorageObjectData, CancellationToken)"/>.</exception>
    public async Task LandNewestAsync(string bucket, CancellationToken cancellationToken)
    {
        var newest = new Dictionary<Identifier, Source>();
        await foreach (var version in storage.ListAsync(settings.Bucket(bucket), cancellationToken: cancellationToken).ConfigureAwait(false))
        {
            if (contracts.Claim(bucket, version.Name) is not { } claim) continue;
            var source = new Source(claim.Contract, version, claim.Date);
            if (!newest.TryGetValue(claim.Contract.Id, out var known) || source.Order > known.Order) newest[claim.Contract.Id] = source;
        }
        var failed = new List<string>();
        foreach (var version in newest.Values.Select(source => source.Version))
        {
            try
            {
                await LandAsync(new() { Bucket = version.Bucket, Name = version.Name, Generation = version.Generation, TimeCreated = version.TimeCreated, Size = version.Size, Md5Hash = version.Md5Hash }, cancellationToken).ConfigureAwait(false);
            }
            catch (RetryException e)
            {
                // One that can not land yet keeps no other from it.
                failed.Add($"{version.Identity}: {e.Message}");
            }
        }
        if (failed.Count > 0) throw new RetryException(string.Join("; ", failed));
    }

    /// <summary>Lands a run whose pages are staged.</summary>
    internal Task<Receipt> LandAsync(Source source, CompleteMessage complete, CancellationToken cancellationToken)
    {
        var sink = RunSink(source.Contract);
        return LandAsync(source, sink, new RunIntake(storage, settings.Bucket(LandingNames.Rejects), sink, source, complete), clock.GetUtcNow(), cancellationToken);
    }

    /// <summary>The warehouse of a contract whose rows come in pages: that it takes them was seen when the contract was read.</summary>
    internal IRunSink RunSink(Contract contract) => (IRunSink)Sink(contract);

    /// <summary>The warehouse of a contract that has a column to be raised: as for <see cref="RunSink"/>.</summary>
    internal IUpliftSink UpliftSink(Contract contract) => (IUpliftSink)Sink(contract);

    /// <summary>The warehouse of a contract, as it is asked from outside of a landing.</summary>
    /// <exception cref="RetryException">The environment names none.</exception>
    internal IReconciledSink ReconciledSink(Contract contract) => (IReconciledSink)Sink(contract);

    private async Task<Receipt> LandAsync(Source source, ISink sink, IIntake intake, DateTimeOffset startedAt, CancellationToken cancellationToken)
    {
        var landing = new Landing(sink, source, intake, clock, startedAt);
        var (entry, already) = await landing.RunAsync(cancellationToken).ConfigureAwait(false);
        return await EndAsync(entry, already, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Says how it ended, to the producer and in the log.</summary>
    /// <param name="entry">The ledger's.</param>
    /// <param name="already">Whether it stood there before.</param>
    /// <param name="cancellationToken">Ends it at once.</param>
    internal async Task<Receipt> EndAsync(LedgerEntry entry, bool already, CancellationToken cancellationToken)
    {
        var receipt = Receipt.Of(entry);
        // Before the receipt: who crashes in between tells it twice, and not never.
        if (announcer.IsOn && !(already && await HasReceiptAsync(entry.Source, cancellationToken).ConfigureAwait(false))) await AnnounceAsync(entry, receipt, cancellationToken).ConfigureAwait(false);
        await WriteAsync(entry.Source.Contract.Id.Name, entry.Source.Version, receipt, cancellationToken).ConfigureAwait(false);
        Tell(entry, receipt, already);
        return receipt;
    }

    private async Task AnnounceAsync(LedgerEntry entry, Receipt receipt, CancellationToken cancellationToken)
    {
        using var step = LandingSteps.Begin(LandingSteps.Announce);
        await announcer.AnnounceAsync(entry, receipt, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>A function reaches the warehouses that it needs, and not those of other functions' contracts.</summary>
    private ISink Sink(Contract contract) => _sinks.TryGetValue(contract.Sink, out var sink) ? sink : throw (contract.Sink == SinkKind.Postgres
        ? new RetryException($"the contract {contract.Id} lands in Postgres, and LANDFALL_POSTGRES is not set", "set it to postgres://user@host/database, or to a connection string of Npgsql's")
        : new RetryException($"the contract {contract.Id} lands in BigQuery, and GOOGLE_CLOUD_PROJECT is not set", "set it to the project of its datasets"));

    /// <summary>The version as the event describes it, or, when the event says too little, as its bucket does.</summary>
    private async Task<StoredObject> VersionAsync(StorageObjectData data, CancellationToken cancellationToken)
    {
        if (data is { TimeCreated: { } created, Size: { } size }) return new(data.Bucket, data.Name, data.Generation, created, size) { Md5Hash = data.Md5Hash };
        return await storage.GetAsync(data.Bucket, data.Name, data.Generation, cancellationToken).ConfigureAwait(false)
            // Gone already; the landing finds out whether a newer version is there.
            ?? new(data.Bucket, data.Name, data.Generation, clock.GetUtcNow(), 0);
    }

    private async Task<Receipt> UnclaimedAsync(string bucket, StoredObject version, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var hint = contracts.Nearest(bucket, version.Name) is { } nearest
            ? $"the nearest name that one does claim is {nearest.Object} (contract {nearest.Id}, team {nearest.Team})"
            : "no contract claims any object: their rows come by topics";
        var receipt = Receipt.Unclaimed(version, "no contract claims an object of this name; it was left untouched", hint, now);
        // Nobody waits for a receipt of these; the whole file will have one.
        if (LandingNames.IsUploadPart(version.Name)) return receipt;
        await WriteAsync("unclaimed", version, receipt, cancellationToken).ConfigureAwait(false);
        _log.NotLanded(version.Identity, receipt.Outcome, receipt.Contract, receipt.Reason, receipt.Hint);
        return receipt;
    }

    /// <summary>Writes the receipt unless it is there: the first one stands, and a redelivery supplies the one that a crash left out.</summary>
    private async Task WriteAsync(string folder, StoredObject version, Receipt receipt, CancellationToken cancellationToken)
    {
        using var step = LandingSteps.Begin(LandingSteps.Receipt);
        var json = ReceiptJson.Write(receipt);
        await storage.WriteAsync(settings.Bucket(LandingNames.Receipts), LandingNames.Receipt(folder, version), json, "application/json", ifGenerationMatch: 0, cancellationToken).ConfigureAwait(false);
    }

    private async Task<bool> HasReceiptAsync(Source source, CancellationToken cancellationToken) =>
        await storage.GetAsync(settings.Bucket(LandingNames.Receipts), LandingNames.Receipt(source.Contract.Id.Name, source.Version), cancellationToken: cancellationToken).ConfigureAwait(false) is not null;

    private void Tell(LedgerEntry entry, Receipt receipt, bool already)
    {
        if (already)
        {
            _log.AlreadyLanded(receipt.Source);
            return;
        }
        LandingMetrics.Count(entry);
        if (entry.Outcome is Outcome.Landed or Outcome.Uplifted or Outcome.Undone or Outcome.Erased)
            _log.Landed(receipt.Source, receipt.Outcome, receipt.Contract!, entry.RowsRead, entry.RowsLanded, entry.RowsRejected, (long)(entry.FinishedAt - entry.StartedAt).TotalMilliseconds);
        else if (entry.Outcome == Outcome.Vanished) _log.Vanished(receipt.Source);
        else _log.NotLanded(receipt.Source, receipt.Outcome, receipt.Contract, receipt.Reason, receipt.Hint);
    }
}
