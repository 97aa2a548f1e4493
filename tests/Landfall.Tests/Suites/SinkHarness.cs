using System.Text;
using Landfall.Cloud;
using Landfall.Contracts;
using Landfall.Rows;
using Landfall.Sinks;

namespace Landfall.Tests.Suites;

/// <summary>Brings CSV text into a sink the way a landing does, without storage around it.</summary>
internal sealed class SinkHarness(ISink sink)
{
    public static readonly DateTimeOffset Epoch = new(2024, 1, 5, 6, 0, 0, TimeSpan.Zero);

    public ISink Sink => sink;

    /// <summary>Called between the staging of the rows and the decision: where another landing may come in between.</summary>
    public Func<Task>? Staged { get; init; }

    /// <summary>Called between the check of the rows and the commit.</summary>
    public Func<Task>? Checked { get; init; }

    /// <summary>Whether rows that collide are counted on from the beginning; else only once they have, as in a landing.</summary>
    public bool? Careful { get; init; }

    /// <summary>Whether rows may still wait for their parents.</summary>
    public bool ParentsMayCome { get; init; }

    /// <param name="contract">Whose file it is.</param>
    /// <param name="name">The object's name behind its bucket.</param>
    /// <param name="created">Minutes after <see cref="Epoch"/>; also the generation unless one is given.</param>
    /// <param name="csv">The file.</param>
    public async Task<SinkResult> LandAsync(Contract contract, string name, int created, string csv, long? generation = null)
    {
        try
        {
            return await LandAsync(contract, name, created, csv, generation, Careful ?? false);
        }
        catch (Exception e) when (Careful is null && sink.NeedsCare(e))
        {
            return await LandAsync(contract, name, created, csv, generation, careful: true);
        }
    }

    private async Task<SinkResult> LandAsync(Contract contract, string name, int created, string csv, long? generation, bool careful)
    {
        contract.Object!.Matches(contract.Object.Bucket, name, out var date);
        var version = new StoredObject(contract.Object.Bucket, name, generation ?? created, Epoch.AddMinutes(created), csv.Length);
        var source = new Source(contract, version, date);
        await sink.PrepareAsync(contract, default);
        var rejects = new List<Reject>();
        var attempt = Guid.NewGuid();
        await using var staging = await sink.StageAsync(source, attempt, careful, default);
        var read = 0;
        foreach (var feed in contract.Feeds)
        {
            await using var reader = await RowReaders.OpenAsync(new MemoryStream(Encoding.UTF8.GetBytes(csv)), contract.Format, feed, contract.UnknownColumns, default);
            var header = await reader.ReadHeaderAsync(default);
            var rows = await staging.OpenAsync(feed, default);
            var binder = RowBinder.Create(feed, header, contract.UnknownColumns, date);
            while (await reader.ReadAsync(default))
            {
                read++;
                if (binder.Bind(reader, rows) is { } reject) rejects.Add(reject);
                if (rows.Full) await rows.FlushAsync(default);
            }
            await staging.CompleteAsync(default);
        }
        if (Staged is not null) await Staged();
        var decision = await staging.DecideAsync(default);
        if (decision.Outcome != Outcome.Landed) return new(decision.Outcome, decision.By, rejects);
        await foreach (var (_, reject) in staging.CheckAsync(decision, ParentsMayCome, default)) rejects.Add(reject);
        if (Checked is not null) await Checked();
        var entry = new LedgerEntry
        {
            Source = source, ContractVersion = contract.Version, Outcome = Outcome.Landed, Attempt = attempt, StartedAt = Epoch, FinishedAt = Epoch,
            RowsRead = read, RowsRejected = rejects.Count, RowsCollapsed = staging.Collapsed, RowsLanded = read - rejects.Count - staging.Collapsed,
        };
        var committed = await staging.CommitAsync(decision, entry, default);
        if (committed is not null) return new(committed.Outcome, committed, rejects);
        await staging.DisposeAsync();
        decision = Decision.Decide(source, await sink.ReadLedgerAsync(source, default));
        return decision.Outcome != Outcome.Landed ? new(decision.Outcome, decision.By, rejects) : throw new RetryException("the ledger has moved");
    }
}
