using System.Text.Json;

namespace Landfall.Cloud;

/// <summary>What may be told of JSON that can not be read: the messages of parsers quote it.</summary>
internal static class JsonFault
{
    /// <returns>Where, behind a space and in brackets; empty for what does not say, or is no such fault.</returns>
    public static string Place(Exception exception) => exception switch
    {
        JsonException { LineNumber: { } line, BytePositionInLine: { } at } => $" (line {line + 1}, byte {at + 1})",
        Newtonsoft.Json.JsonReaderException { LineNumber: > 0 } e => $" (line {e.LineNumber}, character {e.LinePosition})",
        Newtonsoft.Json.JsonSerializationException { LineNumber: > 0 } e => $" (line {e.LineNumber}, character {e.LinePosition})",
        _ => "",
    };
}
