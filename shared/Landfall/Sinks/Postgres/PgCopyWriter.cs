using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using Landfall.Rows;

namespace Landfall.Sinks.Postgres;

/// <summary>
/// Rows in PGCOPY's binary format (PostgreSQL documentation, COPY, "Binary Format"): straight into bytes, no value boxed. Rows leave in blocks;
/// behind the fields that the caller writes of a row come those of <paramref name="suffix"/>, the same in every row.
/// </summary>
/// <param name="output">The COPY stream; not disposed here.</param>
/// <param name="columns">Fields that the caller writes of a row.</param>
/// <param name="lines">Whether each row's line number goes first, as an Int64: <c>_line</c>.</param>
/// <param name="suffix">Int64 fields behind them: <c>_landing_id</c> and its like.</param>
internal sealed class PgCopyWriter(Stream output, int columns, bool lines, params long[] suffix) : IRowWriter
{
    /// <summary>Rows are sent when they fill so many bytes.</summary>
    public const int BlockSize = 64 * 1024;

    /// <summary>From 1970-01-01 to 2000-01-01, where Postgres counts from.</summary>
    private const int EpochDays = 10957;

    /// <summary>What brings a fraction to whole digits of base 10,000.</summary>
    private static ReadOnlySpan<ushort> PowersOfTen => [1, 10, 100, 1000];

    private const long EpochMicroseconds = EpochDays * 86_400_000_000L;

    private static ReadOnlySpan<byte> Header => [(byte)'P', (byte)'G', (byte)'C', (byte)'O', (byte)'P', (byte)'Y', 10, 0xFF, 13, 10, 0, 0, 0, 0, 0, 0, 0, 0, 0];

    private byte[] _buffer = NewBuffer();
    private int _used = Header.Length;
    private int _row;

    /// <summary>Rows ended so far.</summary>
    public long Rows { get; private set; }

    public bool Full => _used >= BlockSize;

    public void Begin(long line)
    {
        _row = _used;
        BinaryPrimitives.WriteInt16BigEndian(Take(2), (short)(columns + suffix.Length + (lines ? 1 : 0)));
        if (lines) Int64(line);
    }

    public void Null() => BinaryPrimitives.WriteInt32BigEndian(Take(4), -1);

    public void Int64(long value)
    {
        var field = Take(12);
        BinaryPrimitives.WriteInt32BigEndian(field, 8);
        BinaryPrimitives.WriteInt64BigEndian(field[4..], value);
    }

    public void Double(double value)
    {
        var field = Take(12);
        BinaryPrimitives.WriteInt32BigEndian(field, 8);
        BinaryPrimitives.WriteDoubleBigEndian(field[4..], value);
    }

    public void Boolean(bool value)
    {
        var field = Take(5);
        BinaryPrimitives.WriteInt32BigEndian(field, 1);
        field[4] = value ? (byte)1 : (byte)0;
    }

    public void Date(int days)
    {
        var field = Take(8);
        BinaryPrimitives.WriteInt32BigEndian(field, 4);
        BinaryPrimitives.WriteInt32BigEndian(field[4..], days - EpochDays);
    }

    public void Timestamp(long microseconds) => Int64(microseconds - EpochMicroseconds);

    public void Time(long microseconds) => Int64(microseconds);

    public void Utf8(ReadOnlySpan<byte> value)
    {
        var field = Take(4 + value.Length);
        BinaryPrimitives.WriteInt32BigEndian(field, value.Length);
        value.CopyTo(field[4..]);
    }

    /// <summary>jsonb: a version byte before the text (src/backend/utils/adt/jsonb.c, jsonb_recv).</summary>
    public void Json(ReadOnlySpan<byte> value)
    {
        var field = Take(5 + value.Length);
        BinaryPrimitives.WriteInt32BigEndian(field, 1 + value.Length);
        field[4] = 1;
        value.CopyTo(field[5..]);
    }

    /// <summary>Base-10,000 digits, the first of weight 10,000^weight (src/backend/utils/adt/numeric.c, numeric_recv).</summary>
    public void Numeric(decimal value)
    {
        Span<int> bits = stackalloc int[4];
        decimal.GetBits(value, bits);
        var scale = (bits[3] >> 16) & 0xFF;
        var negative = bits[3] < 0;
        var fractionDigits = (scale + 3) / 4;
        Span<short> digits = stackalloc short[12];
        var count = 0;
        var shift = PowersOfTen[(fractionDigits * 4) - scale];
        var low = ((ulong)(uint)bits[1] << 32) | (uint)bits[0];
        if (bits[2] == 0 && low <= ulong.MaxValue / 1000)
        {
            // Nearly every number, and several times as fast as 128 bits.
            for (var unscaled = low * shift; unscaled != 0; unscaled /= 10_000) digits[count++] = (short)(unscaled % 10_000);
        }
        else
        {
            for (var unscaled = new UInt128((uint)bits[2], low) * shift; unscaled != 0; unscaled /= 10_000) digits[count++] = (short)(unscaled % 10_000);
        }
        var weight = count - fractionDigits - 1;
        var zeros = 0;
        while (zeros < count && digits[zeros] == 0) zeros++;

        var field = Take(12 + ((count - zeros) * 2));
        BinaryPrimitives.WriteInt32BigEndian(field, 8 + ((count - zeros) * 2));
        BinaryPrimitives.WriteInt16BigEndian(field[4..], (short)(count - zeros));
        BinaryPrimitives.WriteInt16BigEndian(field[6..], (short)(count == 0 ? 0 : weight));
        BinaryPrimitives.WriteUInt16BigEndian(field[8..], negative && count > 0 ? (ushort)0x4000 : (ushort)0);
        BinaryPrimitives.WriteInt16BigEndian(field[10..], (short)scale);
        for (var i = 0; i < count - zeros; i++) BinaryPrimitives.WriteInt16BigEndian(field[(12 + (i * 2))..], digits[count - 1 - i]);
    }

    public void End()
    {
        foreach (var value in suffix) Int64(value);
        Rows++;
    }

    public void Abandon() => _used = _row;

    public async ValueTask FlushAsync(CancellationToken cancellationToken)
    {
        await output.WriteAsync(_buffer.AsMemory(0, _used), cancellationToken).ConfigureAwait(false);
        _used = 0;
        // One huge row must not pin its buffer for the rest of the file.
        if (_buffer.Length > BlockSize * 16) _buffer = new byte[BlockSize * 2];
    }

    /// <summary>Sends what is left and the end mark. The COPY itself is completed by disposing its stream.</summary>
    public ValueTask CompleteAsync(CancellationToken cancellationToken)
    {
        BinaryPrimitives.WriteInt16BigEndian(Take(2), -1);
        return FlushAsync(cancellationToken);
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

    private static byte[] NewBuffer()
    {
        var buffer = new byte[BlockSize * 2];
        Header.CopyTo(buffer);
        return buffer;
    }
}
