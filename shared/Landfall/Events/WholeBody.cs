using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace Landfall.Events;

/// <summary>A request's body in one piece of memory, which grows with what has come and never beyond what was announced: nobody gets memory for a promise, nor several times the body.</summary>
internal static class WholeBody
{
    private const int First = 16 * 1024;

    /// <param name="most">Bytes it may have.</param>
    /// <exception cref="BadHttpRequestException">413: it has more. Others are the server's: it did not come in time, say (408).</exception>
    /// <exception cref="IOException">It ended before its end.</exception>
    public static async Task<ReadOnlyMemory<byte>> ReadAsync(HttpRequest request, int most, CancellationToken cancellationToken)
    {
        if (request.ContentLength > most) throw TooLong(most);
        // Of what says no length the server, too, stops taking more then.
        if (request.HttpContext.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } limit) limit.MaxRequestBodySize = most;
        // One byte more, so that the end is seen in the same piece.
        var all = (request.ContentLength ?? most) + 1;
        var bytes = new byte[Math.Min(all, First)];
        var length = 0;
        for (int read; (read = await request.Body.ReadAsync(bytes.AsMemory(length), cancellationToken)) > 0;)
        {
            length += read;
            if (length > most) throw TooLong(most);
            if (length == bytes.Length) Array.Resize(ref bytes, (int)Math.Min(length * 2L, Math.Max(all, length + 1L)));
        }
        return bytes.AsMemory(0, length);
    }

    private static BadHttpRequestException TooLong(int most) => new($"The body is longer than {most} bytes.", StatusCodes.Status413PayloadTooLarge);
}
