using System.Text.Json;
using Landfall.Events;
using Microsoft.AspNetCore.Http;

namespace Landfall.Local.Storage;

/// <summary>The JSON that comes with an upload, and the query parameters that say the same.</summary>
internal static class UploadMetadata
{
    /// <summary>An empty body counts as an empty object.</summary>
    /// <exception cref="StorageException">It is no JSON object.</exception>
    public static async Task<JsonDocument> ParseAsync(HttpRequest request, CancellationToken cancellationToken) => Parse(await WholeBody.ReadAsync(request, JsonBody.Small, cancellationToken));

    /// <inheritdoc cref="ParseAsync"/>
    public static JsonDocument Parse(ReadOnlyMemory<byte> json)
    {
        try
        {
            if (!json.IsEmpty) JsonBody.Check(json.Span);
            var document = JsonDocument.Parse(json.IsEmpty ? "{}"u8.ToArray() : json);
            return document.RootElement.ValueKind == JsonValueKind.Object ? document : throw StorageException.Invalid("Expected a JSON object.");
        }
        catch (JsonException e)
        {
            throw new StorageException(400, "parseError", $"Parse Error: {e.Message}");
        }
    }

    public static string? Text(JsonDocument document, string member) =>
        document.RootElement.TryGetProperty(member, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;

    public static (string Name, PutOptions Options) Read(StorageRequest request, JsonDocument metadata, string? contentType)
    {
        var name = Text(metadata, "name") ?? request.Text("name") ?? "";
        StorageNames.RequireObject(name);
        return (name, new PutOptions(
            Text(metadata, "contentType") ?? contentType ?? "application/octet-stream",
            Text(metadata, "contentEncoding") ?? request.Text("contentEncoding"),
            metadata.RootElement.TryGetProperty("metadata", out var custom) && custom.ValueKind == JsonValueKind.Object ? custom.GetRawText() : null,
            Text(metadata, "md5Hash"), Text(metadata, "crc32c"), request.Preconditions));
    }
}
