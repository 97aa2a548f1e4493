using System.Globalization;
using System.Text;
using System.Text.Json;

namespace Landfall.Landings.Files;

/// <summary>JSON as Postgres prints a <c>jsonb</c>: members by the length of their names and then by their bytes, each name once, numbers without exponents.</summary>
internal static class JsonbText
{
    public static string Of(ReadOnlySpan<byte> json)
    {
        var reader = new Utf8JsonReader(json, new JsonReaderOptions { MaxDepth = 1024 });
        using var document = JsonDocument.ParseValue(ref reader);
        var text = new StringBuilder();
        Write(document.RootElement, text);
        return text.ToString();
    }

    private static void Write(JsonElement value, StringBuilder text)
    {
        switch (value.ValueKind)
        {
            case JsonValueKind.Object:
                var members = new Dictionary<string, JsonElement>();
                foreach (var member in value.EnumerateObject()) members[member.Name] = member.Value;
                text.Append('{');
                var first = true;
                foreach (var (name, member) in members.Select(m => (Name: Encoding.UTF8.GetBytes(m.Key), m.Value)).OrderBy(m => m.Name, Comparer<byte[]>.Create(ByLength)))
                {
                    if (!first) text.Append(", ");
                    first = false;
                    Write(Encoding.UTF8.GetString(name), text);
                    text.Append(": ");
                    Write(member, text);
                }
                text.Append('}');
                break;
            case JsonValueKind.Array:
                text.Append('[');
                var count = 0;
                foreach (var item in value.EnumerateArray())
                {
                    if (count++ > 0) text.Append(", ");
                    Write(item, text);
                }
                text.Append(']');
                break;
            case JsonValueKind.String:
                Write(value.GetString()!, text);
                break;
            case JsonValueKind.Number:
                text.Append(Number(value.GetRawText()));
                break;
            default:
                text.Append(value.GetRawText());
                break;
        }
    }

    private static int ByLength(byte[] one, byte[] other) => one.Length != other.Length ? one.Length - other.Length : one.AsSpan().SequenceCompareTo(other);

    private static void Write(string value, StringBuilder text)
    {
        text.Append('"');
        foreach (var c in value)
        {
            text.Append(c switch
            {
                '"' => "\\\"",
                '\\' => "\\\\",
                '\b' => "\\b",
                '\f' => "\\f",
                '\n' => "\\n",
                '\r' => "\\r",
                '\t' => "\\t",
                < ' ' => $"\\u{(int)c:x4}",
                _ => c.ToString(),
            });
        }
        text.Append('"');
    }

    /// <summary>As many digits behind the point as are written, moved by the exponent.</summary>
    private static string Number(string written)
    {
        var negative = written.StartsWith('-');
        var e = written.IndexOfAny(['e', 'E']);
        var exponent = e < 0 ? 0 : int.Parse(written.AsSpan(e + 1), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture);
        var mantissa = written[(negative ? 1 : 0)..(e < 0 ? written.Length : e)];
        var point = mantissa.IndexOf('.', StringComparison.Ordinal);
        var scale = (point < 0 ? 0 : mantissa.Length - point - 1) - exponent;
        var digits = mantissa.Replace(".", "", StringComparison.Ordinal);
        if (scale < 0) (digits, scale) = (digits + new string('0', -scale), 0);
        digits = digits.PadLeft(scale + 1, '0');
        var whole = digits[..^scale].TrimStart('0');
        var number = $"{(whole.Length == 0 ? "0" : whole)}{(scale > 0 ? $".{digits[^scale..]}" : "")}";
        return negative && number.Any(c => c is >= '1' and <= '9') ? $"-{number}" : number;
    }
}
