using System.Globalization;
using System.Text.Json;

namespace Landfall.Events;

/// <summary>A JSON object's members, by name and type. One that is <c>null</c> counts as absent, as CloudEvents' JSON format wants.</summary>
internal readonly struct Members
{
    /// <summary>Names, values and brackets of one body: an event has dozens, its data in base 64 being one.</summary>
    internal const int MaxTokens = 100_000;

    private readonly JsonElement _object;
    private readonly string _what;

    /// <param name="element">The object.</param>
    /// <param name="what">What the object is, to begin a message with.</param>
    /// <exception cref="BadEventException">The element is no object.</exception>
    public Members(JsonElement element, string what)
    {
        if (element.ValueKind != JsonValueKind.Object) throw new BadEventException($"{what} is {Kind(element)}; expected a JSON object.");
        (_object, _what) = (element, what);
    }

    /// <exception cref="BadEventException">The bytes are no JSON object.</exception>
    public static Members Parse(ReadOnlyMemory<byte> json, string what, string expected = "expected a JSON object")
    {
        // Editors on Windows begin a file with a byte order mark.
        if (json.Span.StartsWith("\uFEFF"u8)) json = json[3..];
        if (json.IsEmpty) throw new BadEventException($"{what} is empty; {expected}.");
        try
        {
            if (JsonTokens.Exceed(json.Span, MaxTokens)) throw new BadEventException($"{what} has more than {MaxTokens} names and values; an event has dozens.");
            // Elements outlive this method, and a copy of them would cost the body once more.
            return new(JsonDocument.Parse(json).RootElement, what);
        }
        catch (JsonException e)
        {
            var place = $"line {e.LineNumber + 1}, byte {e.BytePositionInLine + 1}";
            throw new BadEventException($"{what} is not valid JSON ({place}); {expected}.", inner: e);
        }
    }

    public bool Has(string name) => Value(name) is not null;

    /// <summary>A member as it stands; null when it is absent or <c>null</c>.</summary>
    public JsonElement? Value(string name) =>
        _object.TryGetProperty(name, out var value) && value.ValueKind != JsonValueKind.Null ? value : null;

    /// <summary>Whether there is a member of this name, be it <c>null</c>.</summary>
    public bool TryGetRaw(string name, out JsonElement value) => _object.TryGetProperty(name, out value);

    /// <summary>A text; null when it is absent.</summary>
    public string? Text(string name) => Value(name) switch
    {
        null => null,
        { ValueKind: JsonValueKind.String } value => value.GetString(),
        { } value => throw Wrong(name, value, "a string"),
    };

    /// <summary>A text that is there and not empty.</summary>
    public string RequiredText(string name) =>
        Text(name) is { Length: > 0 } text ? text : throw new BadEventException($"{_what} has no '{name}'; expected a text that is not empty.");

    /// <summary>A 64-bit number, which JSON of Google's APIs writes as a string and some senders as a number; null when it is absent.</summary>
    public long? Int64(string name)
    {
        if (Value(name) is not { } value) return null;
        var ok = value.ValueKind switch
        {
            JsonValueKind.Number => value.TryGetInt64(out var number) ? number : (long?)null,
            JsonValueKind.String =>
                long.TryParse(value.GetString(), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) ? number : null,
            _ => null,
        };
        return ok ?? throw Wrong(name, value, "a whole number of 64 bits, as a string or a number");
    }

    /// <summary>An RFC 3339 timestamp; null when it is absent.</summary>
    public DateTimeOffset? Time(string name) => Text(name) switch
    {
        null => null,
        { } text => Rfc3339.TryParse(text, out var time)
            ? time
            : throw new BadEventException($"{_what}'s '{name}' is no RFC 3339 timestamp, such as 2026-01-31T23:59:59Z."),
    };

    /// <summary>A map of texts; empty when it is absent.</summary>
    public Dictionary<string, string> Texts(string name)
    {
        const string Expected = "an object whose values are strings";
        if (Value(name) is not { } map) return [];
        if (map.ValueKind != JsonValueKind.Object) throw Wrong(name, map, Expected);
        var texts = new Dictionary<string, string>();
        foreach (var member in map.EnumerateObject())
        {
            texts[member.Name] = member.Value.ValueKind == JsonValueKind.String ? member.Value.GetString()! : throw Wrong(name, member.Value, Expected);
        }
        return texts;
    }

    /// <summary>The members of an object that is a member.</summary>
    public Members Object(string name, string what) =>
        new(Value(name) ?? throw new BadEventException($"{_what} has no '{name}'; expected a JSON object."), what);

    /// <summary>Bytes in base 64; empty when absent.</summary>
    public ReadOnlyMemory<byte> Base64(string name)
    {
        if (Value(name) is not { } value) return default;
        return value.ValueKind == JsonValueKind.String && value.TryGetBytesFromBase64(out var bytes)
            ? bytes
            : throw Wrong(name, value, "bytes in base 64");
    }

    private BadEventException Wrong(string name, JsonElement found, string expected) =>
        new($"{_what}'s '{name}' can not be read: found {Kind(found)}, expected {expected}.");

    private static string Kind(JsonElement element) => element.ValueKind switch
    {
        JsonValueKind.Object => "an object",
        JsonValueKind.Array => "an array",
        JsonValueKind.String => "a string",
        JsonValueKind.Number => "a number",
        JsonValueKind.True or JsonValueKind.False => "a boolean",
        _ => "null",
    };
}
