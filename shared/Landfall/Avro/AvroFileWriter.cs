using System.Buffers.Binary;
using System.IO.Compression;
using System.Runtime.CompilerServices;
using System.Security.Cryptography;
using System.Text;

namespace Landfall.Avro;

/// <summary>
/// Writes an Avro object container file (https://avro.apache.org/docs/1.12.0/specification/#object-container-files): values one after another in the
/// schema's order, <see cref="End"/> behind each record, <see cref="FlushAsync"/> whenever it is <see cref="Full"/>, and <see cref="CompleteAsync"/> at last.
/// </summary>
public sealed class AvroFileWriter
{
    private const int BlockSize = 64 * 1024;

    private readonly Stream _output;
    private readonly AvroCodec _codec;
    private readonly byte[] _sync;
    private readonly byte[] _counts = new byte[20];
    private byte[]? _header;
    private byte[] _buffer = new byte[BlockSize * 2];
    private byte[]? _other;
    private Task _sending = Task.CompletedTask;
    private int _used;
    private int _row;
    private long _records;

    /// <param name="output">Not disposed here.</param>
    /// <param name="schema">JSON, written as it is.</param>
    /// <param name="metadata">More of the header's entries, as text. Names with <c>avro.</c> are the specification's own.</param>
    /// <param name="sync">The 16 bytes behind each block, by which readers see that they have not lost their way; random when empty.</param>
    /// <exception cref="ArgumentException">A name of the metadata begins with <c>avro.</c>, or the marker has not 16 bytes.</exception>
    public AvroFileWriter(Stream output, string schema, AvroCodec codec, IEnumerable<KeyValuePair<string, string>>? metadata = null, ReadOnlySpan<byte> sync = default)
    {
        if (!sync.IsEmpty && sync.Length != AvroHeader.SyncLength) throw new ArgumentException($"A sync marker has {AvroHeader.SyncLength} bytes.", nameof(sync));
        _output = output;
        _codec = codec;
        _sync = sync.IsEmpty ? RandomNumberGenerator.GetBytes(AvroHeader.SyncLength) : sync.ToArray();

        KeyValuePair<string, string>[] own = [new(AvroHeader.SchemaKey, schema), new(AvroHeader.CodecKey, codec == AvroCodec.Deflate ? "deflate" : "null")];
        KeyValuePair<string, string>[] others = [.. metadata ?? []];
        if (others.Any(entry => entry.Key.StartsWith("avro.", StringComparison.Ordinal))) throw new ArgumentException("Names that begin with avro. are reserved.", nameof(metadata));
        AvroHeader.Magic.CopyTo(Take(AvroHeader.Magic.Length));
        Items(own.Length + others.Length);
        foreach (var (key, value) in own.Concat(others))
        {
            Bytes(Encoding.UTF8.GetBytes(key));
            Bytes(Encoding.UTF8.GetBytes(value));
        }
        Items(0);
        _sync.CopyTo(Take(_sync.Length));
        _header = _buffer[.._used];
        _used = 0;
    }

    /// <summary>Records ended so far.</summary>
    public long Records { get; private set; }

    /// <summary>Whether the header is left out: it goes another way, and the blocks behind it.</summary>
    internal bool Headless { init => _header = value ? null : _header; }

    /// <summary>Whether a block is compressed and sent while the next one is filled. Whoever sets it calls <see cref="SettleAsync"/> before the output goes.</summary>
    internal bool Ahead { get; init; }

    /// <summary>Is fed all records, one after another, as they are before compression.</summary>
    internal IncrementalHash? Hash { get; init; }

    /// <summary>Whether a block is complete.</summary>
    public bool Full => _row >= BlockSize;

    /// <summary>An int or a long: zig-zag, in as many groups of seven bits as it takes.</summary>
    public void Long(long value)
    {
        var code = (ulong)((value << 1) ^ (value >> 63));
        if (_buffer.Length - _used < 10) Grow(10);
        for (; code >= 0x80; code >>= 7) _buffer[_used++] = (byte)(code | 0x80);
        _buffer[_used++] = (byte)code;
    }

    public void Boolean(bool value) => Take(1)[0] = value ? (byte)1 : (byte)0;

    public void Float(float value) => BinaryPrimitives.WriteSingleLittleEndian(Take(4), value);

    public void Double(double value) => BinaryPrimitives.WriteDoubleLittleEndian(Take(8), value);

    /// <summary>Bytes, or a string in UTF-8.</summary>
    public void Bytes(ReadOnlySpan<byte> value)
    {
        Long(value.Length);
        Fixed(value);
    }

    public void Fixed(ReadOnlySpan<byte> value) => value.CopyTo(Take(value.Length));

    /// <summary>The symbol of an enum, or the type of the value that follows in a union: its place in the schema, from 0.</summary>
    public void Index(int index) => Long(index);

    /// <summary>How many items of an array or a map follow; behind the last of them, 0.</summary>
    public void Items(long count) => Long(count);

    /// <summary>Behind a record.</summary>
    public void End()
    {
        _row = _used;
        _records++;
        Records++;
    }

    /// <summary>Takes back what was written since the last <see cref="End"/>.</summary>
    public void Abandon() => _used = _row;

    /// <summary>Sends the block; between two records.</summary>
    public async ValueTask FlushAsync(CancellationToken cancellationToken)
    {
        await _sending.ConfigureAwait(false);
        if (_header is not null) await _output.WriteAsync(_header, cancellationToken).ConfigureAwait(false);
        _header = null;
        if (_records == 0) return;
        var (block, records) = (_buffer.AsMemory(0, _row), _records);
        if (Ahead)
        {
            // The other buffer's block has been sent by now.
            (_buffer, _other) = (_other ?? new byte[BlockSize * 2], _buffer);
            _sending = Task.Run(() => SendAsync(block, records, cancellationToken), cancellationToken);
        }
        else
        {
            await SendAsync(block, records, cancellationToken).ConfigureAwait(false);
        }
        (_used, _row, _records) = (0, 0, 0);
        // One huge row must not pin its buffer for the rest of the file.
        if (_buffer.Length > BlockSize * 16) _buffer = new byte[BlockSize * 2];
    }

    /// <summary>Sends what is left. A file without records has no block.</summary>
    public async ValueTask CompleteAsync(CancellationToken cancellationToken)
    {
        await FlushAsync(cancellationToken).ConfigureAwait(false);
        await _sending.ConfigureAwait(false);
    }

    /// <summary>Waits until nothing is being sent, however it ends: its fault is <see cref="FlushAsync"/>'s to tell.</summary>
    internal async Task SettleAsync() => await _sending.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);

    private async Task SendAsync(ReadOnlyMemory<byte> block, long records, CancellationToken cancellationToken)
    {
        Hash?.AppendData(block.Span);
        var data = _codec == AvroCodec.Deflate ? Deflated(block.Span) : block;
        var length = Number(_counts, records);
        length += Number(_counts.AsSpan(length), data.Length);
        await _output.WriteAsync(_counts.AsMemory(0, length), cancellationToken).ConfigureAwait(false);
        await _output.WriteAsync(data, cancellationToken).ConfigureAwait(false);
        await _output.WriteAsync(_sync, cancellationToken).ConfigureAwait(false);
    }

    private static ReadOnlyMemory<byte> Deflated(ReadOnlySpan<byte> block)
    {
        using var deflated = new MemoryStream(block.Length / 2);
        // The fastest: a backup waits for the processor, and the next level gains a sixth for three times its work.
        using (var deflater = new DeflateStream(deflated, CompressionLevel.Fastest, leaveOpen: true)) deflater.Write(block);
        return deflated.GetBuffer().AsMemory(0, (int)deflated.Length);
    }

    private static int Number(Span<byte> bytes, long value)
    {
        var used = 0;
        for (var code = (ulong)value << 1; code > 0 || used == 0; code >>= 7) bytes[used++] = (byte)(code >= 0x80 ? code | 0x80 : code);
        return used;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private Span<byte> Take(int count)
    {
        if (_buffer.Length - _used < count) Grow(count);
        var span = _buffer.AsSpan(_used, count);
        _used += count;
        return span;
    }

    private void Grow(int count) => Array.Resize(ref _buffer, Math.Max(_buffer.Length * 2, checked(_used + count)));
}
