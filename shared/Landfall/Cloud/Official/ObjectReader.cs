using System.IO.Pipelines;
using System.Net;
using Google;
using Google.Apis.Download;
using Google.Cloud.Storage.V1;

namespace Landfall.Cloud;

/// <summary>
/// One object version as a stream that mends itself. Google's client writes a download into a stream; here that is a pipe, whose reader holds it back. What a lost connection left
/// out is asked for from where it broke, at the same generation.
/// </summary>
internal sealed class ObjectReader(StorageClient client, OfficialCalls calls, StoredObject source) : Stream
{
    /// <summary>A connection that brings nothing for so long is lost, though nobody said so.</summary>
    private static readonly TimeSpan Stall = TimeSpan.FromSeconds(60);

    private static readonly PipeOptions Held = new(pauseWriterThreshold: 1 << 20, resumeWriterThreshold: 1 << 19, useSynchronizationContext: false);

    private Download? _download;
    private long _position;
    private bool _ended;

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => source.Size;

    public override long Position
    {
        get => _position;
        set => throw new NotSupportedException();
    }

    /// <returns>False when the version is gone.</returns>
    public async Task<bool> OpenAsync(CancellationToken cancellationToken)
    {
        using var stall = new CancellationTokenSource(Stall, calls.Api.Clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, stall.Token);
        try
        {
            return await ConnectAsync(either.Token).ConfigureAwait(false);
        }
        catch (Exception e) when (GoogleApi.IsLost(e, cancellationToken))
        {
            // It is there, and its first bytes were lost: the first read asks for them again.
            await HangUpAsync().ConfigureAwait(false);
            return true;
        }
    }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        for (var fruitless = 0; !_ended && buffer.Length > 0; fruitless++)
        {
            // Google's client hands on pieces of 256 KiB: a connection that breaks sooner has brought nothing.
            if (fruitless > 2 * Backoff.Retries) throw calls.Api.Unreachable(null);
            if (fruitless > 1) await calls.Api.Backoff.WaitAsync(fruitless - 2, null, cancellationToken).ConfigureAwait(false);
            using var stall = new CancellationTokenSource(Stall, calls.Api.Clock);
            try
            {
                using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, stall.Token);
                if (_download is null && !await ConnectAsync(either.Token).ConfigureAwait(false)) throw new ObjectGoneException(source);
                return await TakeAsync(buffer, either.Token).ConfigureAwait(false);
            }
            catch (Exception e) when (e is not ObjectGoneException && GoogleApi.IsLost(e, cancellationToken))
            {
                // Asked for again from where it broke. A silent minute counts twice: nine of them would be an event's whole time.
                if (stall.IsCancellationRequested) fruitless++;
            }
            await HangUpAsync().ConfigureAwait(false);
        }
        return 0;
    }

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException("An object is read asynchronously");

    public override void Flush()
    {
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override async ValueTask DisposeAsync()
    {
        await HangUpAsync().ConfigureAwait(false);
        await base.DisposeAsync().ConfigureAwait(false);
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing) _download?.Cancel();
        base.Dispose(disposing);
    }

    /// <returns>False when the version is gone.</returns>
    private async Task<bool> ConnectAsync(CancellationToken cancellationToken)
    {
        _download = new Download(client, source, _position);
        try
        {
            // The first bytes, or the end of what has none, say that it is there.
            var first = await _download.Reader.ReadAsync(cancellationToken).ConfigureAwait(false);
            _download.Reader.AdvanceTo(first.Buffer.Start);
            return true;
        }
        catch (GoogleApiException e) when (e.HttpStatusCode == HttpStatusCode.NotFound)
        {
            return false;
        }
        catch (GoogleApiException e)
        {
            throw calls.Refused(e, $"reading {source} from byte {_position}", "storage.objects.get");
        }
    }

    /// <returns>0 at the end of the download, which is the object's.</returns>
    private async Task<int> TakeAsync(Memory<byte> buffer, CancellationToken cancellationToken)
    {
        var reader = _download!.Reader;
        var result = await reader.ReadAsync(cancellationToken).ConfigureAwait(false);
        var taken = result.Buffer.Slice(0, Math.Min(buffer.Length, result.Buffer.Length));
        System.Buffers.BuffersExtensions.CopyTo(taken, buffer.Span);
        var length = (int)taken.Length;
        reader.AdvanceTo(taken.End);
        _position += length;
        _ended = length == 0 && result.IsCompleted;
        return length;
    }

    private async Task HangUpAsync()
    {
        if (_download is null) return;
        await _download.DisposeAsync().ConfigureAwait(false);
        _download = null;
    }

    /// <summary>How many bytes of a download have come.</summary>
    private sealed class Come : IProgress<IDownloadProgress>
    {
        public long Bytes { get; private set; }

        public void Report(IDownloadProgress value) => Bytes = value.BytesDownloaded;
    }

    /// <summary>One attempt of Google's client at the rest of the object.</summary>
    private sealed class Download : IAsyncDisposable
    {
        private readonly Pipe _pipe = new(Held);
        private readonly CancellationTokenSource _end = new();
        private readonly Task _running;

        public Download(StorageClient client, StoredObject source, long from) => _running = RunAsync(client, source, from);

        public PipeReader Reader => _pipe.Reader;

        public void Cancel() => _end.Cancel();

        public async ValueTask DisposeAsync()
        {
            await _end.CancelAsync().ConfigureAwait(false);
            await _pipe.Reader.CompleteAsync().ConfigureAwait(false);
            await _running.ConfigureAwait(false);
            _end.Dispose();
        }

        private async Task RunAsync(StorageClient client, StoredObject source, long from)
        {
            var options = new DownloadObjectOptions
            {
                ChunkSize = 1 << 18,
                Generation = source.Generation,
                Range = from > 0 ? new(from, null) : null,
                // A checksum is of the whole.
                DownloadValidationMode = from > 0 ? DownloadValidationMode.Never : DownloadValidationMode.Always,
            };
            Exception? fault = null;
            var come = new Come();
            try
            {
                await client.DownloadObjectAsync(source.Bucket, source.Name, _pipe.Writer.AsStream(leaveOpen: true), options, _end.Token, come).ConfigureAwait(false);
            }
            catch (OperationCanceledException e)
            {
                fault = new IOException("The download was broken off.", e);
            }
            // Nothing is missing: what Google's client found wrong is the checksum. Some of it may have been read already, so it is not asked for again here.
            catch (IOException e) when (from == 0 && source.Size > 0 && come.Bytes >= source.Size)
            {
                fault = new RetryException($"{source} arrived damaged, in {come.Bytes} bytes: {e.Message}", inner: e);
            }
            catch (Exception e)
            {
                fault = e;
            }
            await _pipe.Writer.CompleteAsync(fault).ConfigureAwait(false);
        }
    }
}
