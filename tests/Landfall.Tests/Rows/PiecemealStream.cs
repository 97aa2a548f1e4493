namespace Landfall.Tests.Rows;

/// <summary>Bytes that come a few at a time, as from a slow network.</summary>
internal sealed class PiecemealStream(byte[] bytes, Random random) : MemoryStream(bytes)
{
    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
        base.ReadAsync(buffer[..Math.Min(buffer.Length, random.Next(1, 8))], cancellationToken);
}
