using System.Runtime.CompilerServices;
using System.Text.Json;
using Landfall.Cloud;
using Landfall.Contracts;
using Landfall.Events;
using Landfall.Hosting;
using Landfall.Runs;
using Landfall.Sinks;

namespace Landfall.Landings;

/// <summary>
/// Raises the values of a contract's uplift column, or takes back what a run has raised: once a run, however often it is called for, all of it or nothing, with a ledger
/// entry and a receipt. What can not be raised, and what can not be taken back, lies in quarantine.
/// </summary>
public sealed class Uplifter(Lander lander, CloudStorage storage, BloomreachClient bloomreach, Settings settings, TimeProvider clock)
{
    /// <summary>Inserts under way at a time.</summary>
    private const int Inserts = 8;

    /// <summary>What lands meanwhile takes the ground from under a run. It begins again, a few times.</summary>
    private const int Rounds = 4;

    /// <summary>Raises the numbers of the column by a percentage, each rounded half away from zero; rows without a value stay as they are.</summary>
    /// <param name="contract">With an <see cref="Contract.Uplifted"/>.</param>
    /// <param name="run">The run's id: what has been carried out under it is not carried out again.</param>
    /// <param name="at">When the run was due.</param>
    /// <param name="percent">Greater than 0.</param>
    /// <param name="cancellationToken">Ends it at once.</param>
    /// <exception cref="RetryException">Nothing was raised; or the world is wrong in another way.</exception>
    public Task<Receipt> RaiseAsync(Contract contract, string run, DateTimeOffset at, decimal percent, CancellationToken cancellationToken) =>
        RunAsync(UpliftRun.Of(contract, run, at), Outcome.Uplifted, async (uplift, quarantine) =>
        {
            var table = contract.Uplifted!;
            var staged = 0L;
            // Chunks are taken one after the other, and sent several at a time.
            await Parallel.ForEachAsync(ChunksAsync(uplift, table, percent, quarantine, cancellationToken), new ParallelOptions { MaxDegreeOfParallelism = Inserts, CancellationToken = cancellationToken },
                async (chunk, token) =>
                {
                    await uplift.StageAsync(chunk.First, chunk.Rows, token).ConfigureAwait(false);
                    Interlocked.Add(ref staged, chunk.Rows.Count);
                }).ConfigureAwait(false);
            return (staged, percent, entry => uplift.CommitAsync(entry, percent, cancellationToken));
        }, cancellationToken);

    /// <summary>Puts back what stood before a run, where that run's result still stands; the rest is listed in the quarantine.</summary>
    /// <param name="contract">The contract of both runs.</param>
    /// <param name="run">This run's id.</param>
    /// <param name="at">When it was due.</param>
    /// <param name="undone">The run that is undone.</param>
    /// <param name="cancellationToken">Ends it at once.</param>
    /// <exception cref="BadEventException">No such run has raised anything.</exception>
    /// <exception cref="RetryException">As for <see cref="RaiseAsync"/>.</exception>
    public async Task<Receipt> UndoAsync(Contract contract, string run, DateTimeOffset at, string undone, CancellationToken cancellationToken)
    {
        var other = UpliftRun.Of(contract, undone, at);
        if ((await lander.UpliftSink(contract).ReadLedgerAsync(other, cancellationToken).ConfigureAwait(false)).All(entry => entry.Outcome != Outcome.Uplifted || entry.Source.Version.Identity != other.Version.Identity))
            throw new BadEventException($"No run '{undone}' has raised values of {contract.Id}; the ledger has those that did, as '{contract.Id}/<run>'.");
        return await RunAsync(UpliftRun.Of(contract, run, at), Outcome.Undone, async (uplift, quarantine) =>
        {
            var (table, restored, line) = (contract.Uplifted!, 0L, 0L);
            await foreach (var (key, current, stands) in uplift.ReadRunAsync(undone, cancellationToken).ConfigureAwait(false))
            {
                line++;
                if (stands) restored++;
                else await RejectAsync(quarantine, table, line, key, current, "undo", current is null ? "is gone since the run" : "has been changed since the run", cancellationToken).ConfigureAwait(false);
            }
            return (restored, null, entry => uplift.UndoAsync(entry, undone, cancellationToken));
        }, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Whether the rows of a contract are Bloomreach's own customers, by their hard id.</summary>
    public static bool CanWriteBack(Contract contract) => contract is { Export: ExportKind.Bloomreach, Uplifted.Key: [{ Source: "registered" }] };

    /// <summary>
    /// Tells Bloomreach what a run has left in the table. It may be told twice; and it keeps what somebody has told it since the export that the run began with.
    /// </summary>
    /// <param name="contract">The run's contract, which <see cref="CanWriteBack"/>.</param>
    /// <param name="run">A run that was carried out.</param>
    /// <param name="receipt">Its receipt.</param>
    /// <param name="cancellationToken">Ends it at once.</param>
    /// <exception cref="RetryException">Bloomreach has not taken all of it.</exception>
    public async Task WriteBackAsync(Contract contract, string run, Receipt receipt, CancellationToken cancellationToken)
    {
        var sink = lander.UpliftSink(contract);
        try
        {
            var uplift = await sink.BeginUpliftAsync(UpliftRun.Of(contract, run, receipt.StartedAt), Guid.NewGuid(), cancellationToken).ConfigureAwait(false);
            var moment = await uplift.ReadMomentAsync(cancellationToken).ConfigureAwait(false);
            await new CustomerUpdates(bloomreach, clock, settings.Timeout / 4).SendAsync(contract.Uplifted!.Uplift!.Source, uplift.ReadWrittenAsync(cancellationToken), moment, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception e) when (sink.Classify(e) is { } verdict)
        {
            throw new RetryException(verdict.Message, verdict.Hint);
        }
    }

    private async Task<Receipt> RunAsync(
        Source source, Outcome outcome, Func<IUplift, Quarantine, Task<(long Rows, decimal? Percent, Func<LedgerEntry, Task> Commit)>> work, CancellationToken cancellationToken)
    {
        var (sink, startedAt) = (lander.UpliftSink(source.Contract), clock.GetUtcNow());
        for (var round = 1; ; round++)
        {
            try
            {
                await sink.PrepareAsync(source.Contract, cancellationToken).ConfigureAwait(false);
                return await TryAsync(sink, source, outcome, startedAt, work, cancellationToken).ConfigureAwait(false);
            }
            // Whether a commit that failed was carried out after all, the ledger says.
            catch (Exception e) when (round < Rounds && !cancellationToken.IsCancellationRequested && (e is RetryException || sink.Classify(e) is not null))
            {
                await Task.Delay(TimeSpan.FromSeconds(0.5 * round), clock, cancellationToken).ConfigureAwait(false);
            }
            catch (Exception e) when (sink.Classify(e) is { } verdict)
            {
                // Without the original, whose text may quote rows.
                throw new RetryException(verdict.Message, verdict.Hint);
            }
        }
    }

    private async Task<Receipt> TryAsync(
        IUpliftSink sink, Source source, Outcome outcome, DateTimeOffset startedAt, Func<IUplift, Quarantine, Task<(long Rows, decimal? Percent, Func<LedgerEntry, Task> Commit)>> work,
        CancellationToken cancellationToken)
    {
        var attempt = Guid.NewGuid();
        var uplift = await sink.BeginUpliftAsync(source, attempt, cancellationToken).ConfigureAwait(false);
        if (uplift.Standing is { } standing) return await lander.EndAsync(standing, already: true, cancellationToken).ConfigureAwait(false);

        await using var quarantine = new BucketQuarantine(storage, settings.Bucket(LandingNames.Rejects), LandingNames.RejectedRows(source.Contract.Id.Name, source.Version, attempt));
        var (rows, percent, commit) = await work(uplift, quarantine).ConfigureAwait(false);
        await quarantine.CompleteAsync(cancellationToken).ConfigureAwait(false);
        var entry = new LedgerEntry
        {
            Source = source,
            ContractVersion = source.Contract.Version,
            Outcome = outcome,
            Attempt = attempt,
            StartedAt = Whole(startedAt),
            FinishedAt = Whole(clock.GetUtcNow()),
            RowsRead = rows + quarantine.Count,
            RowsLanded = rows,
            RowsRejected = quarantine.Count,
            Tables = [new(source.Contract.Uplifted!.ToString(), rows) { Percent = percent }],
            Rejects = quarantine.Uri,
            Reasons = quarantine.First,
        };
        await commit(entry).ConfigureAwait(false);
        return await lander.EndAsync(entry, already: false, cancellationToken).ConfigureAwait(false);
    }

    private static async IAsyncEnumerable<(long First, List<UpliftRow> Rows)> ChunksAsync(
        IUplift uplift, Table table, decimal percent, Quarantine quarantine, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var (line, first, chunk) = (0L, 1L, new List<UpliftRow>(Pages.MaxRows));
        await foreach (var (key, value) in uplift.ReadAsync(cancellationToken).ConfigureAwait(false))
        {
            line++;
            if (Raise.Of(value, percent, out var rule, out var reason) is not { } result)
            {
                await RejectAsync(quarantine, table, line, key, value, rule, reason, cancellationToken).ConfigureAwait(false);
                continue;
            }
            chunk.Add(new(key, value, result));
            if (chunk.Count < Pages.MaxRows) continue;
            yield return (first, chunk);
            (first, chunk) = (first + chunk.Count, new(Pages.MaxRows));
        }
        if (chunk.Count > 0) yield return (first, chunk);
    }

    private static Task RejectAsync(Quarantine quarantine, Table table, long line, string key, string? value, string rule, string reason, CancellationToken cancellationToken)
    {
        var (name, buffer) = (table.Uplift!.Name.Name, new System.Buffers.ArrayBufferWriter<byte>());
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            json.WriteString(table.Key[0].Name.Name, key);
            json.WriteString(name, value);
            json.WriteEndObject();
        }
        return quarantine.AddAsync(new(line, name, rule, value, $"{name} {reason}"), buffer.WrittenSpan, cancellationToken);
    }

    /// <summary>To the millisecond, as a landing's.</summary>
    private static DateTimeOffset Whole(DateTimeOffset time) => DateTimeOffset.FromUnixTimeMilliseconds(time.ToUnixTimeMilliseconds());
}
