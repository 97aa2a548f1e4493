namespace Landfall.Local.Storage;

/// <summary>
/// One object version as the store keeps it. Metadata never changes after the version came into being: its metageneration is always 1.
/// </summary>
/// <param name="Bucket">The bucket's name.</param>
/// <param name="Name">The object's name, up to 1,024 bytes of UTF-8.</param>
/// <param name="Generation">From one counter for all buckets, which only grows.</param>
/// <param name="TimeCreated">To the millisecond; strictly increasing within a bucket.</param>
/// <param name="Size">Bytes.</param>
/// <param name="Md5Hash">In base 64, as Google's JSON says it.</param>
/// <param name="Crc32c">Big-endian, in base 64.</param>
/// <param name="ContentType">Its media type.</param>
/// <param name="ContentEncoding"><c>gzip</c>, or null.</param>
/// <param name="Metadata">The custom metadata as a JSON object, or null.</param>
/// <param name="TimeDeleted">When it was overwritten or deleted; null while it is the live version.</param>
public sealed record ObjectResource(
    string Bucket, string Name, long Generation, DateTimeOffset TimeCreated, long Size, string Md5Hash, string Crc32c,
    string ContentType, string? ContentEncoding, string? Metadata, DateTimeOffset? TimeDeleted);
