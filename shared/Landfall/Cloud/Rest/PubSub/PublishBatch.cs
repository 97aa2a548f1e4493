using System.Buffers;
using System.Text.Json;

namespace Landfall.Cloud;

/// <summary>The body of one publish request, as it grows.</summary>
internal sealed class PublishBatch : IDisposable
{
    private ArrayBufferWriter<byte> _body = new();
    private Utf8JsonWriter? _json;

    public int Count { get; private set; }

    /// <returns>False when the request is full, or the message is longer than one may be.</returns>
    /// <exception cref="ArgumentException">The message is empty.</exception>
    public bool TryAdd(Publication message)
    {
        PublishLimits.Check(message);
        if (Count == PublishLimits.MaxMessages || Length + PublishLimits.Size(message) > PublishLimits.MaxBytes) return false;
        if (_json is null)
        {
            _json = new Utf8JsonWriter(_body);
            _json.WriteStartObject();
            _json.WriteStartArray("messages");
        }
        _json.WriteStartObject();
        _json.WriteBase64String("data", message.Data.Span);
        _json.WriteStartObject("attributes");
        foreach (var (name, value) in message.Attributes) _json.WriteString(name, value);
        _json.WriteEndObject();
        _json.WriteEndObject();
        Count++;
        return true;
    }

    /// <summary>The body, after which the batch is empty.</summary>
    public ReadOnlyMemory<byte> Take()
    {
        _json!.WriteEndArray();
        _json.WriteEndObject();
        _json.Dispose();
        var body = _body.WrittenMemory;
        (_json, _body, Count) = (null, new(), 0);
        return body;
    }

    public void Dispose() => _json?.Dispose();

    private long Length => _json is null ? 0 : _json.BytesCommitted + _json.BytesPending;
}
