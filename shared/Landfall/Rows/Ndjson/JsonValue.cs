using System.Text.Json;

namespace Landfall.Rows.Ndjson;

/// <summary>One value of a line, as a reader of any JSON sees it.</summary>
internal static class JsonValue
{
    /// <summary>Goes to the end of the value at which the reader stands, and keeps it if it is wanted. False when it is nested where a plain one is wanted, or cut short.</summary>
    /// <param name="length">Bytes of the line.</param>
    /// <param name="offset">Where in the line the reader began.</param>
    /// <exception cref="JsonException">It is no JSON.</exception>
    /// <exception cref="InvalidOperationException">It holds half of a surrogate pair.</exception>
    public static bool TryTake(ref Utf8JsonReader value, JsonCells cells, int member, int length, int offset)
    {
        var start = (int)value.TokenStartIndex;
        var kind = value.TokenType;
        var wanted = cells.Wants(member);
        var plain = kind is not (JsonTokenType.StartObject or JsonTokenType.StartArray);
        if (kind == JsonTokenType.String && wanted && !cells.IsJson(member))
        {
            if (value.ValueIsEscaped) cells.Keep(member, value.CopyString(cells.Room(length)));
            else cells.Set(member, offset + start + 1, value.ValueSpan.Length);
            return true;
        }
        Check(ref value, cells, length);
        for (var depth = value.CurrentDepth; !plain && (value.CurrentDepth > depth || value.TokenType is not (JsonTokenType.EndObject or JsonTokenType.EndArray)); Check(ref value, cells, length))
        {
            if (!value.Read()) return false;
        }
        if (!wanted || kind == JsonTokenType.Null) return true;
        if (!plain && !cells.IsJson(member)) return false;
        cells.Set(member, offset + start, (int)value.BytesConsumed - start);
        return true;
    }

    /// <summary>The reader itself does not look whether surrogates come in pairs.</summary>
    private static void Check(ref Utf8JsonReader value, JsonCells cells, int length)
    {
        if (value.TokenType is JsonTokenType.String or JsonTokenType.PropertyName && value.ValueIsEscaped) value.CopyString(cells.Room(length));
    }
}
