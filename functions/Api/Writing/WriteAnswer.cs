using System.Buffers;
using Microsoft.AspNetCore.Http;

namespace Landfall.Rest.Writing;

/// <summary>What a writing request is answered: whole, so that it can be kept and given again.</summary>
/// <param name="Status">The HTTP status.</param>
internal sealed record WriteAnswer(int Status)
{
    private const int Block = 64 * 1024;

    /// <summary>With the Content-Type, when there is a body.</summary>
    public IReadOnlyList<(string Name, string Value)> Headers { get; init; } = [];

    public ReadOnlyMemory<byte> Body { get; init; }

    public async Task SendAsync(HttpResponse response, CancellationToken cancellationToken)
    {
        response.StatusCode = Status;
        foreach (var (name, value) in Headers) response.Headers[name] = value;
        if (Status != StatusCodes.Status204NoContent) response.ContentLength = Body.Length;
        for (var sent = 0; sent < Body.Length; sent += Block)
        {
            response.BodyWriter.Write(Body.Span.Slice(sent, Math.Min(Block, Body.Length - sent)));
            await response.BodyWriter.FlushAsync(cancellationToken);
        }
    }
}
