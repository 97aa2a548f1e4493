using System.Buffers;
using Landfall.Rows;
using Microsoft.AspNetCore.Http;

namespace Landfall.Rest.Reading;

/// <summary>The body of an answer, sent when it is whole: what breaks before is still answered with a problem.</summary>
internal static class Answer
{
    private const int Block = 64 * 1024;

    public static Task SendAsync(HttpResponse response, RowFormat format, TextBuffer body, CancellationToken cancellationToken)
    {
        response.ContentLength = body.Length;
        return SendPartAsync(response, format, body, cancellationToken);
    }

    /// <summary>Sends a part of a body that is too long to be held as a whole: what breaks from now on can only break it off.</summary>
    public static async Task SendPartAsync(HttpResponse response, RowFormat format, TextBuffer body, CancellationToken cancellationToken)
    {
        if (!response.HasStarted) Head(response, format);
        for (var sent = 0; sent < body.Length; sent += Block)
        {
            response.BodyWriter.Write(body[sent, Math.Min(Block, body.Length - sent)]);
            await response.BodyWriter.FlushAsync(cancellationToken);
        }
    }

    private static void Head(HttpResponse response, RowFormat format)
    {
        response.ContentType = format.ContentType;
        response.Headers.Vary = "Accept";
        // Rows are for those who may read them, and as they are now.
        response.Headers.CacheControl = "private, no-cache";
    }
}
