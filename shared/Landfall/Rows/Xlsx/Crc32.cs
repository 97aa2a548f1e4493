using System.Buffers.Binary;

namespace Landfall.Rows.Xlsx;

/// <summary>The checksum of a zip's entries (ISO 3309, as APPNOTE 4.4.7 has it), which .NET's archive does not compare. Four bytes at a time.</summary>
internal static class Crc32
{
    private static readonly uint[][] Tables = Make();

    /// <param name="crc">Of the bytes before; 0 for none.</param>
    public static uint Append(uint crc, ReadOnlySpan<byte> bytes)
    {
        var (t0, t1, t2, t3) = (Tables[0], Tables[1], Tables[2], Tables[3]);
        crc = ~crc;
        for (; bytes.Length >= 4; bytes = bytes[4..])
        {
            crc ^= BinaryPrimitives.ReadUInt32LittleEndian(bytes);
            crc = t3[crc & 0xFF] ^ t2[(crc >> 8) & 0xFF] ^ t1[(crc >> 16) & 0xFF] ^ t0[crc >> 24];
        }
        foreach (var b in bytes) crc = t0[(crc ^ b) & 0xFF] ^ (crc >> 8);
        return ~crc;
    }

    private static uint[][] Make()
    {
        uint[][] tables = [new uint[256], new uint[256], new uint[256], new uint[256]];
        for (var i = 0u; i < 256; i++)
        {
            var crc = i;
            for (var bit = 0; bit < 8; bit++) crc = (crc & 1) == 0 ? crc >> 1 : (crc >> 1) ^ 0xEDB88320;
            tables[0][i] = crc;
        }
        for (var i = 0; i < 256; i++)
        {
            for (var t = 1; t < 4; t++) tables[t][i] = (tables[t - 1][i] >> 8) ^ tables[0][tables[t - 1][i] & 0xFF];
        }
        return tables;
    }
}
