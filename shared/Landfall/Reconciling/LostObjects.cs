using Landfall.Cloud;
using Landfall.Contracts;
using Landfall.Hosting;
using Landfall.Landings;
using Landfall.Sinks;
using Microsoft.Extensions.Logging;

namespace Landfall.Reconciling;

/// <summary>
/// Goes through the folders that contracts name, and lands what has no outcome: its event was lost, or given up. A page of names is asked of the ledger at a time. A tick walks for a quarter of
/// an event's time and lands until half of it is over; where it has come, a bookmark knows, and the next goes on there.
/// </summary>
internal sealed class LostObjects(ContractSet contracts, Lander lander, CloudStorage storage, Settings settings, TimeProvider clock, ILogger log, Troubles troubles)
{
    /// <summary>Names asked of the ledger at a time; lost objects that are remembered at most before they are landed.</summary>
    private const int PageSize = 1000;

    private const int AtOnce = 4;

    /// <summary>What nobody claims is asked for its receipt each tick, object by object: not for ever, and not when that is deleted already.</summary>
    private static readonly TimeSpan UnclaimedFor = TimeSpan.FromDays(7);

    private readonly Bookmark _bookmark = new(storage, settings.Bucket(LandingNames.Receipts), "objects");
    private readonly LostLandings _lost = new(contracts, lander, settings, clock.GetUtcNow(), log);
    private readonly DateTimeOffset _now = clock.GetUtcNow();
    private readonly long _begun = clock.GetTimestamp();
    /// <summary>Whether all objects are looked at, from the first to the last.</summary>
    private bool _whole;
    private bool _ended;
    private long _seen;
    private int _unclaimed;
    private int _landedBefore;
    private BookmarkFile? _at;
    private BookmarkFile? _pendingSince;

    /// <param name="board">Told what waits.</param>
    /// <param name="cancellationToken">Ends it at once.</param>
    public async Task LandAsync(AlertBoard board, CancellationToken cancellationToken)
    {
        using var half = new CancellationTokenSource(settings.Timeout / 2, clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(half.Token, cancellationToken);
        var folders = ObjectFolder.Of(contracts);
        try
        {
            await WalkAsync(folders, either.Token).ConfigureAwait(false);
            await FlushAsync(either.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (half.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            // What is left of these is next, unless nothing of them would land: then they keep nothing behind them from its turn.
            _ended = false;
            if (_lost.Landed > _landedBefore) _at = _pendingSince;
            _lost.Unfinished();
        }
        finally
        {
            log.Looked(_seen, folders.Count, _lost.Landed, _lost.Failed, _unclaimed);
        }
        if (_ended) await _bookmark.WriteAsync(null, cancellationToken).ConfigureAwait(false);
        else if (_at is not null)
        {
            await _bookmark.WriteAsync(_at, cancellationToken).ConfigureAwait(false);
            log.GoesOn(_at.Bucket, _at.From.Length > 0 ? _at.From : _at.Prefix);
        }
        foreach (var alert in _lost.Waiting.Alerts) await board.RaiseAsync(alert, cancellationToken).ConfigureAwait(false);
        if (_whole && _ended) return;
        foreach (var contract in contracts.All) board.Keep(contract.Id.Name, AlertKind.Waiting);
    }

    private async Task WalkAsync(IReadOnlyList<ObjectFolder> folders, CancellationToken cancellationToken)
    {
        var mark = await _bookmark.ReadAsync(cancellationToken).ConfigureAwait(false);
        var begin = mark is null ? -1 : folders.ToList().IndexOf(new(mark.Bucket, mark.Prefix));
        _whole = begin < 0;
        for (var i = Math.Max(begin, 0); i < folders.Count; i++)
        {
            var folder = folders[i];
            var page = new List<StoredObject>(PageSize);
            _at = new(folder.Bucket, folder.Prefix, i == begin ? mark!.From : "");
            var over = false;
            // A bucket that is not there, or not ours to list, keeps no other's objects waiting.
            if (!await troubles.TryAsync($"gs://{settings.Bucket(folder.Bucket)}/{folder.Prefix}", lander, null, ListAsync, cancellationToken).ConfigureAwait(false)) _whole = false;
            if (over) return;

            async Task ListAsync()
            {
                await foreach (var version in storage.ListAsync(settings.Bucket(folder.Bucket), folder.Prefix, _at!.From, cancellationToken).ConfigureAwait(false))
                {
                    // The event of a young one may be on its way.
                    if (version.TimeCreated + settings.ReconcileGrace > _now || LandingNames.IsUploadPart(version.Name)) continue;
                    page.Add(version);
                    if (page.Count < PageSize) continue;
                    await PageAsync(folder, page, cancellationToken).ConfigureAwait(false);
                    page.Clear();
                    over = clock.GetElapsedTime(_begun) > settings.Timeout / 4;
                    if (over) return;
                }
                await PageAsync(folder, page, cancellationToken).ConfigureAwait(false);
            }
        }
        _ended = true;
    }

    private async Task PageAsync(ObjectFolder folder, List<StoredObject> page, CancellationToken cancellationToken)
    {
        if (page.Count == 0) return;
        _seen += page.Count;
        _pendingSince ??= _at;
        var claims = page.Select(version => (Version: version, Claim: contracts.Claim(folder.Bucket, version.Name))).ToList();
        var sources = claims.Where(one => one.Claim is not null).Select(one => new Source(one.Claim!.Value.Contract, one.Version, one.Claim.Value.Date));
        foreach (var warehouse in sources.GroupBy(source => source.Contract.Sink)) await AskAsync([.. warehouse], cancellationToken).ConfigureAwait(false);
        var unclaimed = claims.Where(one => one.Claim is null && one.Version.TimeCreated + (settings.ReceiptsRetention < UnclaimedFor ? settings.ReceiptsRetention : UnclaimedFor) > _now).Select(one => one.Version);
        await Parallel.ForEachAsync(unclaimed, new ParallelOptions { MaxDegreeOfParallelism = AtOnce, CancellationToken = cancellationToken }, async (version, token) =>
            await troubles.TryAsync(version.Identity, lander, null, () => TellAsync(version, token), token).ConfigureAwait(false)).ConfigureAwait(false);
        // Behind the last name: nothing but a control character comes between.
        _at = new(folder.Bucket, folder.Prefix, page[^1].Name + ' ');
        if (_lost.Count >= PageSize) await FlushAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Asks one warehouse. One that can not be asked keeps no other's objects waiting.</summary>
    private async Task AskAsync(IReadOnlyList<Source> sources, CancellationToken cancellationToken)
    {
        var contract = sources[0].Contract;
        var asked = await troubles.TryAsync($"the ledger in {contract.Sink}", lander, contract, async () =>
        {
            var ended = await lander.ReconciledSink(contract).FindEndedAsync(sources, cancellationToken).ConfigureAwait(false);
            foreach (var source in sources.Where(source => !ended.Contains(source.Version.Identity))) _lost.Add(source);
        }, cancellationToken).ConfigureAwait(false);
        if (!asked) _whole = false;
    }

    private async Task FlushAsync(CancellationToken cancellationToken)
    {
        _landedBefore = _lost.Landed;
        await _lost.LandAsync(cancellationToken).ConfigureAwait(false);
        _pendingSince = null;
    }

    /// <summary>Supplies the receipt of what nobody claims, where it is not there.</summary>
    private async Task TellAsync(StoredObject version, CancellationToken cancellationToken)
    {
        if (await storage.GetAsync(settings.Bucket(LandingNames.Receipts), LandingNames.Receipt(Alert.Nobody, version), cancellationToken: cancellationToken).ConfigureAwait(false) is not null) return;
        await lander.LandAsync(LostLandings.Event(version), cancellationToken).ConfigureAwait(false);
        Interlocked.Increment(ref _unclaimed);
    }
}
