using System.Globalization;
using System.IO.Hashing;
using Landfall.Contracts;
using Landfall.Tests.Rows;
using static Landfall.Tests.Attacks.AttackBytes;

namespace Landfall.Tests.Attacks;

/// <summary>Workbooks: those that hurt a reader (<see cref="HostileWorkbook"/>), and those that would hurt what stands around it.</summary>
internal static class WorkbookAttacks
{
    private const string Group = "xlsx", Sheet = "xl/worksheets/sheet1.xml", Strings = "xl/sharedStrings.xml";

    private static readonly string Open = $"<worksheet xmlns=\"{XlsxBuilder.Main}\"><sheetData>";

    public static IEnumerable<Attack> All()
    {
        foreach (var row in XlsxHostileTests.Hostile) yield return Refused((string)row[0], () => HostileWorkbook.Make((string)row[0]), (string)row[0] == "merged ranges that overlap" ? "stands twice" : (string)row[1], "xlsx|sheet|header");
        yield return Refused("an external entity of http", () => Xml($"<!DOCTYPE w [<!ENTITY x SYSTEM \"{Bait.Url}\">]><worksheet>&x;</worksheet>"), "declares a document type");
        yield return Refused("an external entity of a file", () => Xml($"<!DOCTYPE w [<!ENTITY x SYSTEM \"{Bait.FileUrl}\">]><worksheet>&x;</worksheet>"), "declares a document type");
        yield return Refused("an external parameter entity", () => Xml($"<!DOCTYPE w [<!ENTITY % x SYSTEM \"{Bait.Url}\"> %x;]><worksheet/>"), "declares a document type");
        yield return Refused("an external document type", () => Xml($"<!DOCTYPE w SYSTEM \"{Bait.Url}\"><worksheet/>"), "declares a document type");
        yield return Refused("laughs a billion times", () => Xml($"<!DOCTYPE w [<!ENTITY a0 \"ha\">{string.Concat(Enumerable.Range(1, 30).Select(i => $"<!ENTITY a{i} \"{string.Concat(Enumerable.Repeat($"&a{i - 1};", 10))}\">"))}]><worksheet>&a30;</worksheet>"), "declares a document type");
        yield return Lands("a schema and a stylesheet elsewhere", () => Xml($"<?xml-stylesheet href=\"{Bait.Url}\"?><worksheet xmlns=\"{XlsxBuilder.Main}\" xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\" xsi:schemaLocation=\"x {Bait.Url}\"><sheetData>{HostileWorkbook.Good}</sheetData></worksheet>"), 1);
        yield return Refused("a sheet elsewhere", () => With("xl/_rels/workbook.xml.rels", $"<Relationships><Relationship Id=\"rId10\" Type=\"x/worksheet\" Target=\"{Bait.Url}\" TargetMode=\"External\"/></Relationships>"), "has no sheet with cells");
        yield return Refused("a sheet elsewhere, and it does not say so", () => With("xl/_rels/workbook.xml.rels", $"<Relationships><Relationship Id=\"rId10\" Type=\"x/worksheet\" Target=\"{Bait.Url}\"/></Relationships>"), "lacks its part");
        yield return Refused("a sheet of this machine", () => With("xl/_rels/workbook.xml.rels", "<Relationships><Relationship Id=\"rId10\" Type=\"x/worksheet\" Target=\"../../../../../../etc/passwd\"/></Relationships>"), "lacks its part etc/passwd");
        yield return Lands("parts whose names lead out", () => With(("../../../../tmp/landfall-attack", "x"), ("/etc/landfall-attack", "x"), ("..\\..\\landfall-attack", "x")), 1);
        foreach (var part in (string[])["_rels/.rels", "xl/workbook.xml", "xl/_rels/workbook.xml.rels", Sheet]) yield return Refused($"without {part}", () => With(part, ""), "is a zip archive, but no workbook|lacks its part|has no sheet with cells");
        foreach (var part in (string[])[Strings, "xl/styles.xml"]) yield return Lands($"without {part}", () => With(part, ""), 1);

        yield return Refused("a sheet of 4 GiB in 4 MB", () => Packed(Sheet, Open, $"<row>{string.Concat(Enumerable.Repeat("<c/>", 16_000))}</row>", 1 << 16, "</sheetData></worksheet>"), "times longer than its compressed form|is longer than 512 MiB");
        yield return Refused("a sheet of 1 GiB in 7 MB", () => Packed(Sheet, Open, Slow(), 2000, "</sheetData></worksheet>"), "is longer than 512 MiB|times longer than its compressed form");
        yield return Refused("a sheet of 500 MB in 3 MB", () => Packed(Sheet, Open, Slow(), 950, "</sheetData></worksheet>"), "tags, far too many");
        yield return Refused("shared texts of 1 GiB in 7 MB", () => Packed(Strings, "<sst>", Slow(), 2000, "</sst>"), "is longer than 32 MiB|times longer than its compressed form");
        yield return Lands("shared texts of 31 MB", () => Packed(Strings, "<sst>", $"<si><t>{Noise(30_000)}</t></si>", 1030, "</sst>"), 1);
        yield return Refused("6 million shared texts of nothing", () => With(Strings, $"<sst>{string.Concat(Enumerable.Range(0, 100_000).Select(i => $"<!--{i * 7919}-->{string.Concat(Enumerable.Repeat("<si/>", 60))}"))}</sst>"), "shares more than 2000000 texts");
        yield return Lands("300,000 rows of nothing", () => With(Sheet, Open + "<row r=\"1\"><c r=\"A1\" t=\"str\"><v>id</v></c></row>" + string.Concat(Enumerable.Range(2, 300_000).Select(i => string.Create(CultureInfo.InvariantCulture, $"<row r=\"{i}\"/>"))) + "<row r=\"1000000\"><c r=\"A1000000\" t=\"str\"><v>x</v></c></row></sheetData></worksheet>"), 1);
        yield return Lands("a dimension that lies", () => HostileWorkbook.Make("a dimension that lies"), 1);
        yield return Lands("an archive in the archive", () => HostileWorkbook.Make("a nested archive"), 1);
        yield return Refused("a million rows of nothing", () => HostileWorkbook.Make("a million rows of nothing"), "is empty from A1 on", "header");
    }

    private static Attack Refused(string name, Func<byte[]> bytes, string words, string rule = "xlsx|sheet") => Attack.Refused(Group, name, FormatType.Xlsx, bytes, rule, words) with { Line = Attack.AnyLine };

    private static Attack Lands(string name, Func<byte[]> bytes, long rows) => Attack.Lands(Group, name, FormatType.Xlsx, bytes, rows);

    private static byte[] Xml(string sheet) => With(Sheet, sheet);

    private static byte[] With(string part, string text) => With((part, text));

    private static byte[] With(params IReadOnlyList<(string Part, string Text)> parts)
    {
        var workbook = new XlsxBuilder().Sheet("S", HostileWorkbook.Good);
        foreach (var (part, text) in parts) workbook.Parts[part] = Utf8(text);
        return workbook.ToBytes();
    }

    /// <summary>Half a megabyte of XML that a parser goes through slowly, and that is packed 150-fold: less than what is refused for that alone.</summary>
    private static string Slow() => string.Concat(Enumerable.Range(0, 32).Select(i => $"<!--{Noise(90, i)}--><row>{string.Concat(Enumerable.Repeat("<c/>", 4080))}</row>"));

    /// <summary>A good workbook with one part that was packed before it was ever whole.</summary>
    private static byte[] Packed(string part, string head, string piece, int times, string tail)
    {
        var (begin, one, end) = (Utf8(head), Utf8(piece), Utf8(tail));
        var (crc, length) = CrcOf(begin, one, times, end);
        return ZipOf([.. HostileWorkbook.Unzip(new XlsxBuilder().Sheet("S", HostileWorkbook.Good).ToBytes()).Where(p => p.Name != part)
            .Select(p => (p.Name, DeflateMany(p.Content, [], 0, []), Crc32.HashToUInt32(p.Content), (long)p.Content.Length)), (part, DeflateMany(begin, one, times, end), crc, length)]);
    }
}
