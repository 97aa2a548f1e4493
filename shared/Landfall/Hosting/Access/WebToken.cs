using System.Buffers.Text;
using System.Text;
using System.Text.Json;

namespace Landfall.Hosting.Access;

/// <summary>A JSON Web Token in its compact form (RFC 7519, RFC 7515): what it says, whether or not that is true.</summary>
internal sealed class WebToken
{
    /// <summary>Characters; those of Google have about a thousand.</summary>
    private const int MaxLength = 8000;

    private WebToken(JsonElement header, JsonElement claims, byte[] signed, byte[] signature) => (Header, Claims, Signed, Signature) = (header, claims, signed, signature);

    public JsonElement Header { get; }

    public JsonElement Claims { get; }

    /// <summary>What the signature is of.</summary>
    public byte[] Signed { get; }

    /// <summary>Empty where the platform has taken it away.</summary>
    public byte[] Signature { get; }

    /// <returns>Null for what is no token.</returns>
    public static WebToken? Parse(string text)
    {
        if (text.Length > MaxLength || text.Split('.') is not [var header, var claims, var signature]) return null;
        if (Json(header) is not { } head || Json(claims) is not { } body) return null;
        return new(head, body, Encoding.ASCII.GetBytes($"{header}.{claims}"), Base64Url.IsValid(signature) ? Base64Url.DecodeFromChars(signature) : []);
    }

    /// <summary>A claim, or a header's member, that is a text; null when it is not there or something else.</summary>
    public static string? Text(JsonElement element, string name) => element.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;

    /// <summary>A claim that is a moment: seconds since 1970, perhaps with a fraction.</summary>
    public double? Moment(string name) => Claims.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.Number && value.TryGetDouble(out var seconds) ? seconds : null;

    /// <summary>Whether it is for an audience, alone or among others.</summary>
    public bool IsFor(string audience) => Claims.TryGetProperty("aud", out var value) && value.ValueKind switch
    {
        JsonValueKind.String => value.ValueEquals(audience),
        JsonValueKind.Array => value.EnumerateArray().Any(one => one.ValueKind == JsonValueKind.String && one.ValueEquals(audience)),
        _ => false,
    };

    private static JsonElement? Json(string segment)
    {
        if (!Base64Url.IsValid(segment)) return null;
        try
        {
            var reader = new Utf8JsonReader(Base64Url.DecodeFromChars(segment), new JsonReaderOptions { MaxDepth = 16 });
            return JsonElement.TryParseValue(ref reader, out var element) && element is { ValueKind: JsonValueKind.Object } found && !Trailing(ref reader) ? found : null;
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            return null;
        }
    }

    private static bool Trailing(ref Utf8JsonReader reader) => reader.Read();
}
