using System.Collections.Concurrent;
using System.Globalization;
using Landfall.Cloud;
using Landfall.Contracts;

namespace Landfall.Sinks.BigQuery;

/// <summary>
/// The commits of one contract in this process: one at a time, each with everything that is staged by then, so that many small files cost one transaction. Other
/// processes are kept apart by the ledger's version alone.
/// </summary>
internal sealed class CommitQueue(BigQueryClient client, Contract contract, TimeProvider clock) : IDisposable
{
    /// <summary>A transaction may touch 100 tables (https://cloud.google.com/bigquery/quotas#query_jobs).</summary>
    internal const int MaxTables = 60;

    /// <summary>
    /// A source adds to a commit's parameters some 2 kB, at the worst 30 kB, of the 10 MB that a request may have, and to its script nothing: its attempt and its entry are elements of arrays.
    /// It changes one partition of the ledger, of the 4,000 that a job may.
    /// </summary>
    internal const int MaxSources = 300;

    /// <summary>How often a commit is tried when others come first.</summary>
    internal const int Rounds = 12;

    /// <summary>How many refused scripts a search for the source to blame may cost: ten for one among <see cref="MaxSources"/>. Each takes seconds, and others of the contract wait.</summary>
    internal const int MaxRefusals = 20;

    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(100);

    /// <summary>Of <see cref="Pause"/>: a transaction of another process takes several seconds, and there may be several of them.</summary>
    private const int LongestPause = 128;

    private readonly ConcurrentQueue<Pending> _waiting = new();

    /// <summary>What was taken by a leader whose time was over; before all others. Only whoever holds the <see cref="Gate"/> looks.</summary>
    private readonly Queue<Pending> _returned = new();

    private long _commits;

    /// <summary>Held by whoever commits.</summary>
    public SemaphoreSlim Gate { get; } = new(1);

    /// <summary>Commits a source whose rows can not meet those of others, or records an outcome.</summary>
    /// <returns>As <see cref="IStaging.CommitAsync"/>.</returns>
    public async Task<LedgerEntry?> CommitAsync(Pending pending, CancellationToken cancellationToken)
    {
        _waiting.Enqueue(pending);
        try
        {
            await Gate.WaitAsync(cancellationToken).ConfigureAwait(false);
        }
        catch
        {
            pending.GivenUp = true;
            throw;
        }
        try
        {
            while (!pending.Result.IsCompleted) await LeadAsync(pending, cancellationToken).ConfigureAwait(false);
        }
        catch
        {
            pending.GivenUp = true;
            throw;
        }
        finally
        {
            Gate.Release();
        }
        return await pending.Result.ConfigureAwait(false);
    }

    /// <summary>Commits one source whose check has relied on what stood at certain versions; the <see cref="Gate"/> is held.</summary>
    /// <returns>Null when one of the versions has moved.</returns>
    public async Task<LedgerEntry?> CommitAloneAsync(Pending pending, IReadOnlyList<(Identifier, long)> heads, IReadOnlyList<LedgerEntry> replaced, CancellationToken cancellationToken)
    {
        try
        {
            return (await RunAsync([pending], heads, replaced, cancellationToken).ConfigureAwait(false))[0];
        }
        catch (BigQueryException e) when (BigQueryFaults.IsOvertaken(e))
        {
            return null;
        }
    }

    /// <summary>How long whoever was overtaken waits before it reads the ledger again: 0.05 to 12.8 seconds.</summary>
    /// <param name="round">How often it was, from 0.</param>
    /// <param name="jitter">0…0.5, other for others.</param>
    internal static TimeSpan Wait(int round, double jitter) => Pause * Math.Min(1 << round, LongestPause) * (0.5 + jitter);

    public void Dispose() => Gate.Dispose();

    /// <param name="own">The leader's.</param>
    /// <param name="cancellationToken">Ends its time, and not the others'.</param>
    private async Task LeadAsync(Pending own, CancellationToken cancellationToken)
    {
        var batches = new Stack<List<Pending>>([Take()]);
        for (var refusals = 0; batches.TryPeek(out var batch);)
        {
            try
            {
                await CommitAsync(batch, cancellationToken).ConfigureAwait(false);
                batches.Pop();
            }
            catch when (cancellationToken.IsCancellationRequested)
            {
                // This one's time is over, and not the others': whoever of them is next leads. Should the script have been carried out after all, the ledger will say so.
                foreach (var pending in batches.SelectMany(waiting => waiting)) _returned.Enqueue(pending);
                if (own.Result.IsCompleted) return;
                throw;
            }
            catch (BigQueryException e) when (BigQueryFaults.IsRefused(e) && ++refusals < MaxRefusals && batch.Count > 1)
            {
                // One of them may be what BigQuery does not take: the others are not to wait for ever for what it will never be.
                batches.Pop();
                batches.Push(batch[(batch.Count / 2)..]);
                batches.Push(batch[..(batch.Count / 2)]);
            }
            catch (Exception e)
            {
                batches.Pop();
                foreach (var pending in batch) pending.Fail(e);
                if (refusals < MaxRefusals) continue;
                foreach (var pending in batches.SelectMany(waiting => waiting)) pending.Fail(e);
                return;
            }
        }
    }

    /// <summary>Commits them all in one transaction, however often others come first.</summary>
    /// <param name="batch">Left with those that are not committed when this fails.</param>
    private async Task CommitAsync(List<Pending> batch, CancellationToken cancellationToken)
    {
        for (var round = 0; batch.Count > 0; round++)
        {
            try
            {
                await TryAsync(batch, cancellationToken).ConfigureAwait(false);
            }
            // A script that failed proves nothing but this: whatever the reason, the ledger knows.
            // Who has given up meanwhile has taken its staging away: the others go without it.
            catch (BigQueryException e) when (round < Rounds && (batch.RemoveAll(pending => pending.GivenUp) > 0 || BigQueryFaults.IsOvertaken(e) || BigQueryFaults.IsIncomplete(e)))
            {
                if (BigQueryFaults.IsIncomplete(e) && round > 2) await RemoveMissingAsync(batch, cancellationToken).ConfigureAwait(false);
                await Task.Delay(Wait(round, Jitter(batch)), clock, cancellationToken).ConfigureAwait(false);
            }
        }
    }

    /// <summary>What waits, as far as one transaction takes it; each source once.</summary>
    private List<Pending> Take()
    {
        var batch = new List<Pending>();
        var tables = contract.Tables.Count + 2;
        while (batch.Count < MaxSources && (_returned.TryPeek(out var next) || _waiting.TryPeek(out next)) && (batch.Count == 0 || tables + (next.Staged?.Loaded.Count ?? 0) <= MaxTables))
        {
            if (!_returned.TryDequeue(out _)) _waiting.TryDequeue(out _);
            if (next.GivenUp) continue;
            batch.Add(next);
            tables += next.Staged?.Loaded.Count ?? 0;
        }
        return batch;
    }

    /// <param name="batch">Left with those that have no answer yet.</param>
    private async Task TryAsync(List<Pending> batch, CancellationToken cancellationToken)
    {
        var (version, ledger) = await LedgerTable.ReadAsync(client, contract, [.. batch.Select(p => p.Source)], cancellationToken).ConfigureAwait(false);
        // Two deliveries of one source may wait here side by side: one lands, the others read that it has.
        var first = batch.DistinctBy(p => p.Source.Version.Identity, StringComparer.Ordinal).ToList();
        // Only what lands is in another's way: one that is refused, and newer, is not.
        var landing = Decision.DecideAll([.. first.Where(p => p.Lands).Select(p => p.Source)], ledger).ToDictionary(d => d.Source.Version.Identity, StringComparer.Ordinal);
        var open = new List<Pending>();
        var replaced = new List<LedgerEntry>();
        foreach (var pending in first)
        {
            var (_, decision, newer) = pending.Lands ? landing[pending.Source.Version.Identity] : (pending.Source, Decision.Decide(pending.Source, ledger), null);
            if (decision.By is { } by && by.Source.Version.Identity == pending.Source.Version.Identity) continue;
            if (pending.Lands && decision.Outcome == Outcome.Superseded) open.Add(new Pending(Superseded(pending, newer!), null));
            else open.Add(pending);
            if (pending.Staged is not null) replaced.AddRange(decision.Replaced);
        }
        var standing = ledger.ToList();
        try
        {
            if (open.Count > 0) standing.AddRange(await RunAsync(open, [(contract.Id, version)], replaced, cancellationToken).ConfigureAwait(false));
        }
        catch (RejectException e)
        {
            // Of those that follow a table as a whole one lands at a time: what it would do refuses it, and no other.
            var refused = open.Where(p => p.Staged is not null).ToList();
            foreach (var pending in refused) pending.Fail(e);
            batch.RemoveAll(refused.Contains);
            return;
        }
        foreach (var pending in batch) pending.Settle(standing.First(e => e.Source.Version.Identity == pending.Source.Version.Identity));
        batch.Clear();
    }

    private async Task<List<LedgerEntry>> RunAsync(
        IReadOnlyList<Pending> open, IReadOnlyList<(Identifier, long)> heads, IReadOnlyList<LedgerEntry> replaced, CancellationToken cancellationToken)
    {
        var landing = open.Where(p => p.Staged is not null).Select(p => p.Staged!).ToList();
        var staged = landing.Count == 0 ? null : new StagedSql(contract, landing, replaced.Select(e => e.Source.Version.LandingId));
        var counts = staged is null ? null : await TableCounts.ReadAsync(client, contract, staged, cancellationToken).ConfigureAwait(false);
        var entries = open.Select(p => p.Staged is null ? p.Entry : p.Entry with { Tables = counts!.Results(p.Staged) }).ToList();
        foreach (var (entry, _) in entries.Zip(open).Where(pair => pair.Second.Staged is not null)) counts!.CheckLimit(entry.Tables);
        var script = CommitScript.Of(contract, heads, landing, staged, counts?.Unchanged ?? new HashSet<Table>(), entries);
        // Of this attempt, and never of another script: what was sent and not answered is sent again under the same id.
        var job = $"landfall_{contract.Id}_{entries[0].Attempt:N}_commit_{Interlocked.Increment(ref _commits)}";
        using var step = LandingSteps.Begin(LandingSteps.Commit);
        await client.ExecuteAsync(job, script, cancellationToken).ConfigureAwait(false);
        return entries;
    }

    /// <summary>Lets go of the sources whose rows BigQuery does not show: they are staged again.</summary>
    private async Task RemoveMissingAsync(List<Pending> batch, CancellationToken cancellationToken)
    {
        var streaming = batch.Where(p => p.Staged is { Streamed: > 0 } or { IsRun: true }).ToList();
        if (streaming.Count == 0) return;
        var seen = new Dictionary<string, long>();
        var staged = new StagedSql(contract, [.. streaming.Select(p => p.Staged!)], []);
        var query = new QueryRequest(staged.CountStreamed()) { Parameters = staged.Parameters, Labels = BigQueryNames.Labels(contract) };
        await foreach (var row in client.QueryAsync(LedgerTable.Job(contract, "seen"), query, cancellationToken).ConfigureAwait(false))
            seen[row[0]!] = long.Parse(row[1]!, CultureInfo.InvariantCulture);
        var missing = streaming.Where(p => new[] { p.Staged!.Attempt, p.Staged.Marks }.Distinct().Sum(seen.GetValueOrDefault) != p.Staged.Streamed).ToList();
        foreach (var pending in missing) pending.Fail(new RetryException($"rows of {pending.Source.Version} that were streamed into BigQuery are not visible yet"));
        batch.RemoveAll(missing.Contains);
    }

    /// <summary>As for a source that was never read: its rows are nowhere, and its rejects are nobody's any more.</summary>
    private static LedgerEntry Superseded(Pending pending, Source newer) => pending.Entry with
    {
        Outcome = Outcome.Superseded,
        RowsRead = 0,
        RowsLanded = 0,
        RowsRejected = 0,
        RowsCollapsed = 0,
        Rejects = null,
        Reasons = [],
        Tables = [],
        Findings = [],
        Reason = $"{pending.Source.Version.NameOf(newer.Version)}, which is newer, has landed",
    };

    /// <summary>0…0.5, other for others: the attempt's last digits, for the first are its time.</summary>
    private static double Jitter(List<Pending> batch) => batch.Count == 0 ? 0 : batch[0].Entry.Attempt.ToByteArray()[15] / 512.0;
}
