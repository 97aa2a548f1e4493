using Landfall.Cloud;
using Landfall.Contracts;
using Landfall.Hosting;
using Landfall.Landings;
using Microsoft.Extensions.Logging;

namespace Landfall.Reconciling;

/// <summary>
/// Lets go of objects of the buckets of rejects, receipts and exports that are kept no longer: as long as the bucket's setting says, or the contract's retention where that is less. A tick
/// walks a part of each bucket and deletes some; the next goes on there.
/// </summary>
internal sealed class ObjectRetention(ContractSet contracts, CloudStorage storage, Settings settings, DateTimeOffset now, ILogger log)
{
    /// <summary>Names that a tick looks at, and objects that it deletes, of a bucket.</summary>
    private const int MostSeen = 20_000, MostDeleted = 1000;

    private const int AtOnce = 8;

    private readonly Dictionary<string, TimeSpan> _kept = contracts.All.Where(contract => contract.Retention is not null).ToDictionary(contract => contract.Id.Name, contract => contract.Retention!.Value, StringComparer.Ordinal);

    /// <param name="bucket">The bucket without the deployment's prefix; its first folders are contracts' ids.</param>
    /// <param name="kept">How long its objects are kept.</param>
    /// <param name="cancellationToken">Ends it at once.</param>
    /// <returns>Objects deleted.</returns>
    public async Task<int> SweepAsync(string bucket, TimeSpan kept, CancellationToken cancellationToken)
    {
        var bookmark = new Bookmark(storage, settings.Bucket(LandingNames.Receipts), $"retention-{bucket}");
        var from = (await bookmark.ReadAsync(cancellationToken).ConfigureAwait(false))?.From ?? "";
        var (seen, old, next) = (0, new List<StoredObject>(), (string?)null);
        await foreach (var version in storage.ListAsync(settings.Bucket(bucket), "", from, cancellationToken).ConfigureAwait(false))
        {
            if (++seen > MostSeen || old.Count == MostDeleted)
            {
                next = version.Name;
                break;
            }
            // What Reconcile itself remembers is kept.
            if (version.Name.StartsWith('_')) continue;
            var own = _kept.GetValueOrDefault(version.Name.Split('/')[0], kept);
            if (version.TimeCreated + (own < kept ? own : kept) < now) old.Add(version);
        }
        await Parallel.ForEachAsync(old, new ParallelOptions { MaxDegreeOfParallelism = AtOnce, CancellationToken = cancellationToken }, async (version, token) =>
            await storage.DeleteAsync(version.Bucket, version.Name, version.Generation, token).ConfigureAwait(false)).ConfigureAwait(false);
        await bookmark.WriteAsync(next is null ? null : new(bucket, "", next), cancellationToken).ConfigureAwait(false);
        if (old.Count > 0) log.Swept(bucket, old.Count);
        return old.Count;
    }
}
