using System.Collections.Concurrent;
using Landfall.Cloud;
using Landfall.Contracts;
using Landfall.Events;
using Landfall.Hosting;
using Landfall.Landings;
using Landfall.Sinks;
using Microsoft.Extensions.Logging;

namespace Landfall.Reconciling;

/// <summary>Lands what was found without an outcome, a few at a time, the contracts that others refer to first: what has waited so long waits for no parent any more.</summary>
internal sealed class LostLandings(ContractSet contracts, Lander lander, Settings settings, DateTimeOffset now, ILogger log)
{
    private const int AtOnce = 4;

    private readonly Dictionary<Identifier, int> _ranks = [];
    private readonly List<Source> _lost = [];

    /// <summary>Whose turn has come, or will in this round, and which has not ended.</summary>
    private readonly ConcurrentDictionary<Source, bool> _begun = new();
    private int _landed;
    private int _failed;

    /// <summary>Found and not tried yet.</summary>
    public int Count => _lost.Count;

    /// <summary>Have an outcome now.</summary>
    public int Landed => Volatile.Read(ref _landed);

    /// <summary>Were tried, and have none yet.</summary>
    public int Failed => Volatile.Read(ref _failed);

    /// <summary>Those of <see cref="Failed"/> that have waited for too long.</summary>
    public WaitingObjects Waiting { get; } = new();

    public void Add(Source source) => _lost.Add(source);

    /// <summary>Tries all that was added.</summary>
    public async Task LandAsync(CancellationToken cancellationToken)
    {
        var ranks = _lost.GroupBy(source => Rank(source.Contract)).OrderBy(rank => rank.Key).Select(rank => rank.ToList()).ToList();
        foreach (var source in _lost) _begun[source] = true;
        _lost.Clear();
        foreach (var rank in ranks)
        {
            await Parallel.ForEachAsync(rank, new ParallelOptions { MaxDegreeOfParallelism = AtOnce, CancellationToken = cancellationToken }, async (source, token) =>
                await LandAsync(source, token).ConfigureAwait(false)).ConfigureAwait(false);
        }
    }

    /// <summary>For when time was over: what has begun or waited for its turn, and not ended, waits on; when for too long, somebody is told.</summary>
    public void Unfinished()
    {
        foreach (var source in _begun.Keys.Where(source => source.Version.TimeCreated + settings.Waiting <= now)) Waiting.Add(source.Contract, source.Version, "it did not end within the time of a tick");
    }

    /// <summary>What the event of a version would say.</summary>
    public static StorageObjectData Event(StoredObject version) =>
        new() { Bucket = version.Bucket, Name = version.Name, Generation = version.Generation, TimeCreated = version.TimeCreated, Size = version.Size, Md5Hash = version.Md5Hash };

    private async Task LandAsync(Source source, CancellationToken cancellationToken)
    {
        try
        {
            var receipt = await lander.LandAsync(Event(source.Version), cancellationToken).ConfigureAwait(false);
            _begun.TryRemove(source, out _);
            if (receipt.Outcome != Receipt.HandedOver)
            {
                Interlocked.Increment(ref _landed);
                return;
            }
            Interlocked.Increment(ref _failed);
            if (source.Version.TimeCreated + settings.Waiting <= now) Waiting.Add(source.Contract, source.Version, receipt.Reason!);
        }
        catch (Exception e) when (!cancellationToken.IsCancellationRequested)
        {
            _begun.TryRemove(source, out _);
            // One that does not land keeps no other from it. The words of what nobody classified may quote a row.
            var (reason, hint) = e is LandingException known ? (known.Message, known.Hint) : ($"it ended in {e.GetType().Name}", null);
            if (e is LandingException) log.NotYet(source.Version.Identity, reason, hint);
            else log.Failed(e, source.Version.Identity);
            Interlocked.Increment(ref _failed);
            if (source.Version.TimeCreated + settings.Waiting <= now) Waiting.Add(source.Contract, source.Version, hint is null ? reason : $"{reason} ({hint})");
        }
    }

    /// <summary>How many contracts, one referring to the next, a contract has above it. There are no circles.</summary>
    private int Rank(Contract contract)
    {
        if (_ranks.TryGetValue(contract.Id, out var known)) return known;
        var parents = contract.Tables.SelectMany(table => table.Relationships).Select(relationship => relationship.ParentContract).Where(parent => parent != contract.Id).Distinct();
        return _ranks[contract.Id] = parents.Select(parent => Rank(contracts[parent]) + 1).DefaultIfEmpty(0).Max();
    }
}
