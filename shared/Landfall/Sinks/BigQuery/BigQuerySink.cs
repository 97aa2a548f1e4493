using System.Collections.Concurrent;
using Landfall.Cloud;
using Landfall.Contracts;

namespace Landfall.Sinks.BigQuery;

/// <summary>
/// BigQuery. Rows are staged where nobody looks, small sources streamed and large ones by load jobs; then one query job with one transaction brings them, together
/// with the ledger's rows, into their tables. The transaction counts up the version of the contract's ledger, and fails when it is not the one that was read:
/// that alone keeps landings apart, and it needs no claim and no lease.
/// </summary>
/// <param name="client">Safe for concurrent use.</param>
/// <param name="contracts">All contracts there are: the parents and children of a table are found in them.</param>
/// <param name="clock">Time.</param>
/// <param name="place">Where the files of external tables are; null for where the contracts say.</param>
public sealed class BigQuerySink(BigQueryClient client, Func<IReadOnlyCollection<Contract>> contracts, TimeProvider clock, ExternalPlace? place = null) : IRunSink, IUpliftSink, IReconciledSink, ILedgerSink, IErasingSink, IDisposable
{
    private readonly SemaphoreSlim _preparing = new(1, 1);
    private readonly ConcurrentDictionary<Identifier, BigQueryContract> _prepared = new();

    public SinkKind Kind => SinkKind.BigQuery;

    public async Task PrepareAsync(Contract contract, CancellationToken cancellationToken)
    {
        if (IsPrepared(contract)) return;
        await _preparing.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            await BigQueryTables.PrepareOwnAsync(client, cancellationToken).ConfigureAwait(false);
            await PrepareWithParentsAsync(contract, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            _preparing.Release();
        }
    }

    public async Task<IReadOnlyList<LedgerEntry>> ReadLedgerAsync(Source source, CancellationToken cancellationToken)
    {
        try
        {
            return (await LedgerTable.ReadAsync(client, source.Contract, [source], cancellationToken).ConfigureAwait(false)).Entries;
        }
        catch (BigQueryException e) when (BigQueryFaults.IsMissing(e))
        {
            // Nothing has landed yet.
            return [];
        }
    }

    /// <summary>A small file costs less than a look through the ledger for those that it would give way to, by name: it is looked for by its id, in one partition.</summary>
    public async Task<IReadOnlyList<LedgerEntry>> LookAsync(Source source, CancellationToken cancellationToken)
    {
        if (source.Contract.Write is not (WriteMode.Append or WriteMode.Upsert) || source.Version.Size > BigQueryStaging.SmallBytes) return await ReadLedgerAsync(source, cancellationToken).ConfigureAwait(false);
        try
        {
            return await LedgerTable.LookAsync(client, source.Contract, source.Version.LandingId, cancellationToken).ConfigureAwait(false);
        }
        catch (BigQueryException e) when (BigQueryFaults.IsMissing(e))
        {
            // Nothing has landed yet.
            return [];
        }
    }

    public async Task<LedgerEntry> RecordAsync(LedgerEntry entry, CancellationToken cancellationToken)
    {
        await PrepareAsync(entry.Source.Contract, cancellationToken).ConfigureAwait(false);
        return (await _prepared[entry.Source.Contract.Id].Queue.CommitAsync(new Pending(entry, null), cancellationToken).ConfigureAwait(false))!;
    }

    public Task<IStaging> StageAsync(Source source, Guid attempt, bool careful, CancellationToken cancellationToken) =>
        Task.FromResult<IStaging>(source.Contract.External is { } external ? new ExternalStaging(client, _prepared[source.Contract.Id], source, external) : new BigQueryStaging(client, _prepared[source.Contract.Id], new StagedSource(source, attempt, DateOnly.FromDateTime(clock.GetUtcNow().UtcDateTime)), careful));

    public IPageStaging StagePage(Source source)
    {
        var run = new StagedRun(client, source, clock);
        run.CheckTime();
        return new BigQueryPage(client, run);
    }

    public async Task<(IStaging Staging, long Good)> ResumeAsync(Source source, Guid attempt, long rows, int pages, CancellationToken cancellationToken)
    {
        var run = new StagedRun(client, source, clock);
        var good = await run.CountAsync(rows, pages, cancellationToken).ConfigureAwait(false);
        var staged = new StagedSource(source, attempt, run.StagedOn, run.Id);
        staged.AddRun(good, rows - good);
        return (new BigQueryStaging(client, _prepared[source.Contract.Id], staged, careful: false), good);
    }

    public IAsyncEnumerable<StagedRow> ReadStagedAsync(Source source, bool onlyRejected, CancellationToken cancellationToken) =>
        new StagedRun(client, source, clock).ReadAsync(onlyRejected, cancellationToken);

    public async Task<IUplift> BeginUpliftAsync(Source source, Guid attempt, CancellationToken cancellationToken)
    {
        var (version, entries) = await LedgerTable.ReadAsync(client, source.Contract, [source], cancellationToken).ConfigureAwait(false);
        return new BigQueryUplift(client, source, attempt, clock, version, entries);
    }

    public async Task<IReadOnlySet<string>> FindEndedAsync(IReadOnlyCollection<Source> sources, CancellationToken cancellationToken)
    {
        var ended = new HashSet<string>(StringComparer.Ordinal);
        foreach (var own in sources.GroupBy(source => source.Contract.Id)) ended.UnionWith(await LedgerArrivals.FindEndedAsync(client, own.First().Contract, own, cancellationToken).ConfigureAwait(false));
        return ended;
    }

    public Task<IReadOnlyList<LedgerEntry>> ReadArrivalsAsync(Contract contract, IReadOnlyList<ExpectedArrival> arrivals, CancellationToken cancellationToken) =>
        LedgerArrivals.ReadAsync(client, contract, arrivals, cancellationToken);

    public Task<IReadOnlyList<string>> FindUnbalancedAsync(Contract contract, DateTimeOffset since, CancellationToken cancellationToken) =>
        LedgerArrivals.FindUnbalancedAsync(client, contract, since, cancellationToken);

    public Task<IReadOnlyList<LedgerEntry>> ReadLandingsAsync(Contract contract, LandingsQuery query, CancellationToken cancellationToken) =>
        LedgerLandings.ReadAsync(client, contract, query, cancellationToken);

    public Task<LedgerEntry?> FindLandingAsync(Contract contract, long landingId, CancellationToken cancellationToken) =>
        LedgerLandings.FindAsync(client, contract, landingId, cancellationToken);

    public Task<IReadOnlyList<LandedDay>> ReadDaysAsync(Contract contract, DateTimeOffset since, CancellationToken cancellationToken) =>
        LedgerLandings.ReadDaysAsync(client, contract, since, cancellationToken);

    /// <summary>BigQuery drops partitions by itself, once the table says when: a retention that has changed since the last landing is told here.</summary>
    public async Task<Expired> ExpireAsync(Contract contract, DateTimeOffset now, TimeSpan rejectsKept, int most, CancellationToken cancellationToken)
    {
        if (contract.Tables.FirstOrDefault(table => table.Partition is not null) is { } table && !IsPrepared(contract)
            && await client.GetTableAsync(BigQueryNames.Of(table), cancellationToken).ConfigureAwait(false) is not null)
        {
            await PrepareAsync(contract, cancellationToken).ConfigureAwait(false);
        }
        return Expired.None;
    }

    public Task<long> ForgetAsync(DateTimeOffset now, int most, CancellationToken cancellationToken) => Task.FromResult(0L);

    public Task<LedgerEntry> EraseAsync(Erasure erasure, LedgerEntry entry, CancellationToken cancellationToken) => BigQueryErasure.RunAsync(client, erasure, entry, cancellationToken);

    public bool NeedsCare(Exception exception) => exception is TooLargeToStreamException;

    public LandingException? Classify(Exception exception)
    {
        // A table was dropped, or the ledger, while we thought it stood.
        if (BigQueryFaults.IsMissing(exception)) _prepared.Clear();
        return BigQueryFaults.Classify(exception);
    }

    public void Dispose()
    {
        foreach (var contract in _prepared.Values) contract.Dispose();
        _preparing.Dispose();
    }

    private bool IsPrepared(Contract contract) => _prepared.TryGetValue(contract.Id, out var known) && ReferenceEquals(known.Contract, contract);

    private async Task PrepareWithParentsAsync(Contract contract, CancellationToken cancellationToken)
    {
        if (IsPrepared(contract)) return;
        var prepared = new BigQueryContract(client, contract, contracts(), clock);
        // The contracts' relationships have no cycle: that is a fault at start.
        foreach (var parent in prepared.Parents) await PrepareWithParentsAsync(parent, cancellationToken).ConfigureAwait(false);
        await BigQueryTables.PrepareAsync(client, contract, place ?? ExternalPlace.AsWritten, cancellationToken).ConfigureAwait(false);
        _prepared[contract.Id] = prepared;
    }
}
