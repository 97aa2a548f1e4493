namespace Landfall.Rows;

/// <summary>Knows how much of a stream was read.</summary>
internal sealed class CountedStream(Stream source) : ForwardStream(source)
{
    /// <summary>Bytes read so far.</summary>
    public long Count { get; private set; }

    /// <summary>Whether the reader has been told that there is no more.</summary>
    public bool Ended { get; private set; }

    public override int Read(Span<byte> buffer) => Counted(Source.Read(buffer), buffer.Length);

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
        Counted(await Source.ReadAsync(buffer, cancellationToken).ConfigureAwait(false), buffer.Length);

    private int Counted(int read, int wanted)
    {
        Count += read;
        Ended |= read == 0 && wanted > 0;
        return read;
    }
}
