using System.Text.Json;
using Microsoft.AspNetCore.Http;

namespace Landfall.Events;

/// <summary>
/// Reads an event, whichever way it came. The headers are asked first (CloudEvents, Cloud Scheduler); a body that no header explains explains
/// itself: a Pub/Sub push envelope, a CloudEvent in JSON, or a storage object's bare resource.
/// </summary>
public static class EventReader
{
    /// <summary>The longest body, in bytes: the largest message of Pub/Sub's, 10 MB, in base 64 and with its attributes (https://cloud.google.com/pubsub/quotas#resource_limits).</summary>
    public const int MaxBytes = 14_000_000;

    private const string Expected =
        "expected a CloudEvent (1.0, binary or structured), a Pub/Sub push, a Cloud Scheduler tick, or a storage object's resource in JSON";

    /// <exception cref="BadEventException">Whatever the bytes are, nothing else is thrown for them.</exception>
    public static async Task<Delivery> ReadAsync(HttpRequest request, CancellationToken cancellationToken)
    {
        var body = await BodyAsync(request, cancellationToken);
        var delivery = Guarded(() => FromRequest(request, body));
        // The innermost trace is the sender's own; the request's header may be a proxy's.
        return delivery.Event.TraceParent is null && request.Headers.TraceParent.ToString() is { Length: > 0 } trace
            ? delivery with { Event = delivery.Event with { TraceParent = trace } }
            : delivery;
    }

    /// <summary>Reads an event from a file: a structured CloudEvent, a Pub/Sub push envelope, or a storage object's bare resource, in JSON.</summary>
    /// <exception cref="BadEventException">Whatever the bytes are, nothing else is thrown.</exception>
    public static Delivery Read(ReadOnlyMemory<byte> bytes) => Guarded(() => FromBody(bytes));

    private static Delivery FromRequest(HttpRequest request, ReadOnlyMemory<byte> body)
    {
        var contentType = request.ContentType ?? "";
        if (contentType.StartsWith("application/cloudevents-batch", StringComparison.OrdinalIgnoreCase))
            throw new BadEventException("The request is a batch of CloudEvents; expected one event a request, in binary or structured mode.");
        if (contentType.StartsWith("application/cloudevents", StringComparison.OrdinalIgnoreCase))
        {
            return contentType.StartsWith("application/cloudevents+json", StringComparison.OrdinalIgnoreCase)
                ? StructuredEvent.Read(Members.Parse(body, "The CloudEvent"))
                : throw new BadEventException("The CloudEvent is in a format that is not read; expected application/cloudevents+json.");
        }
        if (BinaryEvent.IsOne(request.Headers)) return BinaryEvent.Read(request.Headers, body);
        return Tick.IsOne(request.Headers) ? Tick.Read(request.Headers, request.Query) : FromBody(body);
    }

    private static Delivery FromBody(ReadOnlyMemory<byte> body)
    {
        var members = Members.Parse(body, "The event", Expected);
        if (members.Has("specversion")) return StructuredEvent.Read(members);
        if (members.Has("message")) return PubSubPush.Read(members);
        if (members.Has("bucket") && members.Has("generation")) return StorageResource.Read(members);
        throw new BadEventException($"The event's JSON is nothing known; {Expected}.");
    }

    /// <summary>What an event's data is, by its type.</summary>
    internal static Delivery Typed(CloudEvent cloudEvent, ReadOnlyMemory<byte> data) =>
        cloudEvent.Type switch
        {
            EventTypes.MessagePublished => PubSubPush.Read(cloudEvent, Members.Parse(data, "The event's data")),
            EventTypes.SchedulerTick => new(cloudEvent, Tick.Read(Members.Parse(data, "The tick"))),
            _ when cloudEvent.Type.StartsWith(EventTypes.StoragePrefix, StringComparison.Ordinal) =>
                new(cloudEvent, StorageResource.Data(Members.Parse(data, "The storage object"))),
            _ => new(cloudEvent, null),
        };

    private static Delivery Guarded(Func<Delivery> read)
    {
        try
        {
            return read();
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or FormatException)
        {
            // JsonElement tells a lone surrogate in a string only when the string is asked for, as an InvalidOperationException.
            throw new BadEventException($"The event is not valid JSON in UTF-8; {Expected}.", inner: e);
        }
    }

    private static async Task<ReadOnlyMemory<byte>> BodyAsync(HttpRequest request, CancellationToken cancellationToken)
    {
        try
        {
            return await WholeBody.ReadAsync(request, MaxBytes, cancellationToken);
        }
        catch (BadHttpRequestException e)
        {
            throw new BadEventException(
                e.StatusCode == StatusCodes.Status413PayloadTooLarge ? $"The body is longer than {MaxBytes} bytes, the most an event may have." : $"The request can not be read: {e.Message}", e.StatusCode, e);
        }
        catch (IOException e)
        {
            throw new BadEventException("The request ended before its body did.", inner: e);
        }
    }
}
