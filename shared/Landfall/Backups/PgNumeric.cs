using System.Buffers.Binary;

namespace Landfall.Backups;

/// <summary>Decimals in Postgres' binary format: digits of base 10,000, the first of weight 10,000^weight (src/backend/utils/adt/numeric.c, numeric_send).</summary>
internal static class PgNumeric
{
    private const int Negative = 0x4000;

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

    /// <summary>96 bits.</summary>
    private static UInt128 Most => new(uint.MaxValue, ulong.MaxValue);
}
