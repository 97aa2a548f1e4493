namespace Landfall.Events;

/// <summary>
/// A Cloud Storage notification inside a Pub/Sub message (https://cloud.google.com/storage/docs/pubsub-notifications), presented as the storage
/// event it tells of. The object stands in the payload (<c>JSON_API_V1</c>) and, shorter, in the attributes (all there is under <c>NONE</c>).
/// </summary>
internal static class StorageNotification
{
    /// <returns>Null for a message that is no storage notification.</returns>
    public static Delivery? TryRead(CloudEvent cloudEvent, PubSubMessage message)
    {
        var attributes = message.Attributes;
        if (!attributes.TryGetValue("eventType", out var eventType) || !attributes.ContainsKey("bucketId")) return null;
        var type = eventType switch
        {
            "OBJECT_FINALIZE" => EventTypes.ObjectFinalized,
            "OBJECT_DELETE" => EventTypes.StoragePrefix + "deleted",
            "OBJECT_ARCHIVE" => EventTypes.StoragePrefix + "archived",
            "OBJECT_METADATA_UPDATE" => EventTypes.StoragePrefix + "metadataUpdated",
            _ => null,
        };
        if (type is null) return null;
        var data = message.Data.IsEmpty ? FromAttributes(attributes) : StorageResource.Data(Members.Parse(message.Data, "The storage object"));
        DateTimeOffset? time = attributes.TryGetValue("eventTime", out var text) && Rfc3339.TryParse(text, out var parsed) ? parsed : cloudEvent.Time;
        cloudEvent = cloudEvent with { Type = type, Source = StorageResource.Source(data), Subject = StorageResource.Subject(data), Time = time };
        return new(cloudEvent, data);
    }

    private static StorageObjectData FromAttributes(IReadOnlyDictionary<string, string> attributes)
    {
        // No timeCreated: the eventTime is close to it but not it, and sources are ordered by it.
        var text = attributes.GetValueOrDefault("objectGeneration");
        return new()
        {
            Bucket = attributes["bucketId"] is { Length: > 0 } bucket ? bucket : throw Missing("bucketId"),
            Name = attributes.GetValueOrDefault("objectId") is { Length: > 0 } name ? name : throw Missing("objectId"),
            Generation = long.TryParse(text, out var generation) && generation > 0 ? generation : throw Missing("objectGeneration"),
        };

        static BadEventException Missing(string attribute) =>
            new($"The storage notification's attribute '{attribute}' is missing or unreadable; expected bucketId, objectId and objectGeneration.");
    }
}
