using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Json;

namespace Landfall.Landings.Files;

/// <summary>JSON as Postgres' <c>jsonb</c> compares it: members have no order, of two with one name the last counts, and numbers are what they are worth.</summary>
internal static class CanonicalJson
{
    public static void Write(JsonElement value, IBufferWriter<byte> bytes)
    {
        switch (value.ValueKind)
        {
            case JsonValueKind.Object:
                var members = new SortedDictionary<string, JsonElement>(StringComparer.Ordinal);
                foreach (var member in value.EnumerateObject()) members[member.Name] = member.Value;
                Text("{", bytes);
                foreach (var (name, member) in members)
                {
                    Text($"{name.Length}:{name}", bytes);
                    Write(member, bytes);
                }
                Text("}", bytes);
                break;
            case JsonValueKind.Array:
                Text("[", bytes);
                foreach (var item in value.EnumerateArray()) Write(item, bytes);
                Text("]", bytes);
                break;
            case JsonValueKind.String:
                var text = value.GetString()!;
                Text($"s{text.Length}:{text}", bytes);
                break;
            case JsonValueKind.Number:
                Text($"n{Number(value.GetRawText())};", bytes);
                break;
            default:
                Text(value.ValueKind switch { JsonValueKind.True => "t", JsonValueKind.False => "f", _ => "0" }, bytes);
                break;
        }
    }

    /// <summary>Sign, digits without zeros around them, and the exponent of the last digit.</summary>
    private static string Number(string text)
    {
        var negative = text.StartsWith('-');
        var e = text.IndexOfAny(['e', 'E']);
        var exponent = e < 0 ? 0 : long.TryParse(text.AsSpan(e + 1), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var written) ? written : long.MaxValue / 2;
        var digits = text[(negative ? 1 : 0)..(e < 0 ? text.Length : e)];
        var point = digits.IndexOf('.', StringComparison.Ordinal);
        if (point >= 0) (digits, exponent) = (digits.Remove(point, 1), exponent - (digits.Length - point - 1));
        digits = digits.TrimStart('0');
        var shorter = digits.TrimEnd('0');
        return shorter.Length == 0 ? "0" : $"{(negative ? "-" : "")}{shorter}e{exponent + digits.Length - shorter.Length}";
    }

    private static void Text(string text, IBufferWriter<byte> bytes) => Encoding.UTF8.GetBytes(text, bytes);
}
