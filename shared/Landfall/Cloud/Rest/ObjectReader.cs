using System.Net;
using System.Net.Http.Headers;

namespace Landfall.Cloud;

/// <summary>
/// One object version as a stream that mends itself: what a lost connection left out is asked for from where it broke, at the same generation.
/// </summary>
internal sealed class ObjectReader(GoogleApi api, Uri media, StoredObject source) : Stream
{
    /// <summary>A connection that brings nothing for so long is lost, though nobody said so.</summary>
    private static readonly TimeSpan Stall = TimeSpan.FromSeconds(60);

    private HttpResponseMessage? _response;
    private Stream? _body;
    private long _length = source.Size;
    private long _position;

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => _length;

    public override long Position
    {
        get => _position;
        set => throw new NotSupportedException();
    }

    /// <returns>False when the version is gone.</returns>
    public async Task<bool> OpenAsync(CancellationToken cancellationToken)
    {
        _response = await api.SendAsync(Request, repeatable: true, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
        if (_response.StatusCode == HttpStatusCode.NotFound) return false;
        if (!_response.IsSuccessStatusCode)
            throw await api.RefusedAsync(_response, $"reading {source} from byte {_position}", "storage.objects.get", cancellationToken);
        if (_position == 0)
            _length = _response.Content.Headers.ContentLength ?? source.Size;
        else if (_response.Content.Headers.ContentRange is not { } range || range.From != _position || range.Length != _length)
            throw new RetryException($"Cloud Storage answered reading {source} from byte {_position} of {_length} with another range");
        _body = await _response.Content.ReadAsStreamAsync(cancellationToken);
        return true;
    }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        for (var fruitless = 0; _position < _length && buffer.Length > 0; fruitless++)
        {
            if (fruitless > Backoff.Retries) throw api.Unreachable(null);
            if (fruitless > 1) await api.Backoff.WaitAsync(fruitless - 2, null, cancellationToken);
            if (_body is null && !await OpenAsync(cancellationToken)) throw new ObjectGoneException(source);
            try
            {
                using var stall = new CancellationTokenSource(Stall, api.Clock);
                using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, stall.Token);
                var read = await _body!.ReadAsync(buffer, either.Token);
                _position += read;
                if (read > 0) return read;
                // The body ended before the object did.
            }
            catch (Exception e) when (GoogleApi.IsLost(e, cancellationToken))
            {
                // Asked for again from where it broke.
            }
            HangUp();
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

    protected override void Dispose(bool disposing)
    {
        if (disposing) HangUp();
        base.Dispose(disposing);
    }

    private HttpRequestMessage Request()
    {
        var request = new HttpRequestMessage(HttpMethod.Get, media);
        // Else what is stored compressed would come decompressed, without a length and deaf to ranges.
        request.Headers.AcceptEncoding.Add(new StringWithQualityHeaderValue("gzip"));
        if (_position > 0) request.Headers.Range = new RangeHeaderValue(_position, null);
        return request;
    }

    private void HangUp()
    {
        _response?.Dispose();
        (_response, _body) = (null, null);
    }
}
