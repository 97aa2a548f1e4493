using System.Text;
using Landfall.Contracts;
using Landfall.Tests.Rows;
using static Landfall.Tests.Attacks.AttackBytes;

namespace Landfall.Tests.Attacks;

/// <summary>Gzip, and archives where none is expected.</summary>
internal static class ArchiveAttacks
{
    private const string Group = "archives", Broken = "broken or cut short";

    private static readonly byte[] Head = "id,note,amount\n"u8.ToArray(), Rows = Utf8("id,note,amount\n" + string.Concat(Enumerable.Range(1, 2000).Select(i => $"{i},{i * 7919},\n")));

    public static IEnumerable<Attack> All()
    {
        yield return Refused("4 GiB of one letter in 4 MB", () => GzipMany(Head, Over((byte)'x', 16 << 20), 256), "unpacks to more than 250 times its size|longer than 8 MiB");
        yield return Refused("4 GiB in 4 MB in 42 KB: gzip of gzip", () => Gzip(GzipMany(Head, Over((byte)'x', 16 << 20), 256)), "compressed with gzip twice");
        yield return Refused("1 GiB of rows", () => GzipMany(Head, Encoding.ASCII.GetBytes(string.Concat(Enumerable.Repeat("1,xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx,\n", 1 << 14))), 1 << 10), "unpacks to more than 250 times its size");
        yield return Refused("a length that lies", () => Edited(^4, 0x7f), Broken);
        yield return Refused("a checksum that lies", () => Edited(^8, 0x7f), Broken);
        yield return Refused("cut short in the middle", () => Gzip(Rows)[..2000], Broken);
        yield return Refused("cut short in its last byte", () => Gzip(Rows)[..^1], Broken);
        yield return Refused("a header and nothing else", () => Gzip(Rows)[..10], Broken);
        yield return Refused("gzip of gzip", () => Gzip(Gzip(Rows)), "compressed with gzip twice");
        yield return Refused("a tail of zeros", () => [.. Gzip(Rows), .. new byte[512]], "behind the compressed data stands something else");
        yield return Lands("members one behind another", () => [.. Gzip(Rows[..7777]), .. Gzip([]), .. Gzip(Rows[7777..])], 2000);
        yield return Lands("10,000 members of nothing", () => [.. Enumerable.Repeat(Gzip([]), 10_000).SelectMany(member => member), .. Gzip(Rows)], 2000);
        yield return Lands("a path for its name", () => Named("../../../../etc/cron.d/landfall"), 2000);
        yield return Lands("a name of 1 MB", () => Named(new string('n', 1_000_000)), 2000);
        yield return Attack.Refused(Group, "a zip where CSV is expected", FormatType.Csv, () => HostileWorkbook.Zip(("csv.csv", Rows)), "format", "the file is a ZIP archive or an Excel workbook");
        yield return Attack.Refused(Group, "a zip in gzip where CSV is expected", FormatType.Csv, () => Gzip(HostileWorkbook.Zip(("csv.csv", Rows))), "format", "the file is a ZIP archive or an Excel workbook");
        yield return Attack.Refused(Group, "a gzip where a workbook is expected", FormatType.Xlsx, () => Gzip(HostileWorkbook.Make("a nested archive")), "xlsx", "is compressed with gzip");
    }

    private static Attack Refused(string name, Func<byte[]> bytes, string words) => Attack.Refused(Group, name, FormatType.Csv, bytes, "gzip|csv", words);

    private static Attack Lands(string name, Func<byte[]> bytes, long rows) => Attack.Lands(Group, name, FormatType.Csv, bytes, rows);

    private static byte[] Edited(Index at, byte value)
    {
        var bytes = Gzip(Rows);
        bytes[at] = bytes[at] == value ? (byte)0 : value;
        return bytes;
    }

    /// <summary>RFC 1952, section 2.3.1: with FLG.FNAME a name stands behind the header.</summary>
    private static byte[] Named(string name)
    {
        var bytes = Gzip(Rows);
        bytes[3] |= 8;
        return [.. bytes[..10], .. Encoding.Latin1.GetBytes(name), 0, .. bytes[10..]];
    }
}
