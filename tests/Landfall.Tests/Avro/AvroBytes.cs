using System.IO.Compression;
using System.Text;
using Landfall.Rows;

namespace Landfall.Tests.Avro;

/// <summary>Files byte by byte, right or wrong, and what a landing would read in them.</summary>
internal static class AvroBytes
{
    public static byte[] Sync { get; } = [.. Enumerable.Range(0, 16).Select(i => (byte)i)];

    /// <summary>A whole file.</summary>
    public static byte[] File(string schema, string? codec, params (long Records, byte[] Stored)[] blocks) =>
        [.. Header(schema, codec), .. blocks.SelectMany(b => Block(b.Records, b.Stored))];

    public static byte[] Header(string schema, string? codec) => Header(Encoding.UTF8.GetBytes(schema), codec);

    public static byte[] Header(byte[] schema, string? codec) =>
    [
        .. "Obj\u0001"u8, .. Long(codec is null ? 1 : 2), .. Text("avro.schema"), .. Long(schema.Length), .. schema,
        .. codec is null ? [] : (byte[])[.. Text("avro.codec"), .. Text(codec)], .. Long(0), .. Sync,
    ];

    public static byte[] Block(long records, byte[] stored) => [.. Long(records), .. Long(stored.Length), .. stored, .. Sync];

    public static byte[] Long(long value)
    {
        var bytes = new List<byte>();
        for (var code = (ulong)((value << 1) ^ (value >> 63)); ; code >>= 7)
        {
            bytes.Add((byte)(code < 0x80 ? code : code | 0x80));
            if (code < 0x80) return [.. bytes];
        }
    }

    public static byte[] Text(string text) => [.. Long(Encoding.UTF8.GetByteCount(text)), .. Encoding.UTF8.GetBytes(text)];

    public static byte[] Deflate(ReadOnlySpan<byte> bytes)
    {
        var packed = new MemoryStream();
        using (var deflater = new DeflateStream(packed, CompressionLevel.Optimal, leaveOpen: true)) deflater.Write(bytes);
        return packed.ToArray();
    }

    public static string Record(string fields) => $$"""{"type":"record","name":"r","fields":[{{fields}}]}""";

    /// <summary>A record of one field, <c>f</c>.</summary>
    public static string Single(string type) => Record($$"""{"name":"f","type":{{type}} }""");

    /// <summary>The header and all cells, and each row's text for the quarantine.</summary>
    public static async Task<(IReadOnlyList<string> Header, List<string[]> Rows, List<string> Raw)> ReadAsync(Stream file, params string[]? wanted)
    {
        await using var reader = new AvroRowReader(file, wanted is { Length: > 0 } ? wanted : null);
        var header = await reader.ReadHeaderAsync(default);
        var (rows, raw) = (new List<string[]>(), new List<string>());
        while (await reader.ReadAsync(default))
        {
            if (reader.Line != rows.Count + 1) throw new InvalidOperationException($"record {rows.Count + 1} says it is {reader.Line}");
            rows.Add([.. Enumerable.Range(0, reader.Count).Select(i => Encoding.UTF8.GetString(reader.Cell(i)))]);
            raw.Add(Encoding.UTF8.GetString(reader.Raw));
        }
        return (header!, rows, raw);
    }

    /// <summary>The cells of the single field <c>f</c>.</summary>
    public static async Task<string[]> CellsAsync(string type, params byte[][] values)
    {
        byte[] block = [.. values.SelectMany(v => v)];
        return [.. (await ReadAsync(new MemoryStream(File(Single(type), null, (values.Length, block))))).Rows.Select(r => r[0])];
    }
}
