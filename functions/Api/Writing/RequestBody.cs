using System.Buffers;
using System.Text;
using System.Text.Json;
using System.Text.Unicode;
using Landfall.Events;
using Landfall.Hosting;
using Landfall.Rest.Routing;
using Microsoft.AspNetCore.Http;
using Microsoft.Net.Http.Headers;

namespace Landfall.Rest.Writing;

/// <summary>A request's body of JSON, whole: nothing is done before it is.</summary>
internal sealed class RequestBody : IDisposable
{
    private const int First = 64 * 1024;

    /// <summary>Beyond it a buffer is not kept for others: the pool's are twice as large as is asked for, and stay.</summary>
    private const int MaxPooled = 1 << 20;

    /// <summary>Names, values and brackets: a thousand rows have some ten thousands. A shorter body than <see cref="Countable"/> has no room for more.</summary>
    private const int MaxTokens = 2_000_000, Countable = 2 * MaxTokens;

    private byte[] _buffer = ArrayPool<byte>.Shared.Rent(First);
    private bool _pooled = true;
    private int _start, _length;

    private RequestBody()
    {
    }

    public ReadOnlyMemory<byte> Bytes => _buffer.AsMemory(_start, _length - _start);

    /// <exception cref="ProblemException">415: it is no JSON. 413: it is too large. 400: it is no UTF-8.</exception>
    public static async Task<RequestBody> ReadAsync(ApiRequest request)
    {
        CheckType(request.Http.Request);
        var body = new RequestBody();
        try
        {
            int read;
            while ((read = await request.Http.Request.Body.ReadAsync(body._buffer.AsMemory(body._length), request.Cancellation)) > 0)
            {
                body._length += read;
                // Kestrel counts, too; a host that does not is no reason to fill the memory.
                if (body._length > Limits.MaxBody) throw Limits.TooLarge();
                if (body._length == body._buffer.Length) body.Grow((request.Http.Request.ContentLength ?? Limits.MaxBody) + 1);
            }
            // To parse it takes time that other sockets should not wait for.
            await Task.Yield();
            if (body.Bytes.Span.StartsWith(Encoding.UTF8.Preamble)) body._start = 3;
            if (!Utf8.IsValid(body.Bytes.Span)) throw ProblemException.Bad("The body holds bytes that are not UTF-8", "JSON is sent in UTF-8");
            if (HasTooMany(body.Bytes.Span)) throw new ProblemException(StatusCodes.Status413PayloadTooLarge, $"The body has more than {MaxTokens} names and values", "send it in parts");
            return body;
        }
        catch
        {
            body.Dispose();
            throw;
        }
    }

    public void Dispose()
    {
        Return();
        _buffer = [];
    }

    private static void CheckType(HttpRequest request)
    {
        var isJson = MediaTypeHeaderValue.TryParse(request.ContentType, out var type) && type.MediaType.Equals("application/json", StringComparison.OrdinalIgnoreCase)
            && (type.Charset.Length == 0 || type.Charset.Equals("utf-8", StringComparison.OrdinalIgnoreCase));
        if (!isJson)
        {
            throw new ProblemException(StatusCodes.Status415UnsupportedMediaType, $"The body's Content-Type is {ProblemException.Shown(request.ContentType ?? "not said")}; application/json in UTF-8 is taken here", "CSV files go to /upload")
            {
                Headers = [("Accept", "application/json")],
            };
        }
        if (request.Headers.ContentEncoding.Count > 0)
            throw new ProblemException(StatusCodes.Status415UnsupportedMediaType, "The body has a Content-Encoding; none is taken here", "send it as it is");
    }

    private static bool HasTooMany(ReadOnlySpan<byte> body)
    {
        try
        {
            return body.Length > Countable && JsonTokens.Exceed(body, MaxTokens);
        }
        catch (JsonException)
        {
            return false;   // whoever reads it says where
        }
    }

    /// <param name="all">Bytes that will come at most, and one for the end to be seen.</param>
    private void Grow(long all)
    {
        var length = (int)Math.Min(_buffer.Length * 2L, Math.Max(all, _buffer.Length + 1L));
        var pooled = length <= MaxPooled;
        var larger = pooled ? ArrayPool<byte>.Shared.Rent(length) : GC.AllocateUninitializedArray<byte>(length);
        _buffer.AsSpan(0, _length).CopyTo(larger);
        Return();
        (_buffer, _pooled) = (larger, pooled);
    }

    private void Return()
    {
        if (_pooled) ArrayPool<byte>.Shared.Return(_buffer);
        _pooled = false;
    }
}
