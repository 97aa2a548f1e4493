using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;

namespace Landfall.Reconciling;

[JsonSerializable(typeof(AlertFile))]
[JsonSerializable(typeof(BookmarkFile))]
internal sealed partial class ReconcileJson : JsonSerializerContext
{
    private static readonly Lazy<ReconcileJson> Readable = new(() => new(new JsonSerializerOptions
    {
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        WriteIndented = true,
        // For people's eyes, as receipts are.
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    }));

    public static byte[] Write(AlertFile alert) => JsonSerializer.SerializeToUtf8Bytes(alert, Readable.Value.AlertFile);

    public static byte[] Write(BookmarkFile mark) => JsonSerializer.SerializeToUtf8Bytes(mark, Readable.Value.BookmarkFile);

    /// <returns>Null for what is none.</returns>
    public static BookmarkFile? ReadBookmark(ReadOnlySpan<byte> json) => Read(json, Readable.Value.BookmarkFile);

    /// <inheritdoc cref="ReadBookmark"/>
    public static AlertFile? ReadAlert(ReadOnlySpan<byte> json) => Read(json, Readable.Value.AlertFile);

    private static T? Read<T>(ReadOnlySpan<byte> json, JsonTypeInfo<T> type)
        where T : class
    {
        try
        {
            return JsonSerializer.Deserialize(json, type);
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
