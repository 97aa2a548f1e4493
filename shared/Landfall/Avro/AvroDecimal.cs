namespace Landfall.Avro;

/// <summary>Decimals as whole numbers of 10^-scale.</summary>
internal static class AvroDecimal
{
    /// <summary>The value times 10^<paramref name="scale"/>; null when that is no whole number, or has more than <paramref name="precision"/> digits.</summary>
    /// <param name="precision">1…38.</param>
    public static Int128? TryUnscale(decimal value, int precision, int scale)
    {
        Span<int> bits = stackalloc int[4];
        decimal.GetBits(value, bits);
        var unscaled = new UInt128((uint)bits[2], ((ulong)(uint)bits[1] << 32) | (uint)bits[0]);
        UInt128 limit = 1;
        for (var i = 0; i < precision; i++) limit *= 10;
        for (var have = value.Scale; have < scale && unscaled != 0; have++)
        {
            if (unscaled >= limit) return null;
            unscaled *= 10;
        }
        for (var have = (int)value.Scale; have > scale; have--)
        {
            if (unscaled % 10 != 0) return null;
            unscaled /= 10;
        }
        if (unscaled >= limit) return null;
        return decimal.IsNegative(value) ? -(Int128)unscaled : (Int128)unscaled;
    }
}
