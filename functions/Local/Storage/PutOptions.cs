namespace Landfall.Local.Storage;

/// <summary>What an upload says besides its content.</summary>
/// <param name="ContentType">Its media type.</param>
/// <param name="ContentEncoding"><c>gzip</c>, or null.</param>
/// <param name="Metadata">The custom metadata as a JSON object, or null.</param>
/// <param name="Md5Hash">When given, content with another MD5 (base 64) is refused.</param>
/// <param name="Crc32c">When given, content with another CRC32C (base 64) is refused.</param>
/// <param name="Preconditions">What must hold of the live version; null: nothing.</param>
public sealed record PutOptions(
    string ContentType = "application/octet-stream", string? ContentEncoding = null, string? Metadata = null,
    string? Md5Hash = null, string? Crc32c = null, Preconditions? Preconditions = null);
