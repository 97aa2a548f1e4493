using System.Security.Cryptography;
using System.Text.Json;
using Microsoft.AspNetCore.Http;

namespace Landfall.Functions;

/// <summary>What is to be published.</summary>
/// <param name="Report">Its name, as it was said.</param>
/// <param name="Parameters">As they were said.</param>
/// <param name="Key">The same for an order that comes again.</param>
internal sealed record PublishOrder(string Report, IReadOnlyList<KeyValuePair<string, string>> Parameters, string Key)
{
    private const string KeyHeader = "Idempotency-Key";

    private const int MaxBytes = 64 * 1024, MaxKey = 255;

    /// <summary><c>{"report": "hires_q", "parameters": {"year": 2021}}</c>, and perhaps a key in the header.</summary>
    /// <exception cref="BadHttpRequestException">It can not be read.</exception>
    public static async Task<PublishOrder> ReadAsync(HttpRequest request, CancellationToken cancellationToken)
    {
        var body = new byte[MaxBytes + 1];
        var length = await request.Body.ReadAtLeastAsync(body, body.Length, throwOnEndOfStream: false, cancellationToken);
        if (length > MaxBytes) throw new BadHttpRequestException($"The body is larger than {MaxBytes >> 10} KiB.", StatusCodes.Status413PayloadTooLarge);
        var (report, parameters) = Read(body.AsMemory(0, length));
        return new(report, parameters, Named(request.Headers[KeyHeader].ToString(), body.AsSpan(0, length)));
    }

    private static (string, List<KeyValuePair<string, string>>) Read(ReadOnlyMemory<byte> body)
    {
        try
        {
            using var json = JsonDocument.Parse(body, new JsonDocumentOptions { MaxDepth = 8 });
            if (json.RootElement.ValueKind != JsonValueKind.Object) throw Bad("is no object");
            var (report, parameters) = ((string?)null, new List<KeyValuePair<string, string>>());
            foreach (var member in Once(json.RootElement))
            {
                if (member.NameEquals("report") && member.Value.ValueKind == JsonValueKind.String) report = member.Value.GetString();
                else if (member.NameEquals("parameters") && member.Value.ValueKind == JsonValueKind.Object) parameters.AddRange(Once(member.Value).Select(Parameter));
                else throw Bad("has a member that it can not have, or of another type");
            }
            return (report ?? throw Bad("names no report"), parameters);
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            throw Bad("is no JSON in UTF-8");
        }
    }

    /// <summary>Of two that are called alike nobody knows which is meant.</summary>
    private static List<JsonProperty> Once(JsonElement value)
    {
        var members = value.EnumerateObject().ToList();
        return members.Select(member => member.Name).Distinct(StringComparer.Ordinal).Count() == members.Count ? members : throw Bad("has a member twice");
    }

    private static KeyValuePair<string, string> Parameter(JsonProperty member) => new(member.Name, member.Value.ValueKind switch
    {
        JsonValueKind.String => member.Value.GetString()!,
        JsonValueKind.Number or JsonValueKind.True or JsonValueKind.False => member.Value.GetRawText(),
        _ => throw Bad("has a parameter that is neither a text, a number nor a truth value"),
    });

    /// <summary>The key with the body: another body under an old key is another order.</summary>
    private static string Named(string key, ReadOnlySpan<byte> body)
    {
        if (key.Length == 0) return $"{Guid.NewGuid():N}";
        if (key.Length > MaxKey) throw new BadHttpRequestException($"The {KeyHeader} has more than {MaxKey} characters.");
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(System.Text.Encoding.UTF8.GetBytes(key + "\n"));
        hash.AppendData(body);
        return Convert.ToHexStringLower(hash.GetHashAndReset().AsSpan(0, 16));
    }

    private static BadHttpRequestException Bad(string what) => new($"The body {what}; expected {{\"report\": \"<name>\", \"parameters\": {{\"<name>\": <value>}}}}, the parameters as far as they are needed.");
}
