using System.Diagnostics.CodeAnalysis;
using System.Net;
using System.Security.Cryptography;

namespace Landfall.Cloud;

/// <summary>
/// An object on its way up. It comes into being by <see cref="CompleteAsync"/> alone; disposing without it leaves nothing. Up to 1 MiB is held
/// and goes up in one request, if nothing is noted on it; what is larger goes up in chunks of 1 MiB, each resumed where a lost connection broke it. To be written, and
/// disposed, asynchronously.
/// </summary>
[SuppressMessage("Naming", "CA1710", Justification = "What it is for says more than what it is.")]
public sealed class ObjectWriter : Stream
{
    private const int ChunkSize = 1 << 20;
    internal const string Permission = "storage.objects.create (and storage.objects.delete, to overwrite)";

    private readonly CloudStorage _storage;
    private readonly GoogleApi _api;
    private readonly string _path;
    private readonly string _doing;
    private readonly string _contentType;
    private readonly long? _ifGenerationMatch;
    private readonly IReadOnlyDictionary<string, string>? _metadata;
    private readonly (string Bucket, string Name) _target;
    private byte[] _chunk = new byte[4096];
    private int _filled;
    private long _sent;
    private ResumableUpload? _upload;
    private bool _refused;
    private bool _torn;
    private bool _done;

    internal ObjectWriter(
        CloudStorage storage, GoogleApi api, string bucket, string name, string contentType, long? ifGenerationMatch, IReadOnlyDictionary<string, string>? metadata)
    {
        (_storage, _api, _contentType, _ifGenerationMatch, _metadata, _target) = (storage, api, contentType, ifGenerationMatch, metadata, (bucket, name));
        _path = ResumableUpload.Path(bucket, name) + (ifGenerationMatch is { } g ? $"&ifGenerationMatch={g}" : "");
        _doing = $"writing gs://{bucket}/{name}";
    }

    public override bool CanRead => false;

    public override bool CanSeek => false;

    public override bool CanWrite => true;

    public override long Length => Position;

    /// <summary>Bytes written so far.</summary>
    public override long Position
    {
        get => _sent + _filled;
        set => throw new NotSupportedException();
    }

    public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        ObjectDisposedException.ThrowIf(_done, this);
        var torn = _torn;
        _torn = true;
        while (buffer.Length > 0)
        {
            // A full chunk waits for what follows it: the last one completes the object, and must not be empty.
            if (_filled == ChunkSize) await PushAsync(last: false, cancellationToken);
            if (_filled == _chunk.Length) Array.Resize(ref _chunk, Math.Min(ChunkSize, _chunk.Length * 4));
            var part = buffer[..Math.Min(buffer.Length, _chunk.Length - _filled)];
            part.CopyTo(_chunk.AsMemory(_filled));
            _filled += part.Length;
            buffer = buffer[part.Length..];
        }
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
        // One request has no room for metadata beside the content.
        var stored = _upload is null && !_refused && _metadata is null ? await UploadAsync(cancellationToken) : await PushAsync(last: true, cancellationToken);
        _done = true;
        return stored;
    }

    /// <summary>
    /// Without <see cref="CompleteAsync"/>: abandons the object. A service that can not be told forgets it by itself within a week.
    /// </summary>
    public override async ValueTask DisposeAsync()
    {
        if (!_done && _upload is { } upload)
        {
            using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(5), _api.Clock);
            try
            {
                using var request = new HttpRequestMessage(HttpMethod.Delete, upload.Session);
                using var response = await _api.SendOnceAsync(request, HttpCompletionOption.ResponseHeadersRead, patience.Token);
            }
            catch (Exception e) when (GoogleApi.IsLost(e, CancellationToken.None) || e is RetryException)
            {
                // Nothing came into being either way.
            }
        }
        _done = true;
        await base.DisposeAsync();
    }

    public override void Flush()
    {
    }

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException("An object is written asynchronously");

    /// <summary>All in one request.</summary>
    private async Task<StoredObject?> UploadAsync(CancellationToken cancellationToken)
    {
        var attempts = 0;
        using var response = await _api.SendAsync(
            () =>
            {
                attempts++;
                return new HttpRequestMessage(HttpMethod.Post, _api.Uri(_path + "&uploadType=media")) { Content = Content() };
            },
            repeatable: _ifGenerationMatch is not null, HttpCompletionOption.ResponseContentRead, cancellationToken);
        if (response.StatusCode != HttpStatusCode.PreconditionFailed) return await StoredAsync(response, cancellationToken);
        if (attempts == 1) return null;
        // Perhaps the version in our way is our own, made by an attempt whose reply was lost.
        var live = await _storage.GetAsync(_target.Bucket, _target.Name, null, cancellationToken);
        var ours = Convert.ToBase64String(CryptographicOperations.HashData(HashAlgorithmName.MD5, _chunk.AsSpan(0, _filled)));
        return live?.Md5Hash == ours && live.Generation != _ifGenerationMatch ? live : null;
    }

    /// <summary>Sends what is held as a chunk of a session. After a failure, asks how much of it arrived and sends the rest.</summary>
    private async Task<StoredObject?> PushAsync(bool last, CancellationToken cancellationToken)
    {
        if (!_refused) _upload ??= await BeginAsync(cancellationToken);
        var arrived = 0;
        for (var fruitless = 0; !_refused; fruitless++)
        {
            if (fruitless > Backoff.Retries) throw _api.Unreachable(null);
            using var answer = await _upload!.SendAsync(
                _chunk.AsMemory(arrived, _filled - arrived), _sent + arrived, last ? _sent + _filled : null, fruitless, cancellationToken);
            if (answer.StatusCode == HttpStatusCode.PreconditionFailed)
            {
                _refused = true;
                break;
            }
            if (answer.IsSuccessStatusCode) return await StoredAsync(answer, cancellationToken);
            if (answer.StatusCode is HttpStatusCode.NotFound or HttpStatusCode.Gone)
                throw new RetryException($"Cloud Storage lost the upload session while {_doing}, after {_sent + arrived} bytes");
            if (answer.StatusCode != HttpStatusCode.PermanentRedirect)
                throw await RefusedAsync(answer, cancellationToken);

            var now = ResumableUpload.Arrived(answer) - _sent;
            if (now < arrived || now > _filled)
                throw new RetryException($"Cloud Storage forgot bytes while {_doing}: it has {_sent + now}, and had {_sent + arrived}");
            if (now > arrived) fruitless = -1;
            arrived = (int)now;
            if (arrived == _filled && !last) break;
        }
        (_sent, _filled) = (_sent + _filled, 0);
        return null;
    }

    private async Task<ResumableUpload?> BeginAsync(CancellationToken cancellationToken)
    {
        using var response = await ResumableUpload.BeginAsync(_api, _path, _contentType, _metadata, cancellationToken);
        _refused = response.StatusCode == HttpStatusCode.PreconditionFailed;
        return _refused ? null
            : response.IsSuccessStatusCode && response.Headers.Location is { } session ? new ResumableUpload(_api, session, _contentType)
            : throw await RefusedAsync(response, cancellationToken);
    }

    private ReadOnlyMemoryContent Content()
    {
        var content = new ReadOnlyMemoryContent(_chunk.AsMemory(0, _filled));
        content.Headers.TryAddWithoutValidation("Content-Type", _contentType);
        return content;
    }

    private async Task<StoredObject> StoredAsync(HttpResponseMessage response, CancellationToken cancellationToken) =>
        (await _storage.ReadAsync(response, _doing, Permission, StorageJson.Default.StorageObject, cancellationToken)).ToStored();

    private Task<RetryException> RefusedAsync(HttpResponseMessage response, CancellationToken cancellationToken) =>
        _api.RefusedAsync(response, _doing, Permission, cancellationToken);
}
