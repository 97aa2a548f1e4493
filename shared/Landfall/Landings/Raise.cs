using System.Globalization;
using System.Numerics;

namespace Landfall.Landings;

/// <summary>Raises a value by some percent, exactly: whatever its digits, no step of it is rounded but the last, which is half away from zero.</summary>
internal static class Raise
{
    /// <summary>No number of employees is longer; and arithmetic takes time with the square of it.</summary>
    private const int MaxChars = 1000;

    /// <param name="value">As it stands in the table.</param>
    /// <param name="percent">Greater than 0.</param>
    /// <param name="rule">Which rule it breaks, when it does.</param>
    /// <param name="reason">What is wrong with it, without the value.</param>
    /// <returns>Null when it can not be raised.</returns>
    public static long? Of(string value, decimal percent, out string rule, out string reason)
    {
        (rule, reason) = ("logicalType", $"is no number (digits, with at most one sign before them and one '.'), or longer than {MaxChars} characters");
        if (value.Length > MaxChars) return null;
        var unsigned = value.StartsWith('-') || value.StartsWith('+') ? value[1..] : value;
        var point = unsigned.IndexOf('.', StringComparison.Ordinal);
        var digits = point < 0 ? unsigned : unsigned.Remove(point, 1);
        if (digits.Length == 0 || !digits.All(char.IsAsciiDigit)) return null;

        var number = BigInteger.Parse(digits, NumberStyles.None, CultureInfo.InvariantCulture);
        (rule, reason) = ("minimum", "is negative, and only numbers from 0 are raised");
        if (value[0] == '-' && !number.IsZero) return null;

        var factor = 100 + percent;
        var numerator = number * BigInteger.Parse(factor.ToString(CultureInfo.InvariantCulture).Replace(".", "", StringComparison.Ordinal), NumberStyles.None, CultureInfo.InvariantCulture);
        var denominator = BigInteger.Pow(10, (point < 0 ? 0 : digits.Length - point) + factor.Scale + 2);
        var result = ((2 * numerator) + denominator) / (2 * denominator);
        (rule, reason) = ("maximum", "would be beyond the whole numbers of 64 bits when it is raised");
        return result > long.MaxValue ? null : (long)result;
    }
}
