namespace Landfall.Events;

/// <summary>What a Cloud Storage event says of an object version: the members of <c>google.events.cloud.storage.v1.StorageObjectData</c> that are used.</summary>
public sealed record StorageObjectData
{
    public required string Bucket { get; init; }

    public required string Name { get; init; }

    public required long Generation { get; init; }

    /// <summary>Null when the sender left it out; then the object's metadata is asked.</summary>
    public DateTimeOffset? TimeCreated { get; init; }

    /// <summary>Bytes as stored; null when the sender left it out.</summary>
    public long? Size { get; init; }

    public string? Md5Hash { get; init; }
}
