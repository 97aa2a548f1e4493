using Landfall.Cloud;

namespace Landfall.Reconciling;

/// <summary>
/// Remembers between ticks how far a walk over buckets has come, in an object. It is a help and no fence: where two ticks write it at once, or it is lost, something is looked at twice.
/// </summary>
internal sealed class Bookmark(CloudStorage storage, string bucket, string name)
{
    private const int MaxBytes = 16 << 10;

    private StoredObject? _object;

    /// <returns>Null to begin from the beginning.</returns>
    public async Task<BookmarkFile?> ReadAsync(CancellationToken cancellationToken)
    {
        _object = await storage.GetAsync(bucket, Name, cancellationToken: cancellationToken).ConfigureAwait(false);
        if (_object is null or { Size: > MaxBytes } || await storage.OpenReadAsync(_object, cancellationToken).ConfigureAwait(false) is not { } content) return null;
        await using (content.ConfigureAwait(false))
        {
            using var bytes = new MemoryStream();
            await content.CopyToAsync(bytes, cancellationToken).ConfigureAwait(false);
            return ReconcileJson.ReadBookmark(bytes.GetBuffer().AsSpan(0, (int)bytes.Length));
        }
    }

    /// <param name="mark">Null: the next walk begins from the beginning.</param>
    public async Task WriteAsync(BookmarkFile? mark, CancellationToken cancellationToken)
    {
        if (mark is not null) await storage.WriteAsync(bucket, Name, ReconcileJson.Write(mark), "application/json", cancellationToken: cancellationToken).ConfigureAwait(false);
        else if (_object is not null) await storage.DeleteAsync(bucket, Name, _object.Generation, cancellationToken).ConfigureAwait(false);
    }

    private string Name => $"_reconcile/{name}.json";
}
