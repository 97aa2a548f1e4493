using System.Globalization;
using Microsoft.AspNetCore.Http;

namespace Landfall.Functions;

/// <summary>How long a caller waits for the receipt: <c>Prefer: wait=30</c> (RFC 7240, section 4.3).</summary>
internal static class Patience
{
    /// <summary>Whoever would wait longer asks again.</summary>
    private const int Longest = 60;

    /// <returns>Null when nobody waits; what can not be read is passed over, as the RFC has it.</returns>
    public static TimeSpan? Of(HttpRequest request)
    {
        foreach (var word in request.Headers["Prefer"].SelectMany(line => (line ?? "").Split([',', ';'], StringSplitOptions.TrimEntries)))
        {
            if (word.Split('=', StringSplitOptions.TrimEntries) is ["wait", var value] && int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var seconds)) return TimeSpan.FromSeconds(Math.Min(seconds, Longest));
        }
        return null;
    }
}
