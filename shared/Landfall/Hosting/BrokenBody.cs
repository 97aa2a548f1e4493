using Microsoft.AspNetCore.Http;

namespace Landfall.Hosting;

/// <summary>What the server says of a request's body that can not be read: the sender's fault, whoever was reading.</summary>
internal static class BrokenBody
{
    /// <summary>Kestrel's own words: by them its fault is told from another's, of a file say.</summary>
    private const string BadChunk = "Bad chunk size data.";

    /// <returns>
    /// Null for what is none. Kestrel tells most by a <see cref="BadHttpRequestException"/>, which has a status; but a chunk whose size is no 32-bit number by an
    /// <see cref="IOException"/> around the overflow (Http1ChunkedEncodingMessageBody.CalculateChunkSize).
    /// </returns>
    public static BadHttpRequestException? Of(Exception exception) => exception switch
    {
        BadHttpRequestException e => e,
        IOException { InnerException: OverflowException, Message: BadChunk } e => new("The body can not be read: the size of a chunk is too large.", StatusCodes.Status400BadRequest, e),
        _ => null,
    };
}
