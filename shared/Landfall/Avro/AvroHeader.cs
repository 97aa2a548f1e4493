using System.Text;
using System.Text.Unicode;

namespace Landfall.Avro;

/// <summary>What stands before the first block (https://avro.apache.org/docs/1.12.0/specification/#object-container-files).</summary>
internal sealed record AvroHeader(AvroSchema Schema, AvroCodec Codec, IReadOnlyDictionary<string, ReadOnlyMemory<byte>> Metadata, byte[] Sync)
{
    public const string SchemaKey = "avro.schema";

    public const string CodecKey = "avro.codec";

    public const int SyncLength = 16;

    /// <summary>What an entry of the metadata costs of the header's limit besides its bytes, about as much as it takes in memory.</summary>
    private const int EntryBytes = 64;

    public static ReadOnlySpan<byte> Magic => "Obj\u0001"u8;

    public static async ValueTask<AvroHeader> ReadAsync(AvroInput input, CancellationToken cancellationToken)
    {
        var magic = new byte[Magic.Length];
        try
        {
            await input.ReadAsync(magic, cancellationToken).ConfigureAwait(false);
        }
        catch (RejectException e) when (e.Rule == "avro")
        {
            throw NotAvro();
        }
        if (!magic.AsSpan().SequenceEqual(Magic)) throw NotAvro();

        var metadata = await MetadataAsync(input, cancellationToken).ConfigureAwait(false);
        var sync = new byte[SyncLength];
        await input.ReadAsync(sync, cancellationToken).ConfigureAwait(false);
        if (!metadata.TryGetValue(SchemaKey, out var schema)) throw input.Fault($"there is no {SchemaKey} in it");
        return new(AvroSchema.Parse(schema), CodecOf(input, metadata), metadata, sync);

        static RejectException NotAvro() => new("the file is no Avro object container file: it does not begin with Obj and a byte of 1", "drop it in the format its contract names, or correct the contract", rule: "avro");
    }

    private static async ValueTask<Dictionary<string, ReadOnlyMemory<byte>>> MetadataAsync(AvroInput input, CancellationToken cancellationToken)
    {
        var metadata = new Dictionary<string, ReadOnlyMemory<byte>>(StringComparer.Ordinal);
        var room = AvroLimits.HeaderBytes;
        for (var count = await input.LongAsync(cancellationToken).ConfigureAwait(false); count != 0; count = await input.LongAsync(cancellationToken).ConfigureAwait(false))
        {
            // Behind a negative count stands the entries' size, for readers that pass over them. They are counted by their sign, because -long.MinValue is no number.
            if (count < 0) await input.LongAsync(cancellationToken).ConfigureAwait(false);
            for (; count != 0; count -= Math.Sign(count))
            {
                room -= EntryBytes;
                var key = await BytesAsync().ConfigureAwait(false);
                var value = await BytesAsync().ConfigureAwait(false);
                if (!Utf8.IsValid(key)) throw input.Fault("a name in it is not UTF-8");
                if (!metadata.TryAdd(Encoding.UTF8.GetString(key), value)) throw input.Fault("a name stands twice in it");
            }
        }
        return metadata;

        async ValueTask<byte[]> BytesAsync()
        {
            var length = await input.LongAsync(cancellationToken).ConfigureAwait(false);
            if (length < 0) throw input.Fault("a value has a negative length");
            if (length > room) throw input.Fault($"it is longer than {AvroLimits.HeaderBytes >> 10} KiB", "write the file with a smaller schema and less metadata");
            room -= (int)length;
            var bytes = new byte[length];
            await input.ReadAsync(bytes, cancellationToken).ConfigureAwait(false);
            return bytes;
        }
    }

    private static AvroCodec CodecOf(AvroInput input, Dictionary<string, ReadOnlyMemory<byte>> metadata)
    {
        if (!metadata.TryGetValue(CodecKey, out var codec) || codec.Span.SequenceEqual("null"u8)) return AvroCodec.None;
        if (codec.Span.SequenceEqual("deflate"u8)) return AvroCodec.Deflate;
        string[] known = ["snappy", "zstandard", "bzip2", "xz"];
        var name = Array.Find(known, k => codec.Span.SequenceEqual(Encoding.UTF8.GetBytes(k))) ?? "a codec of its own";
        throw input.Fault($"its blocks are compressed with {name}, which can not be read", "write the file with the codec deflate, or null for none");
    }
}
