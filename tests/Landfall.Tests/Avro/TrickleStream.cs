namespace Landfall.Tests.Avro;

/// <summary>A few bytes at a time, never at once: what a network does.</summary>
internal sealed class TrickleStream(byte[] bytes, Random random) : MemoryStream(bytes)
{
    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        await Task.Yield();
        return await base.ReadAsync(buffer[..Math.Min(buffer.Length, random.Next(1, 50))], cancellationToken);
    }
}
