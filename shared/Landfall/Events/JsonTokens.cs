using System.Text.Json;

namespace Landfall.Events;

/// <summary>Counts the names, values and brackets of a text of JSON: what is kept of each costs 12 bytes and more, and ten megabytes of commas have room for five million.</summary>
internal static class JsonTokens
{
    /// <returns>Whether there are more than so many.</returns>
    /// <exception cref="JsonException">It is no JSON, as far as it was looked at.</exception>
    public static bool Exceed(ReadOnlySpan<byte> json, int most)
    {
        var reader = new Utf8JsonReader(json);
        for (var tokens = 0; reader.Read(); tokens++)
        {
            if (tokens == most) return true;
        }
        return false;
    }
}
