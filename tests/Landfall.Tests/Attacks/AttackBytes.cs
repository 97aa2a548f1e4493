using System.Buffers.Binary;
using System.IO.Compression;
using System.IO.Hashing;
using System.Text;

namespace Landfall.Tests.Attacks;

/// <summary>Makes large and broken bytes without having what they unpack to in memory.</summary>
internal static class AttackBytes
{
    public static byte[] Utf8(string text) => Encoding.UTF8.GetBytes(text);

    /// <summary>Text without an end that compresses badly, of lower-case letters.</summary>
    public static string Noise(int length, int seed = 3) => string.Create(length, new Random(seed), (chars, random) =>
    {
        foreach (ref var c in chars) c = (char)random.Next('a', 'z');
    });

    public static byte[] Over(byte one, int length)
    {
        var bytes = new byte[length];
        bytes.AsSpan().Fill(one);
        return bytes;
    }

    public static byte[] Gzip(byte[] bytes)
    {
        var packed = new MemoryStream();
        using (var gzip = new GZipStream(packed, CompressionLevel.Optimal, leaveOpen: true)) gzip.Write(bytes);
        return packed.ToArray();
    }

    /// <summary>Deflate of a head and of the same piece many times: packed once, and its packed bytes repeated, which is the same stream (RFC 1951 lets a block end on a byte).</summary>
    public static byte[] DeflateMany(byte[] head, byte[] piece, int times, byte[] tail)
    {
        var packed = new MemoryStream();
        packed.Write(Flushed(head));
        var one = Flushed(piece);
        for (var i = 0; i < times; i++) packed.Write(one);
        packed.Write(Flushed(tail));
        // The last block: of fixed codes, with nothing in it.
        packed.Write([0x03, 0x00]);
        return packed.ToArray();
    }

    /// <summary>One gzip member of it all. What it unpacks to is nowhere in memory.</summary>
    public static byte[] GzipMany(byte[] head, byte[] piece, int times) =>
        [0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 255, .. DeflateMany(head, piece, times, []), .. Trailer(head, piece, times, [])];

    /// <summary>A zip archive whose entries were packed before: name, packed bytes, checksum, length.</summary>
    public static byte[] ZipOf(params IReadOnlyList<(string Name, byte[] Deflated, uint Crc, long Length)> entries)
    {
        var (zip, directory) = (new MemoryStream(), new MemoryStream());
        foreach (var (name, deflated, crc, length) in entries)
        {
            var common = new byte[26];
            BinaryPrimitives.WriteUInt16LittleEndian(common, 20);
            BinaryPrimitives.WriteUInt16LittleEndian(common.AsSpan(4), 8);
            BinaryPrimitives.WriteUInt32LittleEndian(common.AsSpan(10), crc);
            BinaryPrimitives.WriteUInt32LittleEndian(common.AsSpan(14), (uint)deflated.Length);
            BinaryPrimitives.WriteUInt32LittleEndian(common.AsSpan(18), (uint)length);
            BinaryPrimitives.WriteUInt16LittleEndian(common.AsSpan(22), (ushort)name.Length);
            var offset = new byte[4];
            BinaryPrimitives.WriteUInt32LittleEndian(offset, (uint)zip.Length);
            directory.Write([.. "PK\u0001\u0002"u8, 20, 0, .. common, .. new byte[10], .. offset, .. Encoding.ASCII.GetBytes(name)]);
            zip.Write([.. "PK\u0003\u0004"u8, .. common, .. Encoding.ASCII.GetBytes(name)]);
            zip.Write(deflated);
        }
        var end = new byte[18];
        BinaryPrimitives.WriteUInt16LittleEndian(end.AsSpan(4), (ushort)entries.Count);
        BinaryPrimitives.WriteUInt16LittleEndian(end.AsSpan(6), (ushort)entries.Count);
        BinaryPrimitives.WriteUInt32LittleEndian(end.AsSpan(8), (uint)directory.Length);
        BinaryPrimitives.WriteUInt32LittleEndian(end.AsSpan(12), (uint)zip.Length);
        directory.WriteTo(zip);
        zip.Write([.. "PK\u0005\u0006"u8, .. end]);
        return zip.ToArray();
    }

    /// <summary>The checksum and the length of what <see cref="DeflateMany"/> unpacks to.</summary>
    public static (uint Crc, long Length) CrcOf(byte[] head, byte[] piece, int times, byte[] tail)
    {
        // Of what nobody can read to its end, the checksum may be any.
        if ((long)piece.Length * times > 1L << 29) return (0, head.Length + ((long)piece.Length * times) + tail.Length);
        var crc = new Crc32();
        crc.Append(head);
        for (var i = 0; i < times; i++) crc.Append(piece);
        crc.Append(tail);
        return (crc.GetCurrentHashAsUInt32(), head.Length + ((long)piece.Length * times) + tail.Length);
    }

    private static byte[] Flushed(byte[] bytes)
    {
        if (bytes.Length == 0) return [];
        var packed = new MemoryStream();
        using var deflate = new DeflateStream(packed, CompressionLevel.SmallestSize, leaveOpen: true);
        deflate.Write(bytes);
        deflate.Flush();
        return packed.ToArray();
    }

    private static byte[] Trailer(byte[] head, byte[] piece, int times, byte[] tail)
    {
        var (crc, length) = CrcOf(head, piece, times, tail);
        var trailer = new byte[8];
        BinaryPrimitives.WriteUInt32LittleEndian(trailer, crc);
        BinaryPrimitives.WriteUInt32LittleEndian(trailer.AsSpan(4), (uint)length);
        return trailer;
    }
}
