using Landfall.Cloud;
using Landfall.Contracts;
using Landfall.Hosting;
using Landfall.Sinks;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace Landfall.Backups;

/// <summary>Makes a table of Postgres what it was at a backup: all of it or nothing.</summary>
/// <param name="storage">Where the backups are.</param>
/// <param name="database">Where the tables are.</param>
/// <param name="sink">Makes the tables stand as their contracts say.</param>
public sealed class TableRestorer(CloudStorage storage, NpgsqlDataSource database, ISink sink, Settings settings, TimeProvider clock, ILogger<TableRestorer> log)
{
    private readonly BackupCatalog _catalog = new(storage, settings, clock);

    /// <summary>Restores a table. Landings of its contract wait meanwhile; those that came behind the backup are marked, so that they land again when they are delivered again.</summary>
    /// <param name="contract">The contract that declares the table.</param>
    /// <param name="table">The table.</param>
    /// <param name="backup">A backup's time as in its name, its object's name, or that with <c>gs://</c>; null for the newest.</param>
    /// <param name="cancellationToken">Ends it; the table is what it was.</param>
    /// <returns>Null when there is no such backup.</returns>
    /// <exception cref="RejectException">The backup can not be restored into the table; the table is what it was.</exception>
    /// <exception cref="RetryException">The world is wrong, for now; the table is what it was.</exception>
    public async Task<Restored?> RestoreAsync(Contract contract, Table table, string? backup, CancellationToken cancellationToken)
    {
        var found = backup is null
            ? await _catalog.NewestAsync(table, cancellationToken).ConfigureAwait(false)
            : await _catalog.NamedAsync(table, backup, cancellationToken).ConfigureAwait(false);
        if (found is null) return null;
        try
        {
            await sink.PrepareAsync(contract, cancellationToken).ConfigureAwait(false);
            return await RestoreAsync(contract, table, found, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception e) when (!cancellationToken.IsCancellationRequested && (e as LandingException ?? sink.Classify(e)) is { } verdict)
        {
            log.NotRestored($"{table}", $"gs://{found.Bucket}/{found.Name}", verdict.Message, verdict.Hint);
            if (e is LandingException) throw;
            // Without the original, whose text may quote rows.
            throw sink.Classify(e)!;
        }
    }

    private async Task<Restored> RestoreAsync(Contract contract, Table table, StoredObject backup, CancellationToken cancellationToken)
    {
        var (started, attempt) = (clock.GetUtcNow(), Guid.NewGuid());
        await using var file = await BackupFile.OpenAsync(storage, backup, cancellationToken).ConfigureAwait(false);
        var header = file.Header;
        if (header.Table != $"{table}" || header.Contract != contract.Id.Name)
            throw new RejectException($"the backup is not one of {table} (contract {contract.Id}): it says that it is of another table", "name a backup of this table", rule: "table");
        await using var restore = await RestoreTransaction.BeginAsync(database, new BackupLayout(table), cancellationToken).ConfigureAwait(false);
        var removed = await restore.ReplaceAsync(contract, file, clock, cancellationToken).ConfigureAwait(false);
        var entry = new LedgerEntry
        {
            // One backup may be restored several times, each of them an entry of its own.
            Source = new(contract, backup with { Name = $"{backup.Name}@{attempt:N}" }, Date: null),
            ContractVersion = contract.Version,
            Outcome = Outcome.Restored,
            Attempt = attempt,
            StartedAt = started,
            FinishedAt = clock.GetUtcNow(),
            RowsRead = header.Rows,
            RowsLanded = header.Rows,
            Tables = [new($"{table}", header.Rows) { Removed = removed }],
        };
        var (landings, count) = await restore.CommitAsync(entry, header, cancellationToken).ConfigureAwait(false);
        log.Restored($"{table}", header.Rows, $"gs://{backup.Bucket}/{backup.Name}", removed, count);
        return new($"{table}", backup, header.Time, header.Rows, removed, landings, count);
    }
}
