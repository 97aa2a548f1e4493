using Landfall.Cloud;
using Landfall.Contracts;
using Landfall.Rows;
using Landfall.Sinks;

namespace Landfall.Landings;

/// <summary>One attempt to bring a source into its tables, wherever its rows come from.</summary>
internal sealed class Landing(ISink sink, Source source, IIntake intake, TimeProvider clock, DateTimeOffset startedAt)
{
    /// <summary>How often a source is staged again because others of its contract land at the same time, before the platform is asked for patience.</summary>
    private const int Rounds = 6;

    private Tally _tally = new();
    private Guid _attempt;

    /// <returns>The ledger's entry for the source, and whether it was there before this attempt.</returns>
    public async Task<(LedgerEntry Entry, bool Already)> RunAsync(CancellationToken cancellationToken)
    {
        try
        {
            for (var round = 1; ; round++)
            {
                if (await RunClassifiedAsync(careful: false, cancellationToken).ConfigureAwait(false) is { } ended) return ended;
                if (round == Rounds) throw new RetryException($"other landings of {source.Contract.Id} come first, again and again");
            }
        }
        catch (Exception e) when (cancellationToken.IsCancellationRequested && e is not OperationCanceledException)
        {
            // Whatever broke, broke because the event's time is over.
            throw new OperationCanceledException("the landing was stopped", e, cancellationToken);
        }
        catch (Exception e) when (sink.Classify(e) is RetryException retry)
        {
            // Without the original, whose text may quote rows.
            throw new RetryException(retry.Message, retry.Hint);
        }
    }

    /// <returns>Null when the ledger has moved while it was under way, and not for this source: it has to be staged again.</returns>
    private async Task<(LedgerEntry, bool)?> RunClassifiedAsync(bool careful, CancellationToken cancellationToken)
    {
        _attempt = Guid.CreateVersion7(clock.GetUtcNow());
        _tally = new();
        await using var quarantine = intake.OpenQuarantine(_attempt);
        try
        {
            // A first look, so that a redelivery or a late old version costs one query and not a file.
            var decision = await LookAsync(cancellationToken).ConfigureAwait(false);
            if (decision.Outcome != Outcome.Landed) return await EndAsync(decision, cancellationToken).ConfigureAwait(false);
            // What is replaced has the keys of what comes.
            careful |= decision.Replaced.Count > 0;
            await PrepareAsync(cancellationToken).ConfigureAwait(false);
            return await LandAsync(quarantine, careful, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception e) when (!careful && sink.NeedsCare(e))
        {
            return await RunClassifiedAsync(careful: true, cancellationToken).ConfigureAwait(false);
        }
        catch (ObjectGoneException)
        {
            return (await GoneAsync(cancellationToken).ConfigureAwait(false), false);
        }
        catch (Exception e) when ((e as RejectException ?? sink.Classify(e) as RejectException) is { } refusal)
        {
            // The file broke half-way; why stands behind the rows that were rejected before.
            foreach (var row in refusal.Rows) await quarantine.AddAsync(row, [], cancellationToken).ConfigureAwait(false);
            await quarantine.AddAsync(new(refusal.Line, refusal.Column, refusal.Rule, null, refusal.Message), [], cancellationToken).ConfigureAwait(false);
            return await RefuseAsync(refusal, quarantine, cancellationToken).ConfigureAwait(false);
        }
    }

    private async Task<Decision> LookAsync(CancellationToken cancellationToken)
    {
        using var step = LandingSteps.Begin(LandingSteps.Look);
        return Decision.Decide(source, await sink.LookAsync(source, cancellationToken).ConfigureAwait(false));
    }

    private async Task<Decision> ReadLedgerAsync(CancellationToken cancellationToken)
    {
        using var step = LandingSteps.Begin(LandingSteps.Look);
        return Decision.Decide(source, await sink.ReadLedgerAsync(source, cancellationToken).ConfigureAwait(false));
    }

    private async Task PrepareAsync(CancellationToken cancellationToken)
    {
        using var step = LandingSteps.Begin(LandingSteps.Prepare);
        if (source.Contract is { Retention: { } kept, Write: WriteMode.ReplacePartition } && source.Date is { } date && date.DayNumber + kept.Days < DateOnly.FromDateTime(clock.GetUtcNow().UtcDateTime).DayNumber)
            throw new RejectException($"its day, {date:yyyy-MM-dd}, is past the {kept.Days} days that the contract keeps", "drop newer days; or keep more, by the contract's retention", rule: "retention");
        try
        {
            await sink.PrepareAsync(source.Contract, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception e) when (sink.Classify(e) is RejectException wrong)
        {
            // No file is at fault for what its table is.
            throw new RetryException($"the tables of {source.Contract.Id} can not be made: {wrong.Message}", "change the contract");
        }
    }

    private async Task<(LedgerEntry, bool)?> LandAsync(Quarantine quarantine, bool careful, CancellationToken cancellationToken)
    {
        await using var staging = await StageAsync(quarantine, careful, cancellationToken).ConfigureAwait(false);

        var decision = await DecideAsync(staging, cancellationToken).ConfigureAwait(false);
        if (decision.Outcome == Outcome.Landed)
        {
            await CheckAsync(staging, decision, quarantine, cancellationToken).ConfigureAwait(false);
            if (Excess(quarantine.Count) is { } refusal)
            {
                await staging.DisposeAsync().ConfigureAwait(false);
                return await RefuseAsync(refusal, quarantine, cancellationToken).ConfigureAwait(false);
            }
            // Rejects before the commit: a crash in between leaves a quarantine object that no ledger names, never a lost row.
            await CompleteAsync(quarantine, cancellationToken).ConfigureAwait(false);
            var entry = Entry(Outcome.Landed, quarantine) with { RowsRejected = quarantine.Count, RowsLanded = _tally.Read - quarantine.Count - staging.Collapsed, RowsCollapsed = staging.Collapsed };
            if (await CommitAsync(staging, decision, entry, cancellationToken).ConfigureAwait(false) is { } committed) return (committed, false);
        }
        // Nothing of this attempt may hold a lock while the ledger is written to.
        await staging.DisposeAsync().ConfigureAwait(false);
        // What came first may be a newer version, of which a look for this source alone would not know.
        if (decision.Outcome == Outcome.Landed) decision = await ReadLedgerAsync(cancellationToken).ConfigureAwait(false);
        return decision.Outcome == Outcome.Landed ? null : await EndAsync(decision, cancellationToken).ConfigureAwait(false);
    }

    private async Task<IStaging> StageAsync(Quarantine quarantine, bool careful, CancellationToken cancellationToken)
    {
        using var step = LandingSteps.Begin(LandingSteps.Stage);
        return await intake.StageAsync(_attempt, careful, _tally, quarantine, cancellationToken).ConfigureAwait(false);
    }

    private static async Task<Decision> DecideAsync(IStaging staging, CancellationToken cancellationToken)
    {
        using var step = LandingSteps.Begin(LandingSteps.Decide);
        return await staging.DecideAsync(cancellationToken).ConfigureAwait(false);
    }

    private static async Task CompleteAsync(Quarantine quarantine, CancellationToken cancellationToken)
    {
        using var step = LandingSteps.Begin(LandingSteps.Quarantine);
        await quarantine.CompleteAsync(cancellationToken).ConfigureAwait(false);
    }

    private static async Task<LedgerEntry?> CommitAsync(IStaging staging, Decision decision, LedgerEntry entry, CancellationToken cancellationToken)
    {
        using var step = LandingSteps.Begin(LandingSteps.Write);
        return await staging.CommitAsync(decision, entry, cancellationToken).ConfigureAwait(false);
    }

    private async Task<LedgerEntry> RecordAsync(LedgerEntry entry, CancellationToken cancellationToken)
    {
        using var step = LandingSteps.Begin(LandingSteps.Record);
        return await sink.RecordAsync(entry, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Rules over rows. They know a row by its line; its text for the quarantine comes from a second reading, which only such rejects cost.</summary>
    private async Task CheckAsync(IStaging staging, Decision decision, Quarantine quarantine, CancellationToken cancellationToken)
    {
        using var step = LandingSteps.Begin(LandingSteps.Check);
        (IRowReader Reader, int Feed)? again = null;
        var begun = false;
        try
        {
            var parentsMayCome = clock.GetUtcNow() < source.Version.TimeCreated + source.Contract.WaitForParents;
            await foreach (var (feed, reject) in staging.CheckAsync(decision, parentsMayCome, cancellationToken).ConfigureAwait(false))
            {
                if (again?.Feed != feed.Index)
                {
                    if (again is not null) await again.Value.Reader.DisposeAsync().ConfigureAwait(false);
                    again = (await intake.OpenAsync(feed, cancellationToken).ConfigureAwait(false), feed.Index);
                    begun = false;
                    await again.Value.Reader.ReadHeaderAsync(cancellationToken).ConfigureAwait(false);
                }
                var row = again.Value.Reader;
                while ((!begun || row.Position < reject.Line) && await row.ReadAsync(cancellationToken).ConfigureAwait(false)) begun = true;
                await quarantine.AddAsync(reject with { Line = row.Line, Place = row.Place }, row.Raw, cancellationToken).ConfigureAwait(false);
                _tally.Reject(feed);
            }
        }
        finally
        {
            if (again is not null) await again.Value.Reader.DisposeAsync().ConfigureAwait(false);
        }
    }

    /// <summary>Whether too little of the source is good for any of it to land.</summary>
    private RejectException? Excess(long rejected)
    {
        foreach (var (feed, read, bad) in _tally.Feeds)
        {
            if (read > 0 && bad == read)
                return new RejectException($"no row of {Part(feed)} fits the contract", "see the rejected rows for each one's reason", rule: "rows");
            if (read == 0 && source.Contract is { AllowEmpty: false, Write: WriteMode.Replace or WriteMode.ReplacePartition })
                return new RejectException($"{Part(feed)} holds no row, and would empty {string.Join(", ", feed.Tables)}", $"{(source.Contract.Topic is null ? "drop" : "send")} a {intake.Whole} with rows; or say allowEmpty: true in the contract, if an empty one is meant", rule: "allowEmpty");
        }
        if (rejected == 0) return null;
        var percent = 100.0 * rejected / _tally.Read;
        return percent <= source.Contract.MaxRejectedPercent ? null : new RejectException(
            $"{rejected} of {_tally.Read} rows ({percent:0.##} %) break the contract; it allows {source.Contract.MaxRejectedPercent:0.##} %", $"mend the rejected rows and {(source.Contract.Topic is null ? "drop the file again" : "send them in another run")}", rule: "maxRejectedPercent");
    }

    /// <summary>What a person calls the rows of a feed.</summary>
    private string Part(Feed feed) => feed.Section is null || _tally.Feeds.Count == 1 ? $"the {intake.Whole}" : $"the part for {string.Join(", ", feed.Tables)}";

    /// <summary>The version is gone: overwritten, which is fine, or deleted, which somebody should know.</summary>
    private async Task<LedgerEntry> GoneAsync(CancellationToken cancellationToken)
    {
        var live = await intake.StandingAsync(cancellationToken).ConfigureAwait(false);
        if (live?.Generation == source.Version.Generation) throw new RetryException($"{source.Version} is listed, and can not be opened");
        return await RecordAsync(Entry(live is null ? Outcome.Vanished : Outcome.Superseded, null) with
        {
            Reason = live is null ? "it was deleted before it could be read" : $"it was overwritten by generation {live.Generation} before it could be read",
            Hint = live is null ? "drop the file again" : null,
        }, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>The ledger has spoken already, or a newer version has landed.</summary>
    private async Task<(LedgerEntry, bool)> EndAsync(Decision decision, CancellationToken cancellationToken)
    {
        var by = decision.By!;
        if (by.Source.Version.Identity == source.Version.Identity) return (by, true);
        var entry = Entry(Outcome.Superseded, null) with { Reason = $"{source.Version.NameOf(by.Source.Version)}, which is newer, has landed" };
        return (await RecordAsync(entry, cancellationToken).ConfigureAwait(false), false);
    }

    /// <summary>Nothing lands; the source as it is goes into quarantine beside the reasons.</summary>
    private async Task<(LedgerEntry, bool)> RefuseAsync(RejectException refusal, Quarantine quarantine, CancellationToken cancellationToken)
    {
        // The first look may have been for this source alone: whose place a newer version has taken is nobody's to mend.
        var decision = await ReadLedgerAsync(cancellationToken).ConfigureAwait(false);
        if (decision.Outcome != Outcome.Landed) return await EndAsync(decision, cancellationToken).ConfigureAwait(false);
        if (!await KeepAsync(cancellationToken).ConfigureAwait(false)) return (await GoneAsync(cancellationToken).ConfigureAwait(false), false);
        await CompleteAsync(quarantine, cancellationToken).ConfigureAwait(false);
        return (await RecordAsync(Entry(Outcome.Refused, quarantine) with { RowsRejected = _tally.Read, Reason = refusal.Message, Hint = Hint(refusal) }, cancellationToken).ConfigureAwait(false), false);
    }

    private async Task<bool> KeepAsync(CancellationToken cancellationToken)
    {
        using var step = LandingSteps.Begin(LandingSteps.Keep);
        return await intake.KeepAsync(_attempt, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>What to do; and, where files are read as they lie, what is so until then.</summary>
    private string? Hint(RejectException refusal) => source.Contract.External is not { } table ? refusal.Hint
        : $"{(refusal.Hint is null ? "" : $"{refusal.Hint}; ")}until it is dropped again or deleted, {table} may show what it holds: BigQuery reads files as they lie";

    private LedgerEntry Entry(Outcome outcome, Quarantine? quarantine) => new()
    {
        Source = source,
        ContractVersion = source.Contract.Version,
        Outcome = outcome,
        Attempt = _attempt,
        StartedAt = Whole(startedAt),
        FinishedAt = Whole(clock.GetUtcNow()),
        RowsRead = quarantine is null ? 0 : _tally.Read,
        Rejects = quarantine?.Uri,
        Reasons = quarantine?.First ?? [],
    };

    /// <summary>To the millisecond, which every warehouse keeps: a receipt written later from the ledger is the same to the letter.</summary>
    private static DateTimeOffset Whole(DateTimeOffset time) => DateTimeOffset.FromUnixTimeMilliseconds(time.ToUnixTimeMilliseconds());
}
