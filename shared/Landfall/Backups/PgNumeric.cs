using System.Buffers.Binary;

namespace Landfall.Backups;

/// <summary>Decimals in Postgres' binary format: digits of base 10,000, the first of weight 10,000^weight (src/backend/utils/adt/numeric.c, numeric_send).</summary>
internal static class PgNumeric
{
    private const int Negative = 0x4000, NotANumber = 0xC000, Infinity = 0xD000, NegativeInfinity = 0xF000;

    /// <summary>Count, weight, sign and scale.</summary>
    private const int HeadBytes = 8;

    /// <summary>What a numeric of no declared digits takes (PostgreSQL documentation, "Numeric Types").</summary>
    private const int MaxWholeDigits = 131_072, MaxScale = 16_383;

    /// <summary>So many digits of base 10,000, and the zeros that the scale asks for behind them, fit 64 bits.</summary>
    private const int ShortDigits = 4;

    private static ReadOnlySpan<ulong> PowersOfTen => [1, 10, 100, 1000];

    /// <returns>Null for what is no decimal of at most 28 digits: NaN, infinity.</returns>
    public static decimal? Read(ReadOnlySpan<byte> value)
    {
        var count = BinaryPrimitives.ReadInt16BigEndian(value);
        var weight = BinaryPrimitives.ReadInt16BigEndian(value[2..]);
        var sign = BinaryPrimitives.ReadUInt16BigEndian(value[4..]);
        var scale = BinaryPrimitives.ReadInt16BigEndian(value[6..]);
        if (sign is not (0 or Negative) || scale > 28) return null;
        var digits = value[8..];
        // Zeros that stand behind the last digit, by the scale; or digits that are zeros beyond it.
        var shift = (4 * (weight - count + 1)) + scale;
        if (count <= ShortDigits && shift is > -4 and < 4)
        {
            ulong low = 0;
            for (var i = 0; i < count; i++) low = (low * 10_000) + BinaryPrimitives.ReadUInt16BigEndian(digits[(2 * i)..]);
            low = shift < 0 ? low / PowersOfTen[-shift] : low * PowersOfTen[shift];
            return new((int)low, (int)(low >> 32), 0, sign == Negative, (byte)scale);
        }
        UInt128 unscaled = 0;
        for (var i = 0; i < count; i++)
        {
            if (unscaled > Most) return null;
            unscaled = (unscaled * 10_000) + BinaryPrimitives.ReadUInt16BigEndian(digits[(2 * i)..]);
        }
        for (; shift < 0 && unscaled != 0; shift++) unscaled /= 10;
        for (; shift > 0 && unscaled != 0 && unscaled <= Most; shift--) unscaled *= 10;
        return unscaled > Most ? null : new((int)(uint)unscaled, (int)(uint)(unscaled >> 32), (int)(uint)(unscaled >> 64), sign == Negative, (byte)scale);
    }

    /// <summary>A number as Postgres prints it, of any length, in its binary format.</summary>
    /// <param name="buffer">Where it is written; replaced by a larger one where it must be.</param>
    /// <returns>Empty for what is no number, or one that Postgres could not keep.</returns>
    public static ReadOnlySpan<byte> Parse(ReadOnlySpan<byte> text, ref byte[] buffer)
    {
        if (buffer.Length < text.Length + HeadBytes + sizeof(short)) buffer = new byte[Math.Max(256, text.Length * 2)];
        if (text.SequenceEqual("NaN"u8)) return Head(buffer, 0, 0, NotANumber, 0)[..HeadBytes];
        var negative = text is [(byte)'-', ..];
        if (negative) text = text[1..];
        if (text.SequenceEqual("Infinity"u8)) return Head(buffer, 0, 0, negative ? NegativeInfinity : Infinity, 0)[..HeadBytes];
        var point = text.IndexOf((byte)'.');
        var whole = point < 0 ? text : text[..point];
        var fraction = point < 0 ? default : text[(point + 1)..];
        if (whole.Length is 0 or > MaxWholeDigits || fraction.Length > MaxScale || fraction.IsEmpty != point < 0) return default;
        if (whole.ContainsAnyExceptInRange((byte)'0', (byte)'9') || fraction.ContainsAnyExceptInRange((byte)'0', (byte)'9')) return default;

        var (weight, count) = ((whole.Length - 1) / 4, 0);
        for (var start = whole.Length - ((weight + 1) * 4); start < whole.Length + fraction.Length; start += 4)
        {
            var digit = 0;
            for (var i = start; i < start + 4; i++) digit = (digit * 10) + (i < 0 || i >= whole.Length + fraction.Length ? 0 : (i < whole.Length ? whole[i] : fraction[i - whole.Length]) - '0');
            if (count == 0 && digit == 0) weight--;
            else BinaryPrimitives.WriteInt16BigEndian(buffer.AsSpan(HeadBytes + (2 * count++)), (short)digit);
        }
        while (count > 0 && BinaryPrimitives.ReadInt16BigEndian(buffer.AsSpan(HeadBytes + (2 * (count - 1)))) == 0) count--;
        return Head(buffer, count, count == 0 ? 0 : weight, negative && count > 0 ? Negative : 0, fraction.Length)[..(HeadBytes + (2 * count))];
    }

    private static ReadOnlySpan<byte> Head(byte[] buffer, int count, int weight, int sign, int scale)
    {
        BinaryPrimitives.WriteInt16BigEndian(buffer, (short)count);
        BinaryPrimitives.WriteInt16BigEndian(buffer.AsSpan(2), (short)weight);
        BinaryPrimitives.WriteUInt16BigEndian(buffer.AsSpan(4), (ushort)sign);
        BinaryPrimitives.WriteInt16BigEndian(buffer.AsSpan(6), (short)scale);
        return buffer;
    }

    /// <summary>96 bits.</summary>
    private static UInt128 Most => new(uint.MaxValue, ulong.MaxValue);
}
