using Landfall.Cloud;
using Landfall.Contracts;
using Landfall.Hosting;

namespace Landfall.Backups;

/// <summary>The backups that there are.</summary>
internal sealed class BackupCatalog(CloudStorage storage, Settings settings, TimeProvider clock)
{
    /// <summary>Nobody makes a backup for so long.</summary>
    private static readonly TimeSpan PartAge = TimeSpan.FromDays(1);

    public string Bucket { get; } = settings.Bucket(BackupNames.Bucket);

    /// <returns>A table's backups, the oldest first.</returns>
    public async Task<IReadOnlyList<StoredObject>> ListAsync(Table table, CancellationToken cancellationToken)
    {
        var backups = new List<StoredObject>();
        await foreach (var found in storage.ListAsync(Bucket, BackupNames.Folder(table), cancellationToken).ConfigureAwait(false))
        {
            if (BackupNames.Time(found.Name) is not null) backups.Add(found);
        }
        return backups;
    }

    /// <returns>Null when there is none.</returns>
    public async Task<StoredObject?> NewestAsync(Table table, CancellationToken cancellationToken) => await ListAsync(table, cancellationToken).ConfigureAwait(false) is [.., var newest] ? newest : null;

    /// <returns>Null when there is none of the name, or none can have it.</returns>
    public async Task<StoredObject?> NamedAsync(Table table, string backup, CancellationToken cancellationToken) =>
        BackupNames.Find(backup, table, Bucket) is { } name ? await storage.GetAsync(Bucket, name, cancellationToken: cancellationToken).ConfigureAwait(false) : null;

    /// <summary>Deletes the backups of a table that are past the retention, but for the newest, and what attempts have left that were broken off.</summary>
    /// <returns>How many backups.</returns>
    public async Task<int> PruneAsync(Table table, CancellationToken cancellationToken)
    {
        var now = clock.GetUtcNow();
        List<StoredObject> backups = [], parts = [];
        await foreach (var found in storage.ListAsync(Bucket, BackupNames.Folder(table), cancellationToken).ConfigureAwait(false))
        {
            if (BackupNames.Time(found.Name) is not null) backups.Add(found);
            else if (BackupNames.IsPart(found.Name) && now - found.TimeCreated > PartAge) parts.Add(found);
        }
        var old = backups.SkipLast(1).Where(backup => now - BackupNames.Time(backup.Name)!.Value > settings.BackupRetention).ToList();
        foreach (var gone in old.Concat(parts)) await storage.DeleteAsync(Bucket, gone.Name, gone.Generation, cancellationToken).ConfigureAwait(false);
        return old.Count;
    }
}
