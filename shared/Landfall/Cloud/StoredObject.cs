using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace Landfall.Cloud;

/// <summary>One object version: what Landfall calls a source. Generations have no order; <see cref="TimeCreated"/> has.</summary>
/// <param name="Bucket">The bucket's full name.</param>
/// <param name="Name">The object's name, up to 1,024 bytes of UTF-8.</param>
/// <param name="Generation">Identifies the version.</param>
/// <param name="TimeCreated">When this version came into being, to the millisecond.</param>
/// <param name="Size">Bytes as stored.</param>
public sealed record StoredObject(string Bucket, string Name, long Generation, DateTimeOffset TimeCreated, long Size)
{
    /// <summary>The MD5 of the content as stored, in base 64; null for composed objects.</summary>
    public string? Md5Hash { get; init; }

    /// <summary>As the writer declared it, or null.</summary>
    public string? ContentType { get; init; }

    /// <summary>As the writer declared it: <c>gzip</c> for content that is stored compressed; else null. Content is always read as stored.</summary>
    public string? ContentEncoding { get; init; }

    /// <summary>What its writer noted on it (custom metadata); null for nothing.</summary>
    public IReadOnlyDictionary<string, string>? Metadata { get; init; }

    /// <summary><c>bucket/name#generation</c>: what all deliveries of one version share. Never an event's id.</summary>
    public string Identity => $"{Bucket}/{Name}#{Generation}";

    /// <summary>63 bits of the SHA-256 of <see cref="Identity"/>: the <c>_landing_id</c> of the version's rows.</summary>
    public long LandingId => BinaryPrimitives.ReadInt64BigEndian(SHA256.HashData(Encoding.UTF8.GetBytes(Identity))) & long.MaxValue;

    /// <summary>What another version is called beside this one: by its generation alone if it is the same object.</summary>
    public string NameOf(StoredObject other) => other.Bucket == Bucket && other.Name == Name ? $"generation {other.Generation}" : other.Identity;

    public override string ToString() => Identity;
}
