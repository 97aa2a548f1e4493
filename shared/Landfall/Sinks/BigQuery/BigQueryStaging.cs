using System.Runtime.CompilerServices;
using Landfall.Cloud;
using Landfall.Contracts;
using Landfall.Rows;

namespace Landfall.Sinks.BigQuery;

/// <summary>
/// One attempt: its rows are streamed, or loaded into a table of its own, and become visible by a <see cref="CommitScript"/>. Where rows of different sources can meet
/// (<see cref="BigQueryContract.Meets"/>), it lands alone: what it checks against must not move before it commits.
/// </summary>
internal sealed class BigQueryStaging(BigQueryClient client, BigQueryContract contract, StagedSource staged, bool careful) : IStaging
{
    /// <summary>Compressed content, or content of many columns, may be much more than its size; the writer says so in time.</summary>
    internal const long SmallBytes = 1 << 20;

    private readonly Source _source = staged.Source;
    private readonly List<Finding> _findings = [];
    private Feed? _feed;
    private InsertRowWriter? _streamed;
    private LoadRowWriter? _loaded;
    private IReadOnlyList<(Identifier Contract, long Version)> _heads = [];
    private bool _alone;
    private RowCheck? _check;
    private bool _disposed;

    public long Collapsed { get; private set; }

    public async Task<IRowWriter> OpenAsync(Feed feed, CancellationToken cancellationToken)
    {
        _feed = feed;
        if (!careful && _source.Version.Size <= SmallBytes) return _streamed = new InsertRowWriter(client, staged.StagedOn, staged.Attempt, feed.Index);
        var names = new StagedSql(_source.Contract, [], []);
        var table = staged.TableOf(feed);
        // The load's own schema is never taken: what the file calls its columns decides nothing.
        await client.CreateTableAsync(new(table) { Fields = [new("_line", "INT64", true), .. feed.Columns.Select(c => BigQueryTypes.Staged(c, names.Name(c)))], Labels = BigQueryNames.Labels(_source.Contract) }, cancellationToken).ConfigureAwait(false);
        var columns = feed.Columns.Select(c => c with { Name = Identifier.Parse(names.Name(c)), Required = false });
        return _loaded = new LoadRowWriter(client, table, $"landfall_{_source.Contract.Id}_{staged.Attempt}_load_{feed.Index}", columns, BigQueryNames.Labels(_source.Contract));
    }

    public async Task CompleteAsync(CancellationToken cancellationToken)
    {
        if (_streamed is { } streamed)
        {
            await streamed.FlushAsync(cancellationToken).ConfigureAwait(false);
            staged.AddStreamed(_feed!, streamed.Rows);
        }
        if (_loaded is { } loaded)
        {
            await loaded.CompleteAsync(cancellationToken).ConfigureAwait(false);
            staged.AddLoaded(_feed!, loaded.Rows);
        }
        (_streamed, _loaded) = (null, null);
    }

    public async Task<Decision> DecideAsync(CancellationToken cancellationToken)
    {
        // Who commits with others is decided with them, in the one reading that counts.
        if (!contract.Meets) return new(Outcome.Landed, null, []);
        await contract.Queue.Gate.WaitAsync(cancellationToken).ConfigureAwait(false);
        _alone = true;
        var heads = new List<(Identifier, long)>();
        foreach (var parent in contract.Parents) heads.Add((parent.Id, (await LedgerTable.ReadAsync(client, parent, [], cancellationToken).ConfigureAwait(false)).Version));
        var (version, entries) = await LedgerTable.ReadAsync(client, _source.Contract, [_source], cancellationToken).ConfigureAwait(false);
        heads.Add((_source.Contract.Id, version));
        _heads = heads;
        return Decision.Decide(_source, entries);
    }

    public async IAsyncEnumerable<(Feed Feed, Reject Reject)> CheckAsync(Decision decision, bool parentsMayCome, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        if (!contract.Checks) yield break;
        var check = new RowCheck(client, contract, staged, decision.Replaced);
        await check.WaitForRowsAsync(cancellationToken).ConfigureAwait(false);
        foreach (var found in await check.RunAsync(parentsMayCome, cancellationToken).ConfigureAwait(false)) yield return found;
        Collapsed = check.Collapsed;
        _check = check;
    }

    public async Task<LedgerEntry?> CommitAsync(Decision decision, LedgerEntry entry, CancellationToken cancellationToken)
    {
        if (_check is not null)
        {
            // Told last, as by a database that guards its references: what is wrong with the file itself comes first.
            if (_check.Removal is { } removal) throw removal;
            await new BigQueryQuality(client, _source.Contract, _check.Sql, _findings).CheckAsync(cancellationToken).ConfigureAwait(false);
        }
        var pending = new Pending(entry with { Findings = _findings }, staged);
        return _alone
            ? await contract.Queue.CommitAloneAsync(pending, _heads, decision.Replaced, cancellationToken).ConfigureAwait(false)
            : await contract.Queue.CommitAsync(pending, cancellationToken).ConfigureAwait(false);
    }

    public async ValueTask DisposeAsync()
    {
        if (_disposed) return;
        _disposed = true;
        if (_alone) contract.Queue.Gate.Release();
        if (_loaded is not null) await _loaded.AbandonAsync().ConfigureAwait(false);
        foreach (var feed in _source.Contract.Feeds.Where(f => staged.Loaded.ContainsKey(f.Index) || f == _feed && _loaded is not null)) await DropAsync(staged.TableOf(feed)).ConfigureAwait(false);
    }

    /// <summary>They go by themselves, too: this only spares their storage.</summary>
    private async Task DropAsync(TableName table)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(10));
        try
        {
            await client.DeleteTableAsync(table, patience.Token).ConfigureAwait(false);
        }
        catch (Exception e) when (e is BigQueryException or RetryException or OperationCanceledException)
        {
            // Left to its expiration.
        }
    }
}
