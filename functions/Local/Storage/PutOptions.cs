namespace Landfall.Local.Storage;

/// <summary>What an upload says besides its content.</summary>
public sealed record PutOptions
{
    public string ContentType { get; init; } = "application/octet-stream";

    public string? ContentEncoding { get; init; }

    /// <summary>The custom metadata as a JSON object, or null.</summary>
    public string? Metadata { get; init; }

    /// <summary>When given, content with another MD5 (base 64) is refused.</summary>
    public string? Md5Hash { get; init; }

    /// <summary>When given, content with another CRC32C (base 64) is refused.</summary>
    public string? Crc32c { get; init; }

    public Preconditions Preconditions { get; init; } = Preconditions.None;
}
