using System.Buffers.Binary;
using System.IO.Compression;
using System.Text;
using Shouldly;

namespace Landfall.Tests.Rows;

/// <summary>Workbooks that were made to hurt, by what is wrong with them.</summary>
internal static class HostileWorkbook
{
    public const string Good = """<row r="1"><c r="A1" t="str"><v>id</v></c></row><row r="2"><c r="A2"><v>1</v></c></row>""";

    public static byte[] Make(string what)
    {
        switch (what)
        {
            case "bomb in the sheet": return Bomb("xl/worksheets/sheet1.xml", "worksheet");
            case "bomb in the shared texts": return Bomb("xl/sharedStrings.xml", "sst");
            case "bomb in the styles": return Bomb("xl/styles.xml", "styleSheet");
            case "bomb in the workbook": return Bomb("xl/workbook.xml", "workbook");
            case "100,000 parts": return Many(count: null);
            case "100,000 parts, told as 5": return Many(count: 5);
            case "told shorter than it is": return Told(-100);
            case "told longer than it is": return Told(100);
            case "one digit changed": return Changed();
            case "encrypted": return Encrypted();
            case "one part twice": return Zip([.. Unzip(XlsxBuilder.Of(Good)), ("XL\\workbook.xml", "<workbook/>"u8.ToArray())]);
            case "document type": return Xml($"<!DOCTYPE worksheet><worksheet xmlns=\"{XlsxBuilder.Main}\"/>");
            case "external entity": return Xml("""<!DOCTYPE w [<!ENTITY x SYSTEM "file:///etc/passwd">]><worksheet>&x;</worksheet>""");
            case "billion laughs": return Xml("<!DOCTYPE w [<!ENTITY a \"ha\">" + string.Concat(Enumerable.Range(1, 30).Select(i => $"<!ENTITY {(char)('a' + (i % 26))}{i} \"{new string('x', 10)}\">")) + "]><worksheet>&a;</worksheet>");
            case "row 1048577": return XlsxBuilder.Of("""<row r="1048577"><c><v>1</v></c></row>""");
            case "row 0": return XlsxBuilder.Of("""<row r="0"><c><v>1</v></c></row>""");
            case "column ZZZZ": return XlsxBuilder.Of("""<row r="1"><c r="ZZZZ1"><v>1</v></c></row>""");
            case "column XFE": return XlsxBuilder.Of("""<row r="1"><c r="XFE1"><v>1</v></c></row>""");
            case "cell of another row": return XlsxBuilder.Of("""<row r="1"><c r="A2"><v>1</v></c></row>""");
            case "a cell twice": return XlsxBuilder.Of("""<row r="1"><c r="A1"><v>1</v></c><c r="A1"><v>2</v></c></row>""");
            case "rows backwards": return XlsxBuilder.Of("""<row r="2"><c><v>1</v></c></row><row r="1"><c><v>1</v></c></row>""");
            case "a row of 20,000 cells": return XlsxBuilder.Of($"<row>{string.Concat(Enumerable.Repeat("<c><v>1</v></c>", 20_000))}</row>");
            case "millions of merged ranges": return Merged(string.Concat(Enumerable.Range(1, 1_000_000).Select(i => $"<mergeCell ref=\"A{i}:B{i}\"/>")));
            case "everything merged": return Merged("""<mergeCell ref="A1:XFD1048576"/>""");
            case "merged ranges that overlap": return Merged("""<mergeCell ref="A1:B2"/><mergeCell ref="B2:C3"/>""");
            case "shared text that is not there": return XlsxBuilder.Of("""<row><c t="s"><v>3</v></c></row>""");
            case "a name of 2 MiB": return Xml($"<worksheet {new string('a', 2 << 20)}=\"1\"/>");
            case "a text of 2 MiB": return XlsxBuilder.Of($"<row><c t=\"str\"><v>{Noise(2 << 20)}</v></c></row>");
            case "a row of 20 MiB": return XlsxBuilder.Of($"<row>{string.Concat(Enumerable.Repeat($"<c t=\"str\"><v>{Noise(1 << 19)}</v></c>", 40))}</row>");
            case "10,000 names": return Xml($"<worksheet>{string.Concat(Enumerable.Range(1, 10_000).Select(i => $"<a{i}/>"))}</worksheet>");
            case "a depth of 100,000": return Xml(string.Concat(Enumerable.Repeat("<worksheet>", 100_000)));
            case "UTF-16": return Part([0xFF, 0xFE, .. Encoding.Unicode.GetBytes("<?xml version=\"1.0\" encoding=\"UTF-16\"?><worksheet/>")]);
            case "Latin-1": return Part(Encoding.Latin1.GetBytes("<?xml version=\"1.0\" encoding=\"ISO-8859-1\"?><worksheet><sheetData><row><c t=\"str\"><v>Bogotá</v></c></row></sheetData></worksheet>"));
            case "cut off XML": return Xml("<worksheet><sheetData><row>");
            case "cut off file": return XlsxBuilder.Of(Good)[..^40];
            case "no zip behind its first bytes": return [.. "PK\x3\x4"u8, .. new byte[100]];
            case "missing sheet": return Part([]);
            case "a dimension that lies": return Xml($"<worksheet><dimension ref=\"A1:XFD1048576\"/><sheetData>{Good}</sheetData></worksheet>");
            case "a million rows of nothing": return XlsxBuilder.Of(string.Concat(Enumerable.Range(1, 1_048_576).Where(i => i % 3 == 1).Select(i => $"<row r=\"{i}\"/>")));
            case "a nested archive": return Zip([.. Unzip(XlsxBuilder.Of(Good)), ("xl/media/bomb.zip", Bomb("xl/worksheets/sheet1.xml", "worksheet"))]);
            case "a million row texts": return new XlsxBuilder { SharedStrings = [.. Enumerable.Range(1, 500_000).Select(i => $"<t>{i}</t>")] }.Sheet("S", string.Concat(Enumerable.Range(0, 500_000).Select(i => $"<row><c t=\"s\"><v>{i}</v></c></row>"))).ToBytes();
            case "cells that share": return new XlsxBuilder { SharedStrings = [$"<t>{Noise(32_000)}</t>"] }.Sheet("S", string.Concat(Enumerable.Repeat("<row><c t=\"s\"><v>0</v></c></row>", 20_000))).ToBytes();
            // As programs write it that stream: no addresses, and the same few values again and again.
            case "few values in cells without addresses": return XlsxBuilder.Of(string.Concat(Enumerable.Range(1, 150_000).Select(i => $"<row><c><v>{i}</v></c>{string.Concat(Enumerable.Repeat("<c><v>0</v></c>", 9))}</row>")));
            case "a large sheet with a hole": return Holed();
            default: throw new ArgumentOutOfRangeException(nameof(what), what, null);
        }
    }

    /// <summary>As a disk or a line leaves it: in the middle of what is packed stands something else.</summary>
    private static byte[] Holed()
    {
        var noise = Noise(10_000_000);
        var bytes = XlsxBuilder.Of(string.Concat(Enumerable.Range(0, 1000).Select(i => $"<row><c t=\"str\"><v>{noise[(i * 10_000)..((i + 1) * 10_000)]}</v></c></row>")));
        new Random(7).NextBytes(bytes.AsSpan(bytes.Length / 2, 1 << 16));
        return bytes;
    }

    private static string Noise(int length) => string.Create(length, new Random(3), (chars, random) =>
    {
        foreach (ref var c in chars) c = (char)random.Next('a', 'z');
    });

    private static byte[] Xml(string xml) => Part(Encoding.UTF8.GetBytes(xml));

    private static byte[] Part(byte[] sheet)
    {
        var workbook = new XlsxBuilder().Sheet("S", "");
        workbook.Parts["xl/worksheets/sheet1.xml"] = sheet;
        return workbook.ToBytes();
    }

    private static byte[] Merged(string ranges) => new XlsxBuilder().Sheet("S", Good, $"<mergeCells>{ranges}</mergeCells>").ToBytes();

    /// <summary>42 KB that inflate to 40 MB (and would go on to 4 GB the same way).</summary>
    private static byte[] Bomb(string part, string root)
    {
        var workbook = new XlsxBuilder { Level = CompressionLevel.SmallestSize }.Sheet("S", Good);
        workbook.Parts[part] = Encoding.ASCII.GetBytes($"<{root} xmlns=\"{XlsxBuilder.Main}\">{string.Concat(Enumerable.Repeat("<a/>", 10_000_000))}</{root}>");
        var bytes = workbook.ToBytes();
        bytes.Length.ShouldBeLessThan(100_000);
        return bytes;
    }

    private static byte[] Many(ushort? count)
    {
        var bytes = Zip([.. Unzip(XlsxBuilder.Of(Good)), .. Enumerable.Range(0, 60_000).Select(i => ($"xl/{i}.xml", Array.Empty<byte>()))]);
        if (count is { } told)
        {
            BinaryPrimitives.WriteUInt16LittleEndian(bytes.AsSpan(bytes.Length - 14), told);
            BinaryPrimitives.WriteUInt16LittleEndian(bytes.AsSpan(bytes.Length - 12), told);
        }
        return bytes;
    }

    /// <summary>The archive's list tells another length of the sheet than it has.</summary>
    private static byte[] Told(int difference)
    {
        var bytes = XlsxBuilder.Of(Good);
        var length = bytes.AsSpan(Listed(bytes, "xl/worksheets/sheet1.xml") + 24, 4);
        BinaryPrimitives.WriteUInt32LittleEndian(length, (uint)(BinaryPrimitives.ReadUInt32LittleEndian(length) + difference));
        return bytes;
    }

    private static byte[] Changed()
    {
        var bytes = new XlsxBuilder { Level = CompressionLevel.NoCompression }.Sheet("S", Good).ToBytes();
        bytes[bytes.AsSpan().IndexOf("<v>1</v>"u8) + 3] = (byte)'7';
        return bytes;
    }

    private static byte[] Encrypted()
    {
        var bytes = XlsxBuilder.Of(Good);
        bytes[Listed(bytes, "xl/worksheets/sheet1.xml") + 8] |= 1;
        return bytes;
    }

    /// <summary>Where the archive's list has an entry: its name stands 46 bytes in.</summary>
    private static int Listed(ReadOnlySpan<byte> zip, string name) => zip.LastIndexOf(Encoding.ASCII.GetBytes(name)) - 46;

    public static byte[] Zip(params (string Name, byte[] Content)[] parts)
    {
        var bytes = new MemoryStream();
        using (var zip = new ZipArchive(bytes, ZipArchiveMode.Create, leaveOpen: true))
        {
            foreach (var (name, content) in parts)
            {
                using var stream = zip.CreateEntry(name).Open();
                stream.Write(content);
            }
        }
        return bytes.ToArray();
    }

    public static IEnumerable<(string Name, byte[] Content)> Unzip(byte[] bytes)
    {
        using var zip = new ZipArchive(new MemoryStream(bytes));
        foreach (var entry in zip.Entries)
        {
            var content = new MemoryStream();
            using var stream = entry.Open();
            stream.CopyTo(content);
            yield return (entry.FullName, content.ToArray());
        }
    }
}
