using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Unicode;
using Landfall.Events;
using Microsoft.AspNetCore.Http;

namespace Landfall.Local;

/// <summary>A request's body of JSON: the server itself has no limit, since a file may be as long as it likes.</summary>
internal static class JsonBody
{
    /// <summary>Bytes of one that is small by its nature: metadata, a list of parts.</summary>
    public const int Small = 1 << 20;

    /// <summary>Names, values and brackets, however long it may be.</summary>
    public const int MaxTokens = 1_000_000;

    /// <summary>The same of ten megabytes of rows: 50,000, the most that a request may have, of ten cells and what is around them.</summary>
    public const int TokensOfRows = 1_500_000;

    /// <param name="most">Bytes it may have.</param>
    /// <param name="tokens">Names, values and brackets that it may have.</param>
    /// <returns>Null for what is no object.</returns>
    /// <exception cref="BadHttpRequestException">413: it is longer than <paramref name="most"/> bytes.</exception>
    /// <exception cref="JsonException">It is no JSON, or has too many values.</exception>
    public static async Task<JsonObject?> ReadAsync(HttpContext context, int most, int tokens = MaxTokens)
    {
        var bytes = await WholeBody.ReadAsync(context.Request, most, context.RequestAborted);
        if (bytes.Span.StartsWith("\uFEFF"u8)) bytes = bytes[3..];
        Check(bytes.Span, tokens);
        var root = JsonDocument.Parse(bytes).RootElement;
        return root.ValueKind == JsonValueKind.Object ? JsonObject.Create(root) : null;
    }

    /// <summary>Whether all of it can be asked for: of a text that is no Unicode JSON's reader says so only then, and not as a fault of the sender's.</summary>
    /// <exception cref="JsonException">It is no JSON, or has too many values, or a text with half of a surrogate pair.</exception>
    public static void Check(ReadOnlySpan<byte> json, int most = MaxTokens)
    {
        // Nor does it look at the bytes of a text before it is asked for it.
        if (!Utf8.IsValid(json)) throw new JsonException("The body holds bytes that are not UTF-8.");
        var reader = new Utf8JsonReader(json);
        for (var tokens = 0; reader.Read(); tokens++)
        {
            if (tokens == most) throw new JsonException($"The body has more than {most} names and values.");
            if (reader.TokenType is not (JsonTokenType.String or JsonTokenType.PropertyName) || !reader.ValueIsEscaped) continue;
            try
            {
                _ = reader.GetString();
            }
            catch (InvalidOperationException e)
            {
                throw new JsonException("The body has an escape (\\u…) for one half of a surrogate pair without the other.", e);
            }
        }
    }
}
