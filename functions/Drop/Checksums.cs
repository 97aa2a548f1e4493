using System.Buffers.Binary;
using System.Numerics;
using System.Security.Cryptography;

namespace Landfall.Functions;

/// <summary>The checksums that Cloud Storage knows, of bytes as they pass.</summary>
internal sealed class Checksums : IDisposable
{
    private readonly IncrementalHash _md5 = IncrementalHash.CreateHash(HashAlgorithmName.MD5);
    private uint _crc = uint.MaxValue;

    public long Bytes { get; private set; }

    public void Append(ReadOnlySpan<byte> bytes)
    {
        Bytes += bytes.Length;
        _md5.AppendData(bytes);
        for (; bytes.Length >= sizeof(ulong); bytes = bytes[sizeof(ulong)..]) _crc = BitOperations.Crc32C(_crc, BinaryPrimitives.ReadUInt64LittleEndian(bytes));
        foreach (var one in bytes) _crc = BitOperations.Crc32C(_crc, one);
    }

    /// <summary>Of all so far, in base 64 as Cloud Storage writes it.</summary>
    public string Md5() => Convert.ToBase64String(_md5.GetCurrentHash());

    /// <summary>CRC32C (RFC 3720, B.4), big-endian in base 64 as Cloud Storage writes it (https://cloud.google.com/storage/docs/xml-api/reference-headers#xgooghash).</summary>
    public string Crc32c()
    {
        Span<byte> bytes = stackalloc byte[sizeof(uint)];
        BinaryPrimitives.WriteUInt32BigEndian(bytes, ~_crc);
        return Convert.ToBase64String(bytes);
    }

    public void Dispose() => _md5.Dispose();
}
