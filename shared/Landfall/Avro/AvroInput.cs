namespace Landfall.Avro;

/// <summary>A file's bytes from its beginning to its end, through a small buffer; what it lacks is a fault of the file.</summary>
internal sealed class AvroInput(Stream stream)
{
    private const int BufferSize = 64 * 1024;

    /// <summary>The most bytes that a number takes.</summary>
    private const int LongestNumber = 10;

    private readonly byte[] _buffer = new byte[BufferSize];
    private int _start;
    private int _end;

    /// <summary>What is being read, for messages: <c>the header</c>, <c>block 3</c>.</summary>
    public string Place { get; set; } = "the header";

    /// <summary>The number of the record that comes next, for messages; 0 in the header.</summary>
    public long Record { get; set; }

    public async ValueTask<bool> IsAtEndAsync(CancellationToken cancellationToken) => !await FillAsync(1, cancellationToken).ConfigureAwait(false);

    public async ValueTask<long> LongAsync(CancellationToken cancellationToken)
    {
        await FillAsync(LongestNumber, cancellationToken).ConfigureAwait(false);
        ulong value = 0;
        for (var shift = 0; shift < 70; shift += 7)
        {
            if (_start == _end) throw CutShort();
            var b = _buffer[_start++];
            if (shift == 63 && b > 1) break;
            value |= (ulong)(b & 0x7F) << shift;
            if (b < 0x80) return (long)(value >> 1) ^ -(long)(value & 1);
        }
        throw Fault("a whole number is longer than 64 bits");
    }

    public async ValueTask ReadAsync(Memory<byte> bytes, CancellationToken cancellationToken)
    {
        while (!bytes.IsEmpty)
        {
            var read = await ReadSomeAsync(bytes, cancellationToken).ConfigureAwait(false);
            if (read == 0) throw CutShort();
            bytes = bytes[read..];
        }
    }

    /// <summary>At least one byte; 0 at the file's end.</summary>
    public async ValueTask<int> ReadSomeAsync(Memory<byte> bytes, CancellationToken cancellationToken)
    {
        // What is as long as the buffer need not go through it.
        if (_start == _end && bytes.Length >= BufferSize) return await ReadStreamAsync(bytes, cancellationToken).ConfigureAwait(false);
        if (!await FillAsync(1, cancellationToken).ConfigureAwait(false)) return 0;
        var count = Math.Min(bytes.Length, _end - _start);
        _buffer.AsMemory(_start, count).CopyTo(bytes);
        _start += count;
        return count;
    }

    public RejectException CutShort() => Fault("the file ends here before it is complete", "it was cut short on its way; drop it again");

    public RejectException Fault(string what, string hint = "the file is damaged, or its writer does not keep to Avro's specification; write it again", Exception? inner = null) =>
        new(Record == 0 ? $"{Place} of the Avro file: {what}" : $"{Place}, which begins with record {Record}: {what}", hint, Record, rule: "avro", inner: inner);

    /// <summary>Whether so many bytes are there.</summary>
    private async ValueTask<bool> FillAsync(int count, CancellationToken cancellationToken)
    {
        if (_end - _start >= count) return true;
        _buffer.AsSpan(_start, _end - _start).CopyTo(_buffer);
        (_start, _end) = (0, _end - _start);
        while (_end < count)
        {
            var read = await ReadStreamAsync(_buffer.AsMemory(_end), cancellationToken).ConfigureAwait(false);
            if (read == 0) return false;
            _end += read;
        }
        return true;
    }

    private async ValueTask<int> ReadStreamAsync(Memory<byte> bytes, CancellationToken cancellationToken)
    {
        try
        {
            return await stream.ReadAsync(bytes, cancellationToken).ConfigureAwait(false);
        }
        catch (InvalidDataException e)
        {
            throw new RejectException("the file is compressed with gzip and the compressed data is broken or cut short", "compress it again and drop it again", rule: "gzip", inner: e);
        }
    }
}
