namespace Landfall.Events;

/// <summary>
/// The envelope in which Pub/Sub pushes a message, raw or as the data of Eventarc's <c>messagePublished</c>. Pub/Sub writes its own fields in two
/// spellings; the emulator leaves the publish time out.
/// </summary>
internal static class PubSubPush
{
    public static Delivery Read(Members envelope) => Read(null, envelope);

    /// <param name="cloudEvent">The event around the envelope; null for a raw push.</param>
    /// <param name="envelope">The envelope.</param>
    public static Delivery Read(CloudEvent? cloudEvent, Members envelope)
    {
        var fields = envelope.Object("message", "The Pub/Sub message");
        var attributes = fields.Texts("attributes");
        var message = new PubSubMessage(
            fields.Text("message_id") is { Length: > 0 } id ? id : fields.RequiredText("messageId"),
            fields.Base64("data"),
            attributes,
            fields.Time("publishTime") ?? fields.Time("publish_time"),
            envelope.Text("subscription") ?? "");
        var source = $"//pubsub.googleapis.com/{message.Subscription}";
        cloudEvent ??= new(message.MessageId, source, EventTypes.MessagePublished, Subject: null, message.PublishTime);
        cloudEvent = cloudEvent with
        {
            TraceParent = attributes.GetValueOrDefault("googclient_traceparent") ?? cloudEvent.TraceParent,
            DeliveryAttempt = envelope.Int64("deliveryAttempt") is { } attempt ? (int)Math.Clamp(attempt, 0, int.MaxValue) : null,
        };
        return StorageNotification.TryRead(cloudEvent, message) ?? new(cloudEvent, message);
    }
}
