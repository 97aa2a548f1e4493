using System.Text;
using System.Text.Json;
using Landfall.Cloud;
using Landfall.Hosting;
using Landfall.Sinks;

namespace Landfall.Landings;

/// <summary>
/// Hands landings that an event leaves no time for to a Cloud Run job, which runs the same code with more of it (<c>--once</c>). Whatever is handed over twice lands once: the job is as any
/// other delivery to the ledger.
/// </summary>
public sealed class LargeLandings(CloudRun runs, CloudStorage storage, Settings settings, TimeProvider clock)
{
    /// <summary>What is smaller is not looked at, in bytes: it ends in time at a hundredth of the speed that is measured (tests/Landfall.Benchmarks).</summary>
    internal const long Least = 256L << 20;

    /// <summary>Bytes a second, where nothing large of the contract has landed: a tenth of what is measured, for a slower machine and files that are packed.</summary>
    internal const double Assumed = 5 << 20;

    /// <summary>For how long nobody hands the same version over again: as long as the job may take, with its retries (terraform/large.tf).</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromHours(24);

    /// <returns>Since when a job lands the source; null when it is to be landed here.</returns>
    /// <exception cref="RetryException">The job can not be started.</exception>
    internal async Task<DateTimeOffset?> HandOverAsync(Source source, ISink sink, CancellationToken cancellationToken)
    {
        var version = source.Version;
        if (settings.LargeJob is not { } job || version.Size < Least) return null;
        // Half of the time: the ledger's last landing may have been a fast one.
        if (version.Size / await RateAsync(source, sink, cancellationToken).ConfigureAwait(false) < settings.Timeout.TotalSeconds / 2) return null;
        if (Decision.Decide(source, await sink.ReadLedgerAsync(source, cancellationToken).ConfigureAwait(false)).Outcome != Outcome.Landed) return null;

        var (bucket, note, now) = (settings.Bucket(LandingNames.Receipts), LandingNames.HandedOver(source.Contract.Id.Name, version), clock.GetUtcNow());
        if (await storage.GetAsync(bucket, note, cancellationToken: cancellationToken).ConfigureAwait(false) is { } before && before.TimeCreated + Patience > now) return before.TimeCreated;
        await runs.StartAsync(job, ["--once", Event(version)], cancellationToken).ConfigureAwait(false);
        // Behind the start: who ends in between starts it twice, and not never.
        await storage.WriteAsync(bucket, note, Encoding.UTF8.GetBytes(Event(version)), "application/json", cancellationToken: cancellationToken).ConfigureAwait(false);
        return now;
    }

    /// <summary>Bytes a second, by the contract's last landing, if that was no small one, whose start would count.</summary>
    private static async Task<double> RateAsync(Source source, ISink sink, CancellationToken cancellationToken)
    {
        if (sink is not IReconciledSink reconciled) return Assumed;
        var entries = await reconciled.ReadArrivalsAsync(source.Contract, [], cancellationToken).ConfigureAwait(false);
        var last = entries.Where(entry => entry.Outcome == Outcome.Landed && entry.Source.Version.Size >= Least / 16).MaxBy(entry => entry.FinishedAt);
        return last is null ? Assumed : last.Source.Version.Size / Math.Max((last.FinishedAt - last.StartedAt).TotalSeconds, 1);
    }

    /// <summary>What <c>--once</c> reads: the object's bare resource. What it says no more, the job asks Cloud Storage.</summary>
    private static string Event(StoredObject version)
    {
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            json.WriteString("bucket", version.Bucket);
            json.WriteString("name", version.Name);
            json.WriteString("generation", $"{version.Generation}");
            json.WriteEndObject();
        }
        return Encoding.UTF8.GetString(buffer.ToArray());
    }
}
