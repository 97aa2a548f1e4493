using System.Buffers;
using Landfall.Rows;
using Microsoft.AspNetCore.Http;

namespace Landfall.Rest.Reading;

/// <summary>The body of an answer, sent when it is whole: what breaks before is still answered with a problem.</summary>
internal static class Answer
{
    private const int Block = 64 * 1024;

    public static async Task SendAsync(HttpResponse response, RowFormat format, TextBuffer body, CancellationToken cancellationToken)
    {
        response.ContentType = format.ContentType;
        response.ContentLength = body.Length;
        response.Headers.Vary = "Accept";
        // Rows are for those who may read them, and as they are now.
        response.Headers.CacheControl = "private, no-cache";
        for (var sent = 0; sent < body.Length; sent += Block)
        {
            response.BodyWriter.Write(body[sent, Math.Min(Block, body.Length - sent)]);
            await response.BodyWriter.FlushAsync(cancellationToken);
        }
    }
}
