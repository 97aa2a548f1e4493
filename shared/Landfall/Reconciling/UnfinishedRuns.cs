using Landfall.Cloud;
using Landfall.Contracts;
using Landfall.Hosting;
using Landfall.Landings;
using Landfall.Sinks;

namespace Landfall.Reconciling;

/// <summary>
/// Exports of the house whose run has no outcome: pages were lost, or <c>complete</c> never came. A run is its export's object: its name, and that object's generation. Runs that others publish
/// leave no object; of theirs dead letters tell.
/// </summary>
internal sealed class UnfinishedRuns(CloudStorage storage, Settings settings, DateTimeOffset now)
{
    /// <summary>The bucket of what was exported.</summary>
    public const string Bucket = "exports";

    private const string Suffix = ".json";

    private const int PageSize = 1000;

    /// <param name="contract">With an <see cref="Contract.Export"/>.</param>
    /// <param name="sink">Its warehouse.</param>
    /// <param name="landed">When it was last landed into; null for never.</param>
    /// <param name="cancellationToken">Ends it at once.</param>
    /// <returns>Null when all have ended.</returns>
    public async Task<Alert?> FindAsync(Contract contract, IReconciledSink sink, DateTimeOffset? landed, CancellationToken cancellationToken)
    {
        var (count, newest) = (0, (StoredObject?)null);
        var page = new List<Source>(PageSize);
        await foreach (var export in storage.ListAsync(settings.Bucket(Bucket), $"{contract.Id}/", cancellationToken).ConfigureAwait(false))
        {
            if (export.TimeCreated + settings.Waiting > now || !export.Name.EndsWith(Suffix, StringComparison.Ordinal)) continue;
            // A later run that has landed has all that an earlier one would have brought, unless runs add up.
            if (contract.Write != WriteMode.Append && export.TimeCreated < landed) continue;
            page.Add(new(contract, new(RunLander.Bucket, export.Name[..^Suffix.Length], export.Generation, export.TimeCreated, export.Size), null));
            if (page.Count == PageSize) await AskAsync().ConfigureAwait(false);
        }
        await AskAsync().ConfigureAwait(false);
        return newest is null ? null : Alert.Of(
            contract, AlertKind.Unfinished,
            $"the run {newest.Name[(newest.Name.IndexOf('/', StringComparison.Ordinal) + 1)..]} was exported at {newest.TimeCreated:u}, and has not landed{(count == 1 ? "" : $"; nor have {count - 1} before it")}",
            "landfall deadletters --redrive");

        async Task AskAsync()
        {
            if (page.Count == 0) return;
            var ended = await sink.FindEndedAsync(page, cancellationToken).ConfigureAwait(false);
            foreach (var run in page.Where(run => !ended.Contains(run.Version.Identity)).Select(run => run.Version))
            {
                count++;
                if (newest is null || run.TimeCreated > newest.TimeCreated) newest = run;
            }
            page.Clear();
        }
    }
}
