namespace Landfall.Events;

/// <summary>
/// The attributes of an event, whichever way it came: CloudEvents 1.0 over HTTP (binary or structured), a Cloud Storage notification or any other
/// message through Pub/Sub push, a Cloud Scheduler tick. Its data is handed to the function beside it, typed.
/// </summary>
/// <param name="Id">The sender's id. A redelivery may reuse it or not: it identifies no work.</param>
/// <param name="Source">CloudEvents <c>source</c>.</param>
/// <param name="Type">CloudEvents <c>type</c>: one of <see cref="EventTypes"/> for those Landfall acts on.</param>
/// <param name="Subject">CloudEvents <c>subject</c>, or null.</param>
/// <param name="Time">When it happened, or null when the sender does not say.</param>
public sealed record CloudEvent(string Id, string Source, string Type, string? Subject, DateTimeOffset? Time)
{
    /// <summary>The W3C <c>traceparent</c> of the sender, or null.</summary>
    public string? TraceParent { get; init; }

    /// <summary>Pub/Sub's count of deliveries of this message, 1 for the first; null when no dead-letter policy is set.</summary>
    public int? DeliveryAttempt { get; init; }
}
