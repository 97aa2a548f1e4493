using Landfall.Cloud;
using Landfall.Contracts;
using Landfall.Hosting;
using Landfall.Sinks;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace Landfall.Backups;

/// <summary>Makes backups of Postgres' tables.</summary>
/// <param name="contracts">Whose tables.</param>
/// <param name="storage">Where they go.</param>
/// <param name="database">Where the tables are.</param>
/// <param name="sink">Makes the tables stand as their contracts say.</param>
public sealed class TableBackups(ContractSet contracts, CloudStorage storage, NpgsqlDataSource database, ISink sink, Settings settings, TimeProvider clock, ILogger<TableBackups> log)
{
    private readonly BackupCatalog _catalog = new(storage, settings, clock);

    /// <summary>Backs one table up.</summary>
    /// <exception cref="RejectException">A value of the table fits no backup.</exception>
    /// <exception cref="RetryException">The world is wrong, for now; there is no new backup.</exception>
    public async Task<Backup> BackupAsync(Contract contract, Table table, CancellationToken cancellationToken)
    {
        try
        {
            await sink.PrepareAsync(contract, cancellationToken).ConfigureAwait(false);
            await using var snapshot = await BackupSnapshot.TakeAsync(database, clock, cancellationToken).ConfigureAwait(false);
            return await WriteAsync(snapshot, contract, table, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception e) when (!cancellationToken.IsCancellationRequested && sink.Classify(e) is not null)
        {
            // Without the original, whose text may quote rows.
            throw sink.Classify(e)!;
        }
    }

    /// <summary>
    /// Backs up all tables of all contracts, each as it is in one and the same snapshot, and deletes what is past the retention. A table that has a backup made since the tick was due is left out:
    /// the tick comes again when one of them failed.
    /// </summary>
    /// <param name="due">When the tick was due.</param>
    /// <returns>The backups made.</returns>
    /// <exception cref="RetryException">Some could not be made; the others are.</exception>
    public async Task<IReadOnlyList<Backup>> BackupAllAsync(DateTimeOffset due, CancellationToken cancellationToken)
    {
        List<(Contract Contract, Table Table)> tables = [];
        var failed = new List<string>();
        foreach (var contract in BackedUpTables.Of(contracts).GroupBy(found => found.Contract, found => found.Table))
        {
            if (await TryAsync($"{contract.Key.Id}", failed, async () => await sink.PrepareAsync(contract.Key, cancellationToken).ConfigureAwait(false), cancellationToken).ConfigureAwait(false))
                tables.AddRange(contract.Select(table => (contract.Key, table)));
        }
        var made = new List<Backup>();
        await using var snapshot = await BackupSnapshot.TakeAsync(database, clock, cancellationToken).ConfigureAwait(false);
        foreach (var (contract, table) in tables)
        {
            await TryAsync($"{table}", failed, async () =>
            {
                if ((await _catalog.NewestAsync(table, cancellationToken).ConfigureAwait(false)) is { } newest && BackupNames.Time(newest.Name) >= due) return;
                made.Add(await WriteAsync(snapshot, contract, table, cancellationToken).ConfigureAwait(false));
            }, cancellationToken).ConfigureAwait(false);
        }
        var deleted = 0;
        foreach (var (_, table) in tables)
            await TryAsync($"the old backups of {table}", failed, async () => deleted += await _catalog.PruneAsync(table, cancellationToken).ConfigureAwait(false), cancellationToken).ConfigureAwait(false);
        if (deleted > 0) log.Pruned(deleted, settings.BackupRetention.Days);
        return failed.Count == 0 ? made : throw new RetryException($"{made.Count} tables were backed up; not so {string.Join("; ", failed)}");
    }

    private async Task<Backup> WriteAsync(BackupSnapshot snapshot, Contract contract, Table table, CancellationToken cancellationToken)
    {
        var started = clock.GetTimestamp();
        var backup = await new BackupWriter(storage, _catalog.Bucket).WriteAsync(snapshot, contract, table, cancellationToken).ConfigureAwait(false);
        log.BackedUp(backup.Table, backup.Rows, backup.Object.Size, (long)clock.GetElapsedTime(started).TotalMilliseconds, $"gs://{backup.Object.Bucket}/{backup.Object.Name}");
        return backup;
    }

    /// <summary>One table's fault keeps no other from its backup.</summary>
    private async Task<bool> TryAsync(string what, List<string> failed, Func<Task> act, CancellationToken cancellationToken)
    {
        try
        {
            await act().ConfigureAwait(false);
            return true;
        }
        catch (Exception e) when (!cancellationToken.IsCancellationRequested && (e as LandingException ?? sink.Classify(e)) is { } verdict)
        {
            log.NotBackedUp(what, verdict.Message, verdict.Hint);
            failed.Add($"{what}: {verdict.Message}");
            return false;
        }
    }
}
