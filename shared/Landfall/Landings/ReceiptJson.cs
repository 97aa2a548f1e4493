using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Landfall.Landings;

[JsonSerializable(typeof(Receipt))]
internal sealed partial class ReceiptJson : JsonSerializerContext
{
    private static readonly Lazy<ReceiptJson> Readable = new(() => new(new JsonSerializerOptions
    {
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        WriteIndented = true,
        // For people's eyes: a plus is a plus. No receipt is put into a page unescaped.
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    }));

    public static byte[] Write(Receipt receipt) => JsonSerializer.SerializeToUtf8Bytes(receipt, Readable.Value.Receipt);

    /// <exception cref="RetryException">It is no receipt.</exception>
    public static async Task<Receipt> ReadAsync(Stream json, CancellationToken cancellationToken)
    {
        try
        {
            return await JsonSerializer.DeserializeAsync(json, Readable.Value.Receipt, cancellationToken).ConfigureAwait(false) ?? throw new JsonException("null");
        }
        catch (JsonException e)
        {
            throw new RetryException($"the receipt can not be read{Cloud.JsonFault.Place(e)}", "perhaps a newer version of Landfall has written it", e);
        }
    }
}
