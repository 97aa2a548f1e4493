using System.Buffers.Binary;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;

namespace Landfall.Local.Storage;

/// <summary>Answers in Google's JSON. Its 64-bit numbers stand in strings.</summary>
internal static class StorageReply
{
    public static async Task WriteAsync(HttpContext context, JsonObject body, int status = 200)
    {
        context.Response.StatusCode = status;
        context.Response.ContentType = "application/json; charset=UTF-8";
        await context.Response.WriteAsync(body.ToJsonString(), context.RequestAborted);
    }

    public static Task WriteAsync(StorageRequest request, ObjectResource version) => WriteAsync(request.Context, Object(version, request.Root));

    public static Task WriteAsync(HttpContext context, StorageException fault) => WriteAsync(context, new JsonObject
    {
        ["error"] = new JsonObject
        {
            ["code"] = fault.Status,
            ["message"] = fault.Message,
            ["errors"] = new JsonArray(new JsonObject { ["message"] = fault.Message, ["domain"] = "global", ["reason"] = fault.Reason }),
        },
    }, fault.Status);

    /// <summary>An object resource, as the API and the bucket notifications say it.</summary>
    /// <param name="version">Which.</param>
    /// <param name="root">The server's address, for the links.</param>
    public static JsonObject Object(ObjectResource version, string root)
    {
        var path = $"/storage/v1/b/{version.Bucket}/o/{Uri.EscapeDataString(version.Name)}";
        var json = new JsonObject
        {
            ["kind"] = "storage#object",
            ["id"] = $"{version.Bucket}/{version.Name}/{version.Generation}",
            ["selfLink"] = root + path,
            ["mediaLink"] = $"{root}/download{path}?generation={version.Generation}&alt=media",
            ["name"] = version.Name,
            ["bucket"] = version.Bucket,
            ["generation"] = $"{version.Generation}",
            ["metageneration"] = "1",
            ["contentType"] = version.ContentType,
            ["storageClass"] = "STANDARD",
            ["size"] = $"{version.Size}",
            ["md5Hash"] = version.Md5Hash,
            ["crc32c"] = version.Crc32c,
            ["etag"] = ETag(version.Generation),
            ["timeCreated"] = Time(version.TimeCreated),
            ["updated"] = Time(version.TimeCreated),
            ["timeStorageClassUpdated"] = Time(version.TimeCreated),
        };
        if (version.ContentEncoding is { } encoding) json["contentEncoding"] = encoding;
        if (version.TimeDeleted is { } deleted) json["timeDeleted"] = Time(deleted);
        if (version.Metadata is { } metadata) json["metadata"] = JsonNode.Parse(metadata);
        return json;
    }

    public static JsonObject Bucket(BucketResource bucket, string root) => new()
    {
        ["kind"] = "storage#bucket",
        ["id"] = bucket.Name,
        ["selfLink"] = $"{root}/storage/v1/b/{bucket.Name}",
        ["name"] = bucket.Name,
        ["projectNumber"] = "1",
        ["metageneration"] = "1",
        ["location"] = "US",
        ["locationType"] = "multi-region",
        ["storageClass"] = "STANDARD",
        ["etag"] = ETag(1),
        ["timeCreated"] = Time(bucket.TimeCreated),
        ["updated"] = Time(bucket.TimeCreated),
        ["versioning"] = new JsonObject { ["enabled"] = true },
    };

    private static string ETag(long generation)
    {
        Span<byte> bytes = stackalloc byte[8];
        BinaryPrimitives.WriteInt64BigEndian(bytes, generation);
        return Convert.ToBase64String(bytes);
    }

    private static string Time(DateTimeOffset time) => time.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'");
}
