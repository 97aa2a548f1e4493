using Landfall.Cloud;
using Landfall.Contracts;
using Landfall.Hosting;

namespace Landfall.Operations;

/// <summary>
/// Lands objects again: each is copied onto its own name, as a version that is newer than all others, which takes the one way that every file takes. Nothing here writes to a table.
/// </summary>
public sealed class Replayer(CloudStorage storage, ContractSet contracts, Settings settings)
{
    /// <summary>What of a contract is there to be replayed, in the order in which it counts: the oldest first.</summary>
    /// <param name="contract">Whose objects.</param>
    /// <param name="from">Of that day or later: the day in the object's name, or, where names have none, the day of its creation (UTC).</param>
    /// <param name="to">Of that day or earlier.</param>
    /// <param name="cancellationToken">Ends it at once.</param>
    /// <returns>
    /// Live objects. Of a contract whose tables are what its newest file says only that one, if it is of these days. Of one that upserts, and whose names have no date, also all that came later: they would be overtaken.
    /// </returns>
    public async Task<IReadOnlyList<StoredObject>> FindAsync(Contract contract, DateOnly from, DateOnly to, CancellationToken cancellationToken)
    {
        var pattern = contract.Object ?? throw new RejectException($"the rows of {contract.Id} come by messages, not by objects", "its runs are replayed by sending their pages again");
        // Without a date in its name a version's creation is its order, and a copy is newer than all: what came later must come again behind it.
        if (!pattern.HasDate && contract.Write == WriteMode.Upsert) to = DateOnly.MaxValue;
        var found = new List<(StoredObject Version, Sinks.SourceOrder Order)>();
        await foreach (var version in storage.ListAsync(settings.Bucket(pattern.Bucket), cancellationToken: cancellationToken).ConfigureAwait(false))
        {
            if (contracts.Claim(pattern.Bucket, version.Name) is not { } claim || claim.Contract.Id != contract.Id) continue;
            var day = claim.Date ?? DateOnly.FromDateTime(version.TimeCreated.UtcDateTime);
            if (contract.Write == WriteMode.Replace || (day >= from && day <= to)) found.Add((version, new(claim.Date, version.TimeCreated, version.Generation)));
        }
        found.Sort((one, other) => one.Order.CompareTo(other.Order));
        if (contract.Write != WriteMode.Replace) return [.. found.Select(one => one.Version)];
        // The newest file is the table, whatever days were asked for: an older one in its place would be an undoing.
        return [.. found.TakeLast(1).Where(one => (one.Order.Date ?? DateOnly.FromDateTime(one.Version.TimeCreated.UtcDateTime)) is var day && day >= from && day <= to).Select(one => one.Version)];
    }

    /// <summary>Makes a version the newest of its name.</summary>
    /// <param name="version">The version to land again.</param>
    /// <param name="live">The generation that is live now.</param>
    /// <param name="cancellationToken">Ends it at once.</param>
    /// <returns>The new version.</returns>
    /// <exception cref="RetryException">Somebody else has written to the name, or the version is gone.</exception>
    public async Task<StoredObject> AgainAsync(StoredObject version, long live, CancellationToken cancellationToken) =>
        await storage.CopyAsync(version, version.Bucket, version.Name, ifGenerationMatch: live, cancellationToken).ConfigureAwait(false)
            ?? throw new RetryException($"{version.Identity} is gone, or gs://{version.Bucket}/{version.Name} has just been written to", "look at what is there now, and say it again");
}
