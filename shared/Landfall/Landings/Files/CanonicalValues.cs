using System.Buffers;
using System.Buffers.Binary;
using System.Text.Json;

namespace Landfall.Landings.Files;

/// <summary>The values of one row as bytes that are equal exactly where Postgres takes the values for equal: <c>1.0</c> and <c>1.00</c>, <c>0</c> and <c>-0</c>, JSON objects in another order.</summary>
internal sealed class CanonicalValues
{
    private readonly ArrayBufferWriter<byte> _bytes = new(1024);

    public void Clear() => _bytes.ResetWrittenCount();

    public ReadOnlySpan<byte> Span((int From, int Length) cell) => _bytes.WrittenSpan.Slice(cell.From, cell.Length);

    /// <summary>NULL has no byte; every value has one.</summary>
    public static bool IsNull((int From, int Length) cell) => cell.Length == 0;

    public (int, int) Null() => (_bytes.WrittenCount, 0);

    public (int, int) Int64(long value)
    {
        Span<byte> bytes = stackalloc byte[8];
        BinaryPrimitives.WriteInt64LittleEndian(bytes, value);
        return Write(bytes);
    }

    public (int, int) Double(double value) => Int64(BitConverter.DoubleToInt64Bits(value == 0 ? 0 : value));

    public (int, int) Numeric(decimal value)
    {
        Span<int> bits = stackalloc int[4];
        decimal.GetBits(Shortest(value), bits);
        Span<byte> bytes = stackalloc byte[16];
        for (var i = 0; i < 4; i++) BinaryPrimitives.WriteInt32LittleEndian(bytes[(4 * i)..], bits[i]);
        return Write(bytes);
    }

    public (int, int) Utf8(ReadOnlySpan<byte> value)
    {
        var from = _bytes.WrittenCount;
        // An empty text is none, so that this tells the two apart.
        _bytes.Write([(byte)'"']);
        _bytes.Write(value);
        return (from, _bytes.WrittenCount - from);
    }

    public (int, int) Json(ReadOnlySpan<byte> value)
    {
        var from = _bytes.WrittenCount;
        var reader = new Utf8JsonReader(value, new JsonReaderOptions { MaxDepth = 1024 });
        using var json = JsonDocument.ParseValue(ref reader);
        CanonicalJson.Write(json.RootElement, _bytes);
        return (from, _bytes.WrittenCount - from);
    }

    /// <summary>Without zeros behind the last digit, and without a sign for zero.</summary>
    private static decimal Shortest(decimal value) => value == 0 ? 0 : value / 1.0000000000000000000000000000m;

    private (int, int) Write(ReadOnlySpan<byte> bytes)
    {
        var from = _bytes.WrittenCount;
        _bytes.Write(bytes);
        return (from, bytes.Length);
    }
}
