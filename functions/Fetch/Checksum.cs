namespace Landfall.Functions;

/// <summary>The MD5 that a server says its file has.</summary>
internal static class Checksum
{
    /// <returns>In base 64; null when the server does not say.</returns>
    public static string? Of(HttpResponseMessage response)
    {
        if (response.Content.Headers.ContentMD5 is { } md5) return Convert.ToBase64String(md5);
        return Google(response) ?? Amazon(response);
    }

    // https://cloud.google.com/storage/docs/xml-api/reference-headers#xgooghash: of the bytes as stored, which are not those sent where Google unpacks them.
    private static string? Google(HttpResponseMessage response)
    {
        var sent = response.Content.Headers.ContentEncoding.LastOrDefault() ?? "identity";
        if (Value(response, "x-goog-stored-content-encoding") is { } stored && stored != sent) return null;
        return Value(response, "x-goog-hash")?.Split(',', StringSplitOptions.TrimEntries).FirstOrDefault(hash => hash.StartsWith("md5=", StringComparison.Ordinal))?["md5=".Length..];
    }

    // https://docs.aws.amazon.com/AmazonS3/latest/API/API_Object.html: the ETag is the MD5 of what came up in one part, in plain text or encrypted by S3's own keys.
    private static string? Amazon(HttpResponseMessage response)
    {
        if (Value(response, "x-amz-request-id") is null || Value(response, "x-amz-server-side-encryption") is not (null or "AES256")
            || Value(response, "x-amz-server-side-encryption-customer-algorithm") is not null) return null;
        var tag = response.Headers.ETag is { IsWeak: false, Tag: { } quoted } ? quoted.Trim('"') : "";
        return tag.Length == 32 && tag.All(char.IsAsciiHexDigit) ? Convert.ToBase64String(Convert.FromHexString(tag)) : null;
    }

    private static string? Value(HttpResponseMessage response, string name) => response.Headers.NonValidated.TryGetValues(name, out var values) ? values.ToString() : null;
}
