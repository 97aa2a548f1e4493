using System.Net;

namespace Landfall.Tests.Faults;

/// <summary>A body of which half is sent.</summary>
internal sealed class HalfContent(byte[] body) : HttpContent
{
    protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context)
    {
        await stream.WriteAsync(body.AsMemory(0, body.Length / 2));
        await stream.FlushAsync();
        throw new IOException("As the dice would have it.");
    }

    protected override bool TryComputeLength(out long length)
    {
        length = body.Length;
        return true;
    }
}
