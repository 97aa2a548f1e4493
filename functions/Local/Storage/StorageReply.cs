using System.Buffers;
using System.Buffers.Binary;
using System.Text.Json;
using Microsoft.AspNetCore.Http;

namespace Landfall.Local.Storage;

/// <summary>Answers in Google's JSON.</summary>
internal static class StorageReply
{
    public static async Task WriteAsync(HttpContext context, int status, Action<Utf8JsonWriter> body)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer)) body(json);
        context.Response.StatusCode = status;
        context.Response.ContentType = "application/json; charset=UTF-8";
        context.Response.ContentLength = buffer.WrittenCount;
        await context.Response.Body.WriteAsync(buffer.WrittenMemory, context.RequestAborted);
    }

    public static Task WriteAsync(StorageRequest request, ObjectResource version) => WriteAsync(request.Context, 200, json => Object(json, version, request.Root));

    public static Task WriteAsync(HttpContext context, StorageException fault) => WriteAsync(context, fault.Status, json =>
    {
        json.WriteStartObject();
        json.WriteStartObject("error");
        json.WriteNumber("code", fault.Status);
        json.WriteString("message", fault.Message);
        json.WriteStartArray("errors");
        json.WriteStartObject();
        json.WriteString("message", fault.Message);
        json.WriteString("domain", "global");
        json.WriteString("reason", fault.Reason);
        json.WriteEndObject();
        json.WriteEndArray();
        json.WriteEndObject();
        json.WriteEndObject();
    });

    /// <summary>An object resource, as the API and the bucket notifications say it.</summary>
    /// <param name="json">Where to.</param>
    /// <param name="version">Which.</param>
    /// <param name="root">The server's address, for the links.</param>
    public static void Object(Utf8JsonWriter json, ObjectResource version, string root)
    {
        var path = $"/storage/v1/b/{version.Bucket}/o/{Uri.EscapeDataString(version.Name)}";
        json.WriteStartObject();
        json.WriteString("kind", "storage#object");
        json.WriteString("id", $"{version.Bucket}/{version.Name}/{version.Generation}");
        json.WriteString("selfLink", root + path);
        json.WriteString("mediaLink", $"{root}/download{path}?generation={version.Generation}&alt=media");
        json.WriteString("name", version.Name);
        json.WriteString("bucket", version.Bucket);
        json.WriteString("generation", $"{version.Generation}");
        json.WriteString("metageneration", "1");
        json.WriteString("contentType", version.ContentType);
        if (version.ContentEncoding is { } encoding) json.WriteString("contentEncoding", encoding);
        json.WriteString("storageClass", "STANDARD");
        json.WriteString("size", $"{version.Size}");
        json.WriteString("md5Hash", version.Md5Hash);
        json.WriteString("crc32c", version.Crc32c);
        json.WriteString("etag", ETag(version));
        json.WriteString("timeCreated", Time(version.TimeCreated));
        json.WriteString("updated", Time(version.TimeCreated));
        json.WriteString("timeStorageClassUpdated", Time(version.TimeCreated));
        if (version.TimeDeleted is { } deleted) json.WriteString("timeDeleted", Time(deleted));
        if (version.Metadata is { } metadata)
        {
            json.WritePropertyName("metadata");
            json.WriteRawValue(metadata);
        }
        json.WriteEndObject();
    }

    public static void Bucket(Utf8JsonWriter json, BucketResource bucket, string root)
    {
        json.WriteStartObject();
        json.WriteString("kind", "storage#bucket");
        json.WriteString("id", bucket.Name);
        json.WriteString("selfLink", $"{root}/storage/v1/b/{bucket.Name}");
        json.WriteString("name", bucket.Name);
        json.WriteString("projectNumber", "1");
        json.WriteString("metageneration", "1");
        json.WriteString("location", "US");
        json.WriteString("locationType", "multi-region");
        json.WriteString("storageClass", "STANDARD");
        json.WriteString("etag", "CAE=");
        json.WriteString("timeCreated", Time(bucket.TimeCreated));
        json.WriteString("updated", Time(bucket.TimeCreated));
        json.WriteStartObject("versioning");
        json.WriteBoolean("enabled", true);
        json.WriteEndObject();
        json.WriteEndObject();
    }

    public static string ETag(ObjectResource version)
    {
        Span<byte> bytes = stackalloc byte[8];
        BinaryPrimitives.WriteInt64BigEndian(bytes, version.Generation);
        return Convert.ToBase64String(bytes);
    }

    private static string Time(DateTimeOffset time) => time.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'");
}
