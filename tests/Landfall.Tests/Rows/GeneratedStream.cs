namespace Landfall.Tests.Rows;

/// <summary>A head, and then one byte over and over: a large file that nobody has to keep.</summary>
internal sealed class GeneratedStream(byte[] head, byte over, long length) : Stream
{
    private long _position;

    /// <summary>Bytes that were read.</summary>
    public long Served => _position;

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

    public override int Read(Span<byte> buffer)
    {
        buffer = buffer[..(int)Math.Min(buffer.Length, length - _position)];
        buffer.Fill(over);
        if (_position < head.Length) head.AsSpan((int)_position)[..Math.Min(head.Length - (int)_position, buffer.Length)].CopyTo(buffer);
        _position += buffer.Length;
        return buffer.Length;
    }

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) => ValueTask.FromResult(Read(buffer.Span));

    public override void Flush() { }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
}
