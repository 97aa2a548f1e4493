namespace Landfall.Cloud;

/// <summary>The shapes of Cloud Storage's answers.</summary>
internal static class StorageReplies
{
    internal sealed record StorageObject(
        string Bucket, string Name, long Generation, DateTimeOffset TimeCreated, long Size,
        string? Md5Hash, string? ContentType, string? ContentEncoding, Dictionary<string, string>? Metadata)
    {
        public StoredObject ToStored() =>
            new(Bucket, Name, Generation, TimeCreated, Size) { Md5Hash = Md5Hash, ContentType = ContentType, ContentEncoding = ContentEncoding, Metadata = Metadata };
    }

    /// <summary>What is sent with the content of a new object.</summary>
    internal sealed record Notes(IReadOnlyDictionary<string, string> Metadata);

    /// <summary>What objects are composed of, and what becomes of them.</summary>
    internal sealed record Composition(IReadOnlyList<Component> SourceObjects, Destination Destination);

    internal sealed record Component(string Name, string Generation);

    internal sealed record Destination(string ContentType);

    internal sealed record Page(StorageObject[]? Items, string? NextPageToken);

    internal sealed record Rewrite(bool Done, string? RewriteToken, StorageObject? Resource);

    internal sealed record Failure(Error? Error);

    internal sealed record Error(string? Message, Detail[]? Errors);

    internal sealed record Detail(string? Reason);
}
