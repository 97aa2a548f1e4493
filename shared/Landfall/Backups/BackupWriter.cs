using System.Security.Cryptography;
using Landfall.Avro;
using Landfall.Cloud;
using Landfall.Contracts;
using Npgsql;

namespace Landfall.Backups;

/// <summary>
/// Writes one table of a snapshot. The file's header says how many rows there are and what they sum to, which is known behind the last of them: so the rows become an object first,
/// the header another, and the service joins the two. What is joined is visible at once and whole.
/// </summary>
internal sealed class BackupWriter(CloudStorage storage, string bucket)
{
    private const int SyncLength = 16;

    /// <summary>Writes a backup, and reads it back.</summary>
    /// <exception cref="RejectException">A value of the table fits no backup.</exception>
    /// <exception cref="RetryException">What was read back is not what was written; it is deleted.</exception>
    public async Task<Backup> WriteAsync(BackupSnapshot snapshot, Contract contract, Table table, CancellationToken cancellationToken)
    {
        var layout = new BackupLayout(table);
        var name = BackupNames.Of(table, snapshot.Time);
        var attempt = Guid.NewGuid();
        var sync = RandomNumberGenerator.GetBytes(SyncLength);
        List<StoredObject> parts = [];
        try
        {
            var (rows, header) = await WriteRowsAsync(snapshot, contract, layout, BackupNames.Part(name, attempt, "rows"), sync, cancellationToken).ConfigureAwait(false);
            parts.Add(rows);
            parts.Insert(0, await WriteHeadAsync(header, layout, BackupNames.Part(name, attempt, "head"), sync, cancellationToken).ConfigureAwait(false));
            var made = await storage.ComposeAsync(parts, name, BackupNames.ContentType, cancellationToken).ConfigureAwait(false);
            var backup = made ?? await storage.GetAsync(bucket, name, cancellationToken: cancellationToken).ConfigureAwait(false) ?? throw new RetryException($"gs://{bucket}/{name} was made and is gone");
            await ProveAsync(backup, header, isOurs: made is not null, cancellationToken).ConfigureAwait(false);
            return new(header.Table, header.Contract, backup, header.Rows, header.Time, header.Sha256);
        }
        finally
        {
            foreach (var part in parts) await TryDeleteAsync(part).ConfigureAwait(false);
        }
    }

    private async Task<(StoredObject Rows, BackupHeader Header)> WriteRowsAsync(
        BackupSnapshot snapshot, Contract contract, BackupLayout layout, string name, byte[] sync, CancellationToken cancellationToken)
    {
        await using var connection = await snapshot.ConnectAsync(cancellationToken).ConfigureAwait(false);
        var (ledger, version) = await BackupSnapshot.VersionAsync(connection, contract, cancellationToken).ConfigureAwait(false);
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        await using var output = storage.OpenWrite(bucket, name, BackupNames.ContentType, ifGenerationMatch: 0);
        // While Postgres and this thread make a block of rows, another compresses the one before it.
        var file = new AvroFileWriter(output, layout.Schema, AvroCodec.Deflate, sync: sync) { Headless = true, Ahead = true, Hash = hash };
        long rows;
        try
        {
            rows = await CopyAsync(connection, layout, new AvroRowWriter(file, layout.Columns), cancellationToken).ConfigureAwait(false);
            await file.CompleteAsync(cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            await file.SettleAsync().ConfigureAwait(false);
        }
        var stored = await output.CompleteAsync(cancellationToken).ConfigureAwait(false) ?? throw new RetryException($"gs://{bucket}/{name} is there already");
        return (stored, new($"{layout.Table}", contract.Id.Name, contract.Version, rows, snapshot.Time, layout.Fingerprint, Convert.ToHexStringLower(hash.GetHashAndReset()), ledger, version));
    }

    private static async Task<long> CopyAsync(NpgsqlConnection connection, BackupLayout layout, AvroRowWriter rows, CancellationToken cancellationToken)
    {
        var copy = await connection.BeginRawBinaryCopyAsync(layout.CopyOut, cancellationToken).ConfigureAwait(false);
        try
        {
            var count = await new PgCopyReader(copy, layout.Columns).ReadAsync(rows, cancellationToken).ConfigureAwait(false);
            // To the very end: what the server says behind its last row may be an error.
            return await copy.ReadAsync(new byte[1], cancellationToken).ConfigureAwait(false) == 0 ? count : throw new InvalidOperationException("Something stands behind the COPY's end mark.");
        }
        catch (Exception e) when (e is not NpgsqlException)
        {
            // Disposing it would read all rows to their end first.
            await copy.CancelAsync().ConfigureAwait(false);
            throw;
        }
        finally
        {
            await copy.DisposeAsync().ConfigureAwait(false);
        }
    }

    private async Task<StoredObject> WriteHeadAsync(BackupHeader header, BackupLayout layout, string name, byte[] sync, CancellationToken cancellationToken)
    {
        using var head = new MemoryStream();
        await new AvroFileWriter(head, layout.Schema, AvroCodec.Deflate, header.ToMetadata(), sync).CompleteAsync(cancellationToken).ConfigureAwait(false);
        return await storage.WriteAsync(bucket, name, head.ToArray(), BackupNames.ContentType, ifGenerationMatch: 0, cancellationToken).ConfigureAwait(false)
            ?? throw new RetryException($"gs://{bucket}/{name} is there already");
    }

    /// <summary>Reads the whole file as it is stored: only what can be read is a backup.</summary>
    private async Task ProveAsync(StoredObject backup, BackupHeader header, bool isOurs, CancellationToken cancellationToken)
    {
        try
        {
            await using var file = await BackupFile.OpenAsync(storage, backup, cancellationToken).ConfigureAwait(false);
            if (file.Header != header) throw new RejectException("another backup of the table was made in the same millisecond");
            var (rows, sha256) = await BackupRows.ReadAsync(file.Reader, [], rows: null, nulls: 0, cancellationToken).ConfigureAwait(false);
            file.Verify(rows, sha256);
        }
        catch (RejectException e)
        {
            if (isOurs) await TryDeleteAsync(backup).ConfigureAwait(false);
            throw new RetryException($"the backup gs://{backup.Bucket}/{backup.Name} was written, and read back otherwise: {e.Message}", "back the table up again", e);
        }
    }

    /// <summary>What stays is deleted by the next night's tick.</summary>
    private async Task TryDeleteAsync(StoredObject part)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(10));
        try
        {
            await storage.DeleteAsync(part.Bucket, part.Name, part.Generation, patience.Token).ConfigureAwait(false);
        }
        catch (Exception e) when (e is RetryException or OperationCanceledException)
        {
            // The backup is whole without it.
        }
    }
}
