using Landfall.Avro;
using Landfall.Cloud;

namespace Landfall.Backups;

/// <summary>A backup's file, opened: what it says of itself has been read, its rows not yet.</summary>
internal sealed class BackupFile : IAsyncDisposable
{
    private readonly CloudStorage _storage;
    private readonly StoredObject _stored;

    private BackupFile(CloudStorage storage, StoredObject stored, AvroFileReader reader, BackupHeader header) => (_storage, _stored, Reader, Header) = (storage, stored, reader, header);

    public AvroFileReader Reader { get; }

    public BackupHeader Header { get; }

    /// <exception cref="RejectException">It is no backup, or is damaged.</exception>
    /// <exception cref="RetryException">It is gone.</exception>
    public static async Task<BackupFile> OpenAsync(CloudStorage storage, StoredObject backup, CancellationToken cancellationToken)
    {
        var content = await storage.OpenReadAsync(backup, cancellationToken).ConfigureAwait(false) ?? throw new RetryException($"gs://{backup.Bucket}/{backup.Name} is gone");
        try
        {
            var reader = await AvroFileReader.OpenAsync(content, cancellationToken).ConfigureAwait(false);
            var header = BackupHeader.Read(reader.Metadata);
            if (BackupLayout.Sha256(reader.Metadata["avro.schema"].Span) != header.Fingerprint)
                throw new RejectException("the schema in the file is not the one that its fingerprint is of: the file is damaged", "name another backup", rule: "fingerprint");
            return new(storage, backup, reader, header);
        }
        catch
        {
            await content.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    /// <summary>Whether the rows that were read are those that were written.</summary>
    /// <exception cref="RejectException">They are not.</exception>
    public void Verify(long rows, string sha256)
    {
        if (rows != Header.Rows)
            throw new RejectException($"the backup holds {rows} rows and says that it has {Header.Rows}: it was cut short, or is damaged", "name another backup", rule: "rows");
        if (sha256 != Header.Sha256)
            throw new RejectException("the rows of the backup are not those that were written: their checksum is another one", "name another backup", rule: "sha256");
    }

    /// <summary>The same file from its beginning, for who must read its rows once more.</summary>
    /// <inheritdoc cref="OpenAsync"/>
    public Task<BackupFile> AgainAsync(CancellationToken cancellationToken) => OpenAsync(_storage, _stored, cancellationToken);

    public ValueTask DisposeAsync() => Reader.DisposeAsync();
}
