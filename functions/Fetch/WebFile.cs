using System.Net;
using System.Net.Http.Headers;

namespace Landfall.Functions;

/// <summary>
/// A published file as a stream that mends itself: what a lost connection left out is asked for from where it broke, if the server can say that the file is
/// still the same (a strong ETag). To be read asynchronously.
/// </summary>
internal sealed class WebFile : Stream
{
    /// <summary>Attempts after the first one that brought nothing.</summary>
    private const int Retries = 4;

    private readonly WebSource _web;
    private readonly Uri _url;
    private readonly EntityTagHeaderValue? _tag;
    private readonly long? _length;
    private HttpResponseMessage? _response;
    private Stream? _body;
    private long _position;

    private WebFile(WebSource web, Uri url, HttpResponseMessage response, Stream body)
    {
        (_web, _url, _response, _body) = (web, url, response, body);
        _tag = response.Headers.ETag is { IsWeak: false } strong ? strong : null;
        _length = response.Content.Headers.ContentLength;
        Notes = FetchNotes.Of(response, url);
        Md5Hash = Checksum.Of(response);
        ContentType = response.Content.Headers.ContentType?.ToString() ?? "application/octet-stream";
    }

    public FetchNotes Notes { get; }

    /// <summary>In base 64; null when the server does not say.</summary>
    public string? Md5Hash { get; }

    public string ContentType { get; }

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => _position;
        set => throw new NotSupportedException();
    }

    /// <param name="web">The way there.</param>
    /// <param name="url">What is meant.</param>
    /// <param name="known">What is here already, or null.</param>
    /// <param name="cancellationToken">Ends it at once.</param>
    /// <returns>Null when the file is still what is known.</returns>
    public static async Task<WebFile?> OpenAsync(WebSource web, Uri url, FetchNotes? known, CancellationToken cancellationToken)
    {
        var response = await SendAsync(web, url, Conditions, cancellationToken);
        try
        {
            if (response.StatusCode == HttpStatusCode.NotModified && known is not null)
            {
                response.Dispose();
                return null;
            }
            if (response.StatusCode != HttpStatusCode.OK) throw Refused(url, response);
            if (response.Content.Headers.ContentType?.MediaType is "text/html" or "application/xhtml+xml")
                throw new RetryException($"{url.Host} answered with a web page, and not with the file", "Look at the URL in 'fetch' with a browser: it may ask for a login, or tell where the file has gone.");
            if (response.Content.Headers.ContentLength is null && response.Version < HttpVersion.Version20 && response.Headers.TransferEncodingChunked != true && Checksum.Of(response) is null)
                throw new RetryException($"{url.Host} says neither how long the file is nor where it ends: nobody could tell a part from the whole");
            return new(web, url, response, await response.Content.ReadAsStreamAsync(cancellationToken));
        }
        catch
        {
            response.Dispose();
            throw;
        }

        void Conditions(HttpRequestHeaders headers)
        {
            if (known?.ETag is { } tag) headers.TryAddWithoutValidation("If-None-Match", tag);
            else if (known?.LastModified is { } modified) headers.TryAddWithoutValidation("If-Modified-Since", modified);
        }
    }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        for (var fruitless = 0; ; fruitless++)
        {
            if (fruitless > Retries) throw new RetryException($"The file at {_url.Host} breaks off after {_position} of {_length?.ToString() ?? "unknown"} bytes, again and again");
            if (fruitless > 1) await _web.PauseAsync(fruitless - 2, cancellationToken);
            if (_body is null) await ResumeAsync(cancellationToken);
            try
            {
                var read = await _web.StallingAsync(token => _body!.ReadAsync(buffer, token).AsTask(), cancellationToken);
                _position += read;
                if (read > 0 || _length is null || _position == _length) return read;
                // The body ended before the file did.
            }
            catch (Exception e) when (IsLost(e, cancellationToken))
            {
                // Asked for again from where it broke.
            }
            HangUp();
        }
    }

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException("A file of the web is read asynchronously");

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

    /// <exception cref="BrokenOffException">What is there now can not be joined to what has arrived.</exception>
    private async Task ResumeAsync(CancellationToken cancellationToken)
    {
        if (_tag is null) throw new BrokenOffException($"the connection broke at byte {_position}, and its server has no strong ETag to go on by");
        _response = await SendAsync(_web, _url, headers => (headers.Range, headers.IfRange) = (new(_position, null), new(_tag)), cancellationToken);
        if (_response.StatusCode == HttpStatusCode.OK) throw new BrokenOffException($"the connection broke at byte {_position}, and the file has changed meanwhile or its server knows no ranges");
        if (_response.StatusCode != HttpStatusCode.PartialContent) throw Refused(_url, _response);
        var range = _response.Content.Headers.ContentRange;
        var same = range?.From == _position && (_length is null || range.Length is null || range.Length == _length) && (_response.Headers.ETag is not { } tag || tag.Equals(_tag));
        if (!same) throw new BrokenOffException($"the connection broke at byte {_position}, and its server goes on with something else");
        _body = await _response.Content.ReadAsStreamAsync(cancellationToken);
    }

    /// <summary>Asks a few times, if the server is lost or says that it is busy.</summary>
    private static async Task<HttpResponseMessage> SendAsync(WebSource web, Uri url, Action<HttpRequestHeaders> conditions, CancellationToken cancellationToken)
    {
        for (var failures = 0; ; failures++)
        {
            try
            {
                var response = await web.GetAsync(url, conditions, cancellationToken);
                var passing = response.StatusCode is HttpStatusCode.RequestTimeout or HttpStatusCode.TooManyRequests or >= HttpStatusCode.InternalServerError;
                if (!passing || failures == Retries) return response;
                response.Dispose();
            }
            catch (Exception e) when (IsLost(e, cancellationToken))
            {
                if (failures == Retries) throw new RetryException($"{url.Host} can not be reached: {e.Message}", inner: e);
            }
            await web.PauseAsync(failures, cancellationToken);
        }
    }

    private static RetryException Refused(Uri url, HttpResponseMessage response) => new(
        $"{url.Host} answered {(int)response.StatusCode} {response.ReasonPhrase}".TrimEnd(),
        response.StatusCode switch
        {
            HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden => "The file in 'fetch' must be there for everybody: no credentials are sent.",
            HttpStatusCode.NotFound or HttpStatusCode.Gone => "Look at the URL in 'fetch': the file is not there any more, or not yet.",
            _ => null,
        });

    private static bool IsLost(Exception e, CancellationToken cancellationToken) =>
        e is HttpRequestException or IOException or TimeoutException || (e is OperationCanceledException && !cancellationToken.IsCancellationRequested);

    private void HangUp()
    {
        _response?.Dispose();
        (_response, _body) = (null, null);
    }
}
