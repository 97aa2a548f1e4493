using System.IO.Compression;
using System.Text;

namespace Landfall.Tests.Rows;

/// <summary>A workbook of hand-written parts, so that a test can write what no spreadsheet does.</summary>
internal sealed class XlsxBuilder
{
    public const string Main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main";
    private const string Office = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
    private const string Packages = "http://schemas.openxmlformats.org/package/2006/relationships";

    private readonly List<(string Name, string Part, string State)> _sheets = [];

    /// <summary>Parts that are not made here, or stand instead of those that are; an empty one is left out.</summary>
    public Dictionary<string, byte[]> Parts { get; } = [];

    public string WorkbookProperties { get; set; } = "<workbookPr/>";

    public IReadOnlyList<string> SharedStrings { get; set; } = [];

    /// <summary>The styles that <c>s="0"</c>, <c>s="1"</c>… mean, by their format codes; a number is the id of a format that every workbook has.</summary>
    public IReadOnlyList<string> Formats { get; set; } = ["0"];

    public CompressionLevel Level { get; set; } = CompressionLevel.Fastest;

    public static byte[] Of(string rows, string sheet = "Sheet1") => new XlsxBuilder().Sheet(sheet, rows).ToBytes();

    /// <param name="rows">What stands in <c>sheetData</c>.</param>
    /// <param name="after">What stands behind it.</param>
    public XlsxBuilder Sheet(string name, string rows, string after = "", string state = "visible") =>
        SheetXml(name, $"<?xml version=\"1.0\" encoding=\"UTF-8\"?><worksheet xmlns=\"{Main}\"><sheetData>{rows}</sheetData>{after}</worksheet>", state);

    public XlsxBuilder SheetXml(string name, string xml, string state = "visible")
    {
        var part = $"worksheets/sheet{_sheets.Count + 1}.xml";
        _sheets.Add((name, part, state));
        Parts[$"xl/{part}"] = Encoding.UTF8.GetBytes(xml);
        return this;
    }

    public byte[] ToBytes()
    {
        var bytes = new MemoryStream();
        using (var zip = new ZipArchive(bytes, ZipArchiveMode.Create, leaveOpen: true))
        {
            foreach (var (name, part) in Made().Where(p => !Parts.ContainsKey(p.Name)).Select(p => (p.Name, Encoding.UTF8.GetBytes(p.Xml))).Concat(Parts.Select(p => (p.Key, p.Value))))
            {
                if (part.Length == 0) continue;
                using var stream = zip.CreateEntry(name, Level).Open();
                stream.Write(part);
            }
        }
        return bytes.ToArray();
    }

    private IEnumerable<(string Name, string Xml)> Made()
    {
        yield return ("_rels/.rels", $"<Relationships xmlns=\"{Packages}\"><Relationship Id=\"rId1\" Type=\"{Office}/officeDocument\" Target=\"xl/workbook.xml\"/></Relationships>");
        yield return ("xl/workbook.xml", $"<workbook xmlns=\"{Main}\" xmlns:r=\"{Office}\">{WorkbookProperties}<sheets>"
            + string.Concat(_sheets.Select((s, i) => $"<sheet name=\"{s.Name}\" sheetId=\"{i + 1}\" state=\"{s.State}\" r:id=\"rId{i + 10}\"/>")) + "</sheets></workbook>");
        yield return ("xl/_rels/workbook.xml.rels", $"<Relationships xmlns=\"{Packages}\"><Relationship Id=\"a\" Type=\"{Office}/sharedStrings\" Target=\"/xl/sharedStrings.xml\"/><Relationship Id=\"b\" Type=\"{Office}/styles\" Target=\"styles.xml\"/>"
            + string.Concat(_sheets.Select((s, i) => $"<Relationship Id=\"rId{i + 10}\" Type=\"{Office}/worksheet\" Target=\"{s.Part}\"/>")) + "</Relationships>");
        yield return ("xl/sharedStrings.xml", $"<sst xmlns=\"{Main}\">{string.Concat(SharedStrings.Select(s => $"<si>{s}</si>"))}</sst>");
        yield return ("xl/styles.xml", $"<styleSheet xmlns=\"{Main}\"><numFmts>"
            + string.Concat(Formats.Select((f, i) => int.TryParse(f, out _) ? "" : $"<numFmt numFmtId=\"{200 + i}\" formatCode=\"{f.Replace("\"", "&quot;", StringComparison.Ordinal)}\"/>"))
            + "</numFmts><cellXfs>" + string.Concat(Formats.Select((f, i) => $"<xf numFmtId=\"{(int.TryParse(f, out _) ? f : $"{200 + i}")}\"/>")) + "</cellXfs></styleSheet>");
    }
}
