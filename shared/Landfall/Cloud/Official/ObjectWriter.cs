using System.Diagnostics.CodeAnalysis;
using System.IO.Pipelines;
using Google.Cloud.Storage.V1;
using StorageObject = Google.Apis.Storage.v1.Data.Object;

namespace Landfall.Cloud;

/// <summary>
/// An object on its way up. It comes into being by <see cref="CompleteAsync"/> alone; disposing without it leaves nothing. Up to 1 MiB is held; what is larger goes up while
/// it is written: Google's client reads it from a pipe, in chunks of 1 MiB, each resumed where a lost connection broke it. To be written, and disposed, asynchronously.
/// </summary>
[SuppressMessage("Naming", "CA1710", Justification = "What it is for says more than what it is.")]
public sealed class ObjectWriter : Stream
{
    private const int ChunkSize = 1 << 20;
    internal const string Permission = "storage.objects.create (and storage.objects.delete, to overwrite)";

    private readonly ObjectUpload _upload;
    private readonly MemoryStream _held = new();
    private readonly Pipe _pipe = new(new PipeOptions(pauseWriterThreshold: ChunkSize, resumeWriterThreshold: ChunkSize / 2, useSynchronizationContext: false));
    private Task<StorageObject?>? _running;
    private long _position;
    private bool _torn;
    private bool _done;

    internal ObjectWriter(StorageClient client, OfficialCalls calls, StorageObject target, long? ifGenerationMatch) =>
        _upload = new ObjectUpload(client, calls, target, ifGenerationMatch, ChunkSize);

    public override bool CanRead => false;

    public override bool CanSeek => false;

    public override bool CanWrite => true;

    public override long Length => Position;

    /// <summary>Bytes written so far.</summary>
    public override long Position
    {
        get => _position;
        set => throw new NotSupportedException();
    }

    public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        ObjectDisposedException.ThrowIf(_done, this);
        var torn = _torn;
        _torn = true;
        if (_running is null && _held.Length + buffer.Length <= ChunkSize)
        {
            _held.Write(buffer.Span);
        }
        else
        {
            if (_running is null)
            {
                _running = RunAsync();
                await PipeAsync(_held.GetBuffer().AsMemory(0, (int)_held.Length), cancellationToken).ConfigureAwait(false);
            }
            await PipeAsync(buffer, cancellationToken).ConfigureAwait(false);
        }
        _position += buffer.Length;
        _torn = torn;
    }

    public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        WriteAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    /// <summary>Makes the object.</summary>
    /// <returns>The new version; null when the precondition does not hold.</returns>
    /// <exception cref="InvalidOperationException">An earlier write failed: what was written is not whole.</exception>
    public async Task<StoredObject?> CompleteAsync(CancellationToken cancellationToken = default)
    {
        ObjectDisposedException.ThrowIf(_done, this);
        if (_torn) throw new InvalidOperationException("A write to this object failed: it can not be completed, only abandoned.");
        StorageObject? stored;
        if (_running is null)
        {
            _held.Position = 0;
            stored = await _upload.SendAsync(_held, cancellationToken).ConfigureAwait(false);
        }
        else
        {
            await _pipe.Writer.CompleteAsync().ConfigureAwait(false);
            stored = await _running.WaitAsync(cancellationToken).ConfigureAwait(false);
        }
        _done = true;
        return stored?.ToStored();
    }

    /// <summary>
    /// Without <see cref="CompleteAsync"/>: abandons the object. A service that can not be told forgets it by itself within a week.
    /// </summary>
    public override async ValueTask DisposeAsync()
    {
        if (!_done)
        {
            _done = true;
            await _upload.AbandonAsync(_running).ConfigureAwait(false);
        }
        _upload.Dispose();
        await base.DisposeAsync().ConfigureAwait(false);
    }

    public override void Flush()
    {
    }

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException("An object is written asynchronously");

    private async Task<StorageObject?> RunAsync()
    {
        try
        {
            return await _upload.SendAsync(_pipe.Reader.AsStream(), CancellationToken.None).ConfigureAwait(false);
        }
        finally
        {
            // Whoever writes must not wait for a reader that is gone.
            await _pipe.Reader.CompleteAsync().ConfigureAwait(false);
        }
    }

    private async Task PipeAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken)
    {
        for (; bytes.Length > 0; bytes = bytes[Math.Min(bytes.Length, ChunkSize)..])
        {
            var flushed = await _pipe.Writer.WriteAsync(bytes[..Math.Min(bytes.Length, ChunkSize)], cancellationToken).ConfigureAwait(false);
            if (!flushed.IsCompleted) continue;
            // Refused: by an unmet precondition, which CompleteAsync tells, or for a reason that is thrown here.
            await _running!.ConfigureAwait(false);
            return;
        }
    }
}
