namespace Landfall.Events;

/// <summary>
/// A storage object's resource in JSON: the data of Eventarc's storage events and of Cloud Storage's notifications. The object's name is taken from
/// here and never from <c>ce-subject</c>, which some senders write with and some without <c>objects/</c>.
/// </summary>
internal static class StorageResource
{
    /// <summary>A bare resource, as the JSON API answers <c>objects.get</c>: presented as the event of its coming into being.</summary>
    public static Delivery Read(Members members)
    {
        var data = Data(members);
        var identity = $"{data.Bucket}/{data.Name}#{data.Generation}";
        return new(new(identity, Source(data), EventTypes.ObjectFinalized, Subject(data), data.TimeCreated), data);
    }

    public static StorageObjectData Data(Members members) => new()
    {
        Bucket = members.RequiredText("bucket"),
        Name = members.RequiredText("name"),
        Generation = members.Int64("generation") is { } generation and > 0
            ? generation
            : throw new BadEventException("The storage object has no 'generation' above 0; expected the version's number."),
        TimeCreated = members.Time("timeCreated"),
        Size = members.Int64("size"),
        Md5Hash = members.Text("md5Hash"),
    };

    public static string Source(StorageObjectData data) => $"//storage.googleapis.com/projects/_/buckets/{data.Bucket}";

    public static string Subject(StorageObjectData data) => $"objects/{data.Name}";
}
