using Microsoft.AspNetCore.Http;

namespace Landfall.Events;

/// <summary>CloudEvents' binary mode: attributes in <c>ce-</c> headers, the data is the body (HTTP protocol binding 1.0.2, section 3.1).</summary>
internal static class BinaryEvent
{
    public static bool IsOne(IHeaderDictionary headers) => headers.ContainsKey("ce-specversion");

    public static Delivery Read(IHeaderDictionary headers, ReadOnlyMemory<byte> body)
    {
        if (Required("specversion") is var version and not "1.0") throw StructuredEvent.UnknownVersion(version);
        var time = Attribute("time");
        DateTimeOffset? happened = null;
        if (time is not null)
        {
            happened = Rfc3339.TryParse(time, out var parsed)
                ? parsed
                : throw new BadEventException("The header 'ce-time' is no RFC 3339 timestamp, such as 2026-01-31T23:59:59Z.");
        }
        var cloudEvent = new CloudEvent(Required("id"), Required("source"), Required("type"), Attribute("subject"), happened)
        {
            TraceParent = Attribute("traceparent"),
        };
        return EventReader.Typed(cloudEvent, body);

        // Of a header that is repeated, the first counts.
        string? Attribute(string name) => headers[$"ce-{name}"] is [{ } value, ..] ? HeaderValue.Decode(value, $"ce-{name}") : null;

        string Required(string name) => Attribute(name) is { Length: > 0 } value
            ? value
            : throw new BadEventException($"The CloudEvent has no header 'ce-{name}'; expected ce-id, ce-source, ce-specversion and ce-type.");
    }
}
