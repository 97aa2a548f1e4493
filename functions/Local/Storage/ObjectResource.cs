namespace Landfall.Local.Storage;

/// <summary>One object version as the store keeps it. Metadata never changes after the version came into being: its metageneration is always 1.</summary>
/// <param name="Bucket">The bucket's name.</param>
/// <param name="Name">The object's name, up to 1,024 bytes of UTF-8.</param>
/// <param name="Generation">From one counter for all buckets, which only grows.</param>
/// <param name="TimeCreated">To the millisecond; strictly increasing within a bucket.</param>
/// <param name="Size">Bytes.</param>
public sealed record ObjectResource(string Bucket, string Name, long Generation, DateTimeOffset TimeCreated, long Size)
{
    /// <summary>In base 64, as Google's JSON says it.</summary>
    public required string Md5Hash { get; init; }

    /// <summary>CRC32C, big-endian, in base 64.</summary>
    public required string Crc32c { get; init; }

    public required string ContentType { get; init; }

    public string? ContentEncoding { get; init; }

    /// <summary>The custom metadata as a JSON object, or null.</summary>
    public string? Metadata { get; init; }

    /// <summary>When it was overwritten or deleted; null while it is the live version.</summary>
    public DateTimeOffset? TimeDeleted { get; init; }
}
