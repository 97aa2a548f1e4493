using System.Security.Cryptography;
using System.Text;
using Landfall.Cloud;

namespace Landfall.Functions;

/// <summary>What a fetched object knows of where it came from: enough to ask whether that has changed.</summary>
/// <param name="Url">SHA-256 of the URL, which itself may hold what is nobody's business; a validator means nothing at another.</param>
/// <param name="ETag">As the server wrote it, or null.</param>
/// <param name="LastModified">As the server wrote it, or null.</param>
internal sealed record FetchNotes(string Url, string? ETag, string? LastModified)
{
    private const string UrlKey = "landfall-fetch-url", ETagKey = "landfall-fetch-etag", LastModifiedKey = "landfall-fetch-last-modified";

    /// <summary>An object's metadata has 8 KiB in all.</summary>
    private const int MaxLength = 1024;

    /// <returns>Null when the object was not fetched from there, or when its server said nothing to ask by.</returns>
    public static FetchNotes? Of(StoredObject? live, Uri url)
    {
        if (live?.Metadata is not { } metadata || metadata.GetValueOrDefault(UrlKey) != Hash(url)) return null;
        var (etag, lastModified) = (metadata.GetValueOrDefault(ETagKey), metadata.GetValueOrDefault(LastModifiedKey));
        return etag is null && lastModified is null ? null : new(Hash(url), etag, lastModified);
    }

    public static FetchNotes Of(HttpResponseMessage response, Uri url) => new(
        Hash(url), Short(response.Headers.NonValidated.TryGetValues("ETag", out var etag) ? etag.ToString() : null),
        Short(response.Content.Headers.NonValidated.TryGetValues("Last-Modified", out var modified) ? modified.ToString() : null));

    public Dictionary<string, string> ToMetadata()
    {
        var metadata = new Dictionary<string, string> { [UrlKey] = Url };
        if (ETag is not null) metadata[ETagKey] = ETag;
        if (LastModified is not null) metadata[LastModifiedKey] = LastModified;
        return metadata;
    }

    private static string? Short(string? text) => text is { Length: > 0 and <= MaxLength } ? text : null;

    private static string Hash(Uri url) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(url.AbsoluteUri)));
}
