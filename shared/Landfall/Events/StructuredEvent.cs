using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;

namespace Landfall.Events;

/// <summary>CloudEvents' structured mode: attributes and data in one JSON object (CloudEvents JSON format 1.0.2).</summary>
internal static class StructuredEvent
{
    public static Delivery Read(Members members)
    {
        if (members.RequiredText("specversion") is var version and not "1.0") throw UnknownVersion(version);
        var cloudEvent = new CloudEvent(
            members.RequiredText("id"), members.RequiredText("source"), members.RequiredText("type"), members.Text("subject"), members.Time("time"))
        {
            TraceParent = members.Text("traceparent"),
        };
        return EventReader.Typed(cloudEvent, Data(members));
    }

    public static BadEventException UnknownVersion(string version) =>
        new($"The CloudEvent has the specversion '{version[..Math.Min(version.Length, 20)]}'; expected 1.0.");

    /// <summary>The data as the bytes it would be in binary mode.</summary>
    private static ReadOnlyMemory<byte> Data(Members members)
    {
        var has = members.TryGetRaw("data", out var data);
        if (members.Has("data_base64"))
        {
            return has
                ? throw new BadEventException("The CloudEvent has both 'data' and 'data_base64'; expected one of them.")
                : members.Base64("data_base64");
        }
        if (!has) return default;
        // JSON stays as it is written: a JSON string is data of its own and is not parsed again.
        if (IsJson(members.Text("datacontenttype"))) return JsonMarshal.GetRawUtf8Value(data).ToArray();
        return data.ValueKind == JsonValueKind.String
            ? Encoding.UTF8.GetBytes(data.GetString()!)
            : throw new BadEventException(
                "The CloudEvent's 'datacontenttype' is not JSON but its 'data' is no string; expected a string, or 'data_base64'.");
    }

    /// <summary><c>*/json</c> or <c>*/*+json</c>, whatever the parameters; absent means JSON.</summary>
    private static bool IsJson(string? contentType)
    {
        if (contentType is null) return true;
        var end = contentType.IndexOf(';', StringComparison.Ordinal);
        var type = contentType.AsSpan(0, end < 0 ? contentType.Length : end).TrimEnd();
        return type.EndsWith("/json", StringComparison.OrdinalIgnoreCase) || type.EndsWith("+json", StringComparison.OrdinalIgnoreCase);
    }
}
