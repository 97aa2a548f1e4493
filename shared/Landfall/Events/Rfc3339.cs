using System.Globalization;

namespace Landfall.Events;

/// <summary>RFC 3339 timestamps, whose fraction Google writes with up to nine digits: .NET keeps seven, the rest is cut off.</summary>
internal static class Rfc3339
{
    private static readonly string[] Formats = ["yyyy-MM-dd'T'HH:mm:ss.FFFFFFF'Z'", "yyyy-MM-dd'T'HH:mm:ss.FFFFFFFzzz"];

    public static bool TryParse(string text, out DateTimeOffset time)
    {
        // RFC 3339 allows small letters, and .NET no more than seven digits.
        var upper = text.ToUpperInvariant();
        var point = upper.IndexOf('.', StringComparison.Ordinal);
        if (point >= 0)
        {
            var end = point + 1;
            while (end < upper.Length && char.IsAsciiDigit(upper[end])) end++;
            if (end == point + 1)
            {
                time = default;
                return false;
            }
            if (end - point > 8) upper = upper.Remove(point + 8, end - point - 8);
        }
        return DateTimeOffset.TryParseExact(upper, Formats, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out time);
    }
}
