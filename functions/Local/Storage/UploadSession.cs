using System.Net.Http.Headers;
using Microsoft.AspNetCore.Http;

namespace Landfall.Local.Storage;

/// <summary>
/// One resumable upload. It lives in memory with its bytes in a temporary file: a killed server forgets it, and what it was for never came into being.
/// Once finished it remembers what came of it, for a caller whose last reply was lost.
/// </summary>
/// <param name="staged">Where the bytes go; disposed here.</param>
/// <param name="finish">Makes of the whole content what the upload is for.</param>
internal sealed class UploadSession<T>(StagedFile staged, Func<StagedFile, CancellationToken, Task<T>> finish) : IAsyncDisposable
    where T : class
{
    /// <summary>Cloud Storage keeps a broken chunk, and takes all but the last, in multiples of this many bytes.</summary>
    private const long Granule = 256 * 1024;

    private readonly SemaphoreSlim _one = new(1);
    private T? _finished;

    /// <summary>Bytes that need not be sent again.</summary>
    public long Received { get; private set; }

    /// <returns>What came of it when this request completed it, or an earlier one had; null when more is to come.</returns>
    public async Task<T?> ReceiveAsync(HttpRequest request, CancellationToken cancellationToken)
    {
        await _one.WaitAsync(cancellationToken);
        try
        {
            if (_finished is not null) return _finished;
            var range = request.Headers.ContentRange is [{ } header, ..]
                ? Parse(header)
                : new ContentRangeHeaderValue(0, Math.Max(0, (request.ContentLength ?? 1) - 1));
            if (range is null) return null;
            var whole = request.Headers.ContentRange.Count == 0;
            if (range.HasRange) await AppendAsync(request.Body, range.From!.Value, whole ? null : range.To!.Value + 1, cancellationToken);
            if (!whole && range.Length != Received)
            {
                if (range.HasRange && Received % Granule != 0)
                {
                    Keep(Received - (Received % Granule));
                    throw StorageException.Invalid($"All chunks but the last must be multiples of {Granule} bytes.");
                }
                return null;
            }
            _finished = await finish(staged, cancellationToken);
            await staged.DisposeAsync();
            return _finished;
        }
        finally
        {
            _one.Release();
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _one.WaitAsync();
        await staged.DisposeAsync();
    }

    private async Task AppendAsync(Stream body, long from, long? to, CancellationToken cancellationToken)
    {
        if (from > Received) throw StorageException.Invalid($"The chunk starts at byte {from}, but only {Received} bytes have been received.");
        var position = from;
        try
        {
            var buffer = new byte[1 << 16];
            for (int read; (read = await body.ReadAsync(buffer, cancellationToken)) > 0; position += read)
            {
                var known = (int)Math.Clamp(Received - position, 0, read); // bytes sent again are skipped
                await staged.AppendAsync(buffer.AsMemory(known, read - known), cancellationToken);
                Received += read - known;
            }
        }
        catch
        {
            Keep(Math.Max(from, Received - (Received % Granule)));
            throw;
        }
        if (to is { } end && position != end)
        {
            Keep(Math.Max(from, Received - (Received % Granule)));
            throw StorageException.Invalid(
                $"There were {position - from} byte(s) in the request body. There should have been {end - from} byte(s) (starting at offset {from}).");
        }
    }

    private void Keep(long length)
    {
        staged.Truncate(length);
        Received = length;
    }

    /// <returns>Null for <c>bytes */*</c>, which asks how much has arrived.</returns>
    private static ContentRangeHeaderValue? Parse(string header) =>
        ContentRangeHeaderValue.TryParse(header, out var parsed) && parsed.Unit == "bytes" ? parsed
        : header.Replace(" ", "", StringComparison.Ordinal) == "bytes*/*" ? null
        : throw StorageException.Invalid($"Invalid Content-Range: '{header}'");
}
