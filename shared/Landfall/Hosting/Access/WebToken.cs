using System.Buffers.Text;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Http;

namespace Landfall.Hosting.Access;

/// <summary>A JSON Web Token in its compact form (RFC 7519, RFC 7515): what it says, whether or not that is true.</summary>
internal sealed class WebToken
{
    /// <summary>Characters; those of Google have about a thousand.</summary>
    private const int MaxLength = 8000;

    /// <summary>How far another clock may be from ours.</summary>
    private static readonly TimeSpan Skew = TimeSpan.FromSeconds(30);

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

    /// <summary>
    /// The token of a request. On Cloud Run, with <c>X-Serverless-Authorization</c>, the platform has looked at that alone, and lets anything pass in the other
    /// (https://cloud.google.com/run/docs/authenticating/service-to-service).
    /// </summary>
    /// <param name="request">The request.</param>
    /// <param name="verifiedByPlatform">Whether the platform verifies tokens, and not this program.</param>
    /// <returns>What stands behind <c>Bearer</c>; null where nothing does.</returns>
    public static string? Bearer(HttpRequest request, bool verifiedByPlatform)
    {
        const string Scheme = "Bearer ";
        var header = (verifiedByPlatform && request.Headers.TryGetValue("X-Serverless-Authorization", out var platform) ? platform : request.Headers.Authorization).ToString();
        return header.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase) ? header[Scheme.Length..].Trim() : null;
    }

    /// <returns>What keeps it from being taken, whoever it is of; null when nothing does.</returns>
    /// <param name="issuers">Who may have issued it; the first is named to callers.</param>
    /// <param name="audience">Whom it must be for.</param>
    /// <param name="now">The time.</param>
    public string? Fault(IReadOnlyList<string> issuers, string audience, DateTimeOffset now)
    {
        if (Text(Claims, "iss") is not { } issuer || !issuers.Contains(issuer)) return $"The bearer token is of another issuer; expected {issuers[0]}";
        if (!IsFor(audience)) return $"The bearer token is for another audience; expected {audience}";
        var (latest, earliest) = ((now - Skew).ToUnixTimeSeconds(), (now + Skew).ToUnixTimeSeconds());
        if (Moment("exp") is not { } expires || expires <= latest) return "The bearer token has expired, or does not say when it will";
        return Begun("nbf") && Begun("iat") ? null : "The bearer token is not valid yet";

        // A moment that is no number is none that has come.
        bool Begun(string name) => !Claims.TryGetProperty(name, out _) || Moment(name) <= earliest;
    }

    /// <summary>Whose it is; null where it does not say so, or nobody has verified it.</summary>
    public string? VerifiedEmail => Claims.TryGetProperty("email_verified", out var verified) && verified.ValueKind == JsonValueKind.True ? Text(Claims, "email") : null;

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

    /// <summary>Whether it is for an audience, alone.</summary>
    public bool IsForNobodyBut(string audience) => IsFor(audience) && (Claims.GetProperty("aud") is not { ValueKind: JsonValueKind.Array } several || several.GetArrayLength() == 1);

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
