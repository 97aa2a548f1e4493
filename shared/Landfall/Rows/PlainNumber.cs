using System.Globalization;

namespace Landfall.Rows;

/// <summary>
/// Numbers without an exponent as long as that is readable: .NET writes 0.00001 as 1E-05, and a numeric column takes no exponent because it could ask for a
/// million digits.
/// </summary>
internal static class PlainNumber
{
    /// <summary>The digits of a <see cref="decimal"/>; what is longer stays as it is.</summary>
    private const int MaxExponent = 28;

    /// <param name="number">As .NET writes a finite float or double: <c>-1.5</c>, <c>1.5E-07</c>.</param>
    public static void Write(TextBuffer text, ReadOnlySpan<byte> number)
    {
        var mark = number.IndexOf((byte)'E');
        if (mark < 0 || !int.TryParse(number[(mark + 1)..], NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var exponent) || Math.Abs(exponent) > MaxExponent)
        {
            text.Add(number);
            return;
        }
        if (number[0] == '-') text.Add((byte)'-');
        Span<byte> digits = stackalloc byte[40];
        var count = 0;
        foreach (var b in number[..mark])
        {
            if (b is >= (byte)'0' and <= (byte)'9') digits[count++] = b;
        }
        // One digit stands before the point.
        var whole = exponent + 1;
        if (whole <= 0) text.Add("0."u8);
        for (var i = whole; i < 0; i++) text.Add((byte)'0');
        for (var i = 0; i < Math.Max(whole, count); i++)
        {
            if (i == whole && i > 0) text.Add((byte)'.');
            text.Add(i < count ? digits[i] : (byte)'0');
        }
    }
}
