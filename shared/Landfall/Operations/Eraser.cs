using System.Globalization;
using Landfall.Cloud;
using Landfall.Contracts;
using Landfall.Hosting;
using Landfall.Landings;
using Landfall.Sinks;
using Npgsql;

namespace Landfall.Operations;

/// <summary>
/// Erases what is known of somebody (GDPR, article 17): the rows of a key from its table and from all that refer to it, and what the quarantine has of them. The ledger and a receipt say that it was done, and how
/// many rows went; not whose.
/// </summary>
public sealed class Eraser(ContractSet contracts, IEnumerable<ISink> sinks, IEnumerable<NpgsqlDataSource> databases, CloudStorage storage, Lander lander, Settings settings, TimeProvider clock)
{
    /// <summary>How long BigQuery keeps what was deleted: time travel, and its fail-safe (https://cloud.google.com/bigquery/docs/time-travel).</summary>
    private static readonly TimeSpan TimeTravel = TimeSpan.FromDays(7 + 7);

    /// <param name="contract">Whose table.</param>
    /// <param name="table">Its table; null for the first that has a primary key.</param>
    /// <param name="key">A text for each column of the primary key.</param>
    /// <param name="cancellationToken">Ends it before it is done; the tables come first, and repeating it does the rest.</param>
    /// <exception cref="RejectException">The key can not be one of the table's.</exception>
    public async Task<Erased> EraseAsync(Contract contract, string? table, IReadOnlyList<string> key, CancellationToken cancellationToken)
    {
        var of = table is null ? contract.Tables.FirstOrDefault(one => one.Key.Count > 0) : contract.Tables.FirstOrDefault(one => one.Name.Name == table || $"{one}" == table);
        if (of is null) throw new RejectException(table is null ? $"no table of {contract.Id} has a primary key" : $"{contract.Id} has no table {table}", $"its tables: {string.Join(", ", contract.Tables)}");
        var erasure = Erasure.Of(contracts, contract, of, key);
        if (sinks.FirstOrDefault(sink => sink.Kind == contract.Sink) is not IErasingSink sink) throw new RetryException($"the warehouse of {contract.Id} is not among the settings");
        var now = DateTimeOffset.FromUnixTimeMilliseconds(clock.GetUtcNow().ToUnixTimeMilliseconds());
        var attempt = Guid.NewGuid();
        var entry = new LedgerEntry
        {
            Source = new(contract, new("erase", $"{contract.Id}/{attempt:N}", 0, now, 0), null),
            ContractVersion = contract.Version,
            Outcome = Outcome.Erased,
            Attempt = attempt,
            StartedAt = now,
            FinishedAt = now,
        };
        try
        {
            foreach (var one in erasure.Steps.Select(step => step.Contract).DistinctBy(one => one.Id)) await sink.PrepareAsync(one, cancellationToken).ConfigureAwait(false);
            entry = await sink.EraseAsync(erasure, entry, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception e) when (sink.Classify(e) is { } verdict)
        {
            // Without the original, whose text may quote the key.
            throw verdict is RejectException ? new RejectException(verdict.Message, verdict.Hint) : new RetryException(verdict.Message, verdict.Hint);
        }
        await lander.EndAsync(entry, already: false, cancellationToken).ConfigureAwait(false);
        var (rows, objects) = (0L, 0L);
        var quarantine = new QuarantineEraser(storage, settings);
        foreach (var one in erasure.Steps.Select(step => step.Contract).DistinctBy(one => one.Id))
        {
            var rejected = RejectedRow.Of(erasure, one);
            var (gone, written) = await quarantine.EraseAsync(one, rejected, cancellationToken).ConfigureAwait(false);
            (rows, objects) = (rows + gone, objects + written);
            if (databases.FirstOrDefault() is { } database && contract.Sink == SinkKind.Postgres) rows += await PostgresQuarantine.EraseAsync(database, one, rejected, key, cancellationToken).ConfigureAwait(false);
        }
        return new(entry.Source.Version.Identity, entry.Tables, rows, objects, [.. History(contract, now)]);
    }

    private IEnumerable<string> History(Contract contract, DateTimeOffset now)
    {
        if (contract.Object is { } objects) yield return $"the files that were dropped as {objects}, in all their versions, for as long as their bucket keeps them; a replay of one brings its rows back: mend or delete it first";
        if (contract.Sink == SinkKind.Postgres) yield return $"backups of its tables, until {Day(now + settings.BackupRetention)}; after a restore from one of them, erase again";
        else yield return $"BigQuery's time travel and fail-safe, until {Day(now + TimeTravel)}, and staged rows, for two days";
        yield return "the database's own backups, for as long as they are kept";
    }

    private static string Day(DateTimeOffset moment) => moment.UtcDateTime.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
}
