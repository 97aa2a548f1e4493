using Landfall.Cloud;
using Landfall.Rows;
using Landfall.Sinks;
using Microsoft.Extensions.Logging;

namespace Landfall.Landings;

/// <summary>One attempt to bring a source into its tables.</summary>
internal sealed class Landing(CloudStorage storage, ISink sink, Source source, string rejectsBucket, TimeProvider clock, DateTimeOffset startedAt, ILogger log)
{
    private static readonly TimeSpan ProgressEvery = TimeSpan.FromSeconds(5);

    private readonly Guid _attempt = Guid.NewGuid();

    private string Folder => source.Contract.Id.Name;

    /// <returns>The ledger's entry for the source, and whether it was there before this attempt.</returns>
    public async Task<(LedgerEntry Entry, bool Already)> RunAsync(CancellationToken cancellationToken)
    {
        await using var quarantine = new Quarantine(storage, rejectsBucket, LandingNames.RejectedRows(Folder, source.Version, _attempt));
        try
        {
            await sink.PrepareAsync(source.Contract, cancellationToken).ConfigureAwait(false);
            // A first look, so that a redelivery or a late old version costs one query and not a file.
            var decision = Decision.Decide(source, await sink.ReadLedgerAsync(source, cancellationToken).ConfigureAwait(false));
            if (decision.Outcome != Outcome.Landed) return await EndAsync(decision, cancellationToken).ConfigureAwait(false);
            return await LandAsync(quarantine, cancellationToken).ConfigureAwait(false);
        }
        catch (ObjectGoneException)
        {
            return (await GoneAsync(cancellationToken).ConfigureAwait(false), false);
        }
        catch (RejectException refusal)
        {
            await quarantine.AddAsync(new(refusal.Line, refusal.Column, refusal.Rule, null, refusal.Message), [], cancellationToken).ConfigureAwait(false);
            return (await RefuseAsync(refusal, quarantine, rowsRead: 0, cancellationToken).ConfigureAwait(false), false);
        }
    }

    private async Task<(LedgerEntry, bool)> LandAsync(Quarantine quarantine, CancellationToken cancellationToken)
    {
        await using var reader = await OpenAsync(cancellationToken).ConfigureAwait(false);
        if (reader is null) return (await GoneAsync(cancellationToken).ConfigureAwait(false), false);
        var header = await reader.ReadHeaderAsync(cancellationToken).ConfigureAwait(false);
        await using var staging = await sink.StageAsync(source, cancellationToken).ConfigureAwait(false);
        var read = await StageAsync(reader, header, staging, quarantine, cancellationToken).ConfigureAwait(false);
        await staging.CompleteAsync(cancellationToken).ConfigureAwait(false);

        while (true)
        {
            var decision = await staging.DecideAsync(cancellationToken).ConfigureAwait(false);
            if (decision.Outcome != Outcome.Landed)
            {
                await staging.DisposeAsync().ConfigureAwait(false);
                return await EndAsync(decision, cancellationToken).ConfigureAwait(false);
            }
            await CheckAsync(staging, decision, quarantine, cancellationToken).ConfigureAwait(false);
            if (Excess(read, quarantine.Count) is { } refusal)
            {
                await staging.DisposeAsync().ConfigureAwait(false);
                return (await RefuseAsync(refusal, quarantine, read, cancellationToken).ConfigureAwait(false), false);
            }
            // Rejects before the commit: a crash in between leaves a quarantine object that no ledger names, never a lost row.
            await quarantine.CompleteAsync(cancellationToken).ConfigureAwait(false);
            var entry = Entry(Outcome.Landed, quarantine, read) with { RowsLanded = read - quarantine.Count - staging.Collapsed, RowsCollapsed = staging.Collapsed };
            if (await staging.CommitAsync(decision, entry, cancellationToken).ConfigureAwait(false) is { } committed) return (committed, false);
        }
    }

    private async Task<long> StageAsync(IRowReader reader, IReadOnlyList<string>? header, IStaging staging, Quarantine quarantine, CancellationToken cancellationToken)
    {
        // An empty file has no header to find fault with, and no row.
        if (header is { Count: 0 }) return 0;
        var binder = RowBinder.Create(staging.Columns, header, source.Contract.UnknownColumns, source.Date);
        var rows = staging.Rows;
        var read = 0L;
        var told = clock.GetTimestamp();
        while (await reader.ReadAsync(cancellationToken).ConfigureAwait(false))
        {
            read++;
            if (binder.Bind(reader, rows) is { } reject) await quarantine.AddAsync(reject, reader.Raw, cancellationToken).ConfigureAwait(false);
            if (!rows.Full) continue;
            await rows.FlushAsync(cancellationToken).ConfigureAwait(false);
            if (clock.GetElapsedTime(told) < ProgressEvery) continue;
            told = clock.GetTimestamp();
            log.Progress(source.Version.Identity, read, quarantine.Count);
        }
        return read;
    }

    /// <summary>Rules over rows. They know a row by its line; its text for the quarantine comes from a second reading, which only such rejects cost.</summary>
    private async Task CheckAsync(IStaging staging, Decision decision, Quarantine quarantine, CancellationToken cancellationToken)
    {
        IRowReader? again = null;
        try
        {
            var parentsMayCome = clock.GetUtcNow() < source.Version.TimeCreated + source.Contract.WaitForParents;
            await foreach (var reject in staging.CheckAsync(decision, parentsMayCome, cancellationToken).ConfigureAwait(false))
            {
                if (again is null)
                {
                    again = await OpenAsync(cancellationToken).ConfigureAwait(false) ?? throw new RetryException($"{source.Version} vanished while it was landing");
                    await again.ReadHeaderAsync(cancellationToken).ConfigureAwait(false);
                }
                while (again.Line < reject.Line && await again.ReadAsync(cancellationToken).ConfigureAwait(false)) { }
                await quarantine.AddAsync(reject, again.Raw, cancellationToken).ConfigureAwait(false);
            }
        }
        finally
        {
            if (again is not null) await again.DisposeAsync().ConfigureAwait(false);
        }
    }

    private async Task<IRowReader?> OpenAsync(CancellationToken cancellationToken)
    {
        var stream = await storage.OpenReadAsync(source.Version, cancellationToken).ConfigureAwait(false);
        return stream is null ? null : await RowReaders.OpenAsync(stream, source.Contract.Format, cancellationToken).ConfigureAwait(false);
    }

    private RejectException? Excess(long read, long rejected)
    {
        if (rejected == 0) return null;
        if (rejected == read) return new RejectException("no row of the file fits the contract", "see the rejected rows for each one's reason", rule: "rows");
        var percent = 100.0 * rejected / read;
        return percent <= source.Contract.MaxRejectedPercent ? null : new RejectException(
            $"{rejected} of {read} rows ({percent:0.##} %) break the contract; it allows {source.Contract.MaxRejectedPercent:0.##} %", "mend the rejected rows and drop the file again", rule: "maxRejectedPercent");
    }

    /// <summary>The version is gone: overwritten, which is fine, or deleted, which somebody should know.</summary>
    private async Task<LedgerEntry> GoneAsync(CancellationToken cancellationToken)
    {
        var live = await storage.GetAsync(source.Version.Bucket, source.Version.Name, generation: null, cancellationToken).ConfigureAwait(false);
        var newer = live is not null && live.Generation != source.Version.Generation;
        return await sink.RecordAsync(Entry(newer ? Outcome.Superseded : Outcome.Vanished, null, 0) with
        {
            Reason = newer ? $"it was overwritten by generation {live!.Generation} before it could be read" : "it was deleted before it could be read",
            Hint = newer ? null : "drop the file again",
        }, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>The ledger has spoken already, or a newer version has landed.</summary>
    private async Task<(LedgerEntry, bool)> EndAsync(Decision decision, CancellationToken cancellationToken)
    {
        if (decision.Own is not null) return (decision.Own, true);
        var entry = Entry(Outcome.Superseded, null, 0) with { Reason = $"generation {decision.Newer!.Source.Version.Generation}, which is newer, has landed" };
        return (await sink.RecordAsync(entry, cancellationToken).ConfigureAwait(false), false);
    }

    /// <summary>Nothing lands; the source as it is goes into quarantine beside the reasons.</summary>
    private async Task<LedgerEntry> RefuseAsync(RejectException refusal, Quarantine quarantine, long rowsRead, CancellationToken cancellationToken)
    {
        await quarantine.CompleteAsync(cancellationToken).ConfigureAwait(false);
        await storage.CopyAsync(source.Version, rejectsBucket, LandingNames.RefusedSource(Folder, source.Version, _attempt), cancellationToken).ConfigureAwait(false);
        return await sink.RecordAsync(Entry(Outcome.Refused, quarantine, rowsRead) with { RowsRejected = rowsRead, Reason = refusal.Message, Hint = refusal.Hint }, cancellationToken).ConfigureAwait(false);
    }

    private LedgerEntry Entry(Outcome outcome, Quarantine? quarantine, long read) => new()
    {
        Source = source,
        Outcome = outcome,
        Attempt = _attempt,
        StartedAt = Whole(startedAt),
        FinishedAt = Whole(clock.GetUtcNow()),
        RowsRead = read,
        RowsRejected = quarantine?.Count ?? 0,
        Rejects = quarantine?.Uri,
        Reasons = quarantine?.First ?? [],
    };

    /// <summary>To the millisecond, which every warehouse keeps: a receipt written later from the ledger is the same to the letter.</summary>
    private static DateTimeOffset Whole(DateTimeOffset time) => DateTimeOffset.FromUnixTimeMilliseconds(time.ToUnixTimeMilliseconds());
}
