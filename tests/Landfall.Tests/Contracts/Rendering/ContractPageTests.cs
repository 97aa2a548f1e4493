using System.Text.RegularExpressions;
using Landfall.Contracts.Rendering;
using Shouldly;
using Xunit;

namespace Landfall.Tests.Contracts.Rendering;

/// <summary>Pages of contracts that this repository does not hold.</summary>
public sealed class ContractPageTests
{
    private const string Hostile = "<script>alert(1)</script> | `a` \\| **b** [c](javascript:d)\n\n# e\n\n| f |";

    [Fact]
    public void Hostile_text_stays_text()
    {
        var quoted = $"\"{Hostile.Replace("\\", "\\\\").Replace("\n", "\\n")}\"";
        using var folder = new ContractFolder().With("a", ContractFolder.Plain("a", $"[ {{ name: id, logicalType: string, description: {quoted}, classification: {quoted}, transformSourceObjects: [ {quoted} ], logicalTypeOptions: {{ pattern: \"<b>|`|[|]\" }} }} ]")
            .Replace("version: 1.0.0", $"version: {quoted}\nname: {quoted}\ndescription: {{ purpose: {quoted}, limitations: {quoted}, usage: {quoted} }}\n"
                + $"roles: [ {{ role: {quoted}, access: {quoted}, description: {quoted} }} ]\nsupport: [ {{ channel: {quoted}, tool: {quoted}, url: \"javascript:d\", description: {quoted} }} ]\n"
                + $"slaProperties: [ {{ property: {quoted}, value: {quoted}, unit: {quoted}, element: {quoted}, description: {quoted}, scheduler: {quoted}, schedule: {quoted} }} ]")
            .Replace("team: { name: t }", $"team: {{ name: t, description: {quoted} }}").Replace("  - name: a\n", $"  - name: a\n    description: {quoted}\n"));

        var contracts = folder.Read();
        var page = ContractPage.Render(contracts.All[0]);

        page.ShouldContain("alert(1)");
        page.Split('\n').Count(line => line.StartsWith('#')).ShouldBe(6, "title and sections");
        Regex.Matches(page.Replace("<!-- Made of a.odcs.yaml: change that. tests/README.md says how this follows. -->", ""), "<(?!/?code>)").ShouldBeEmpty("no HTML but <code>");
        Regex.Count(page, @"\]\(").ShouldBe(1, "the contract's own link");
        foreach (var table in Regex.Matches(page, @"(^\|.*\n)+", RegexOptions.Multiline).Select(match => match.Value.TrimEnd().Split('\n')))
            table.Select(line => line.Count(c => c == '|')).Distinct().ShouldHaveSingleItem(string.Join('\n', table));

        var svg = ErDiagram.Of(contracts.All).ShouldHaveSingleItem().ToSvg();
        System.Xml.Linq.XDocument.Parse(svg).Descendants().Select(element => element.Name.LocalName).Distinct().ShouldBe(["svg", "title", "style", "rect", "text", "g", "path"], ignoreOrder: true);
    }

    [Fact]
    public void Every_rule_has_words()
    {
        using var folder = new ContractFolder().With("a", ContractFolder.Plain("a", """
            [
              { name: code, logicalType: string, primaryKey: true, transformLogic: "lpad(code, 4, '0')", logicalTypeOptions: { minLength: 4, maxLength: 4, pattern: "[A-Z|0-9]+" } },
              { name: low, logicalType: integer, unique: true, logicalTypeOptions: { exclusiveMinimum: 0, maximum: 9 } },
              { name: price, logicalType: number, required: true, physicalType: "numeric(12,2)", transformSourceObjects: [ "Unit Price" ] },
              { name: day, logicalType: date, logicalTypeOptions: { format: dd/MM/yyyy } },
              { name: at, logicalType: timestamp, classification: restricted },
              { name: file_date, logicalType: date, transformSourceObjects: [ "{date}" ] },
            ]
            """.ReplaceLineEndings("\n          ")));

        var rows = ContractPage.Render(folder.Read().All[0]).Split('\n').Where(line => line.StartsWith("| `", StringComparison.Ordinal));

        rows.ShouldBe(
        [
            "| `code` | text | key | padded on the left with `0` to 4 characters; exactly 4 characters; matches <code>&#91;A-Z&#124;0-9&#93;+</code> | `code` |  |  |",
            "| `low` | bigint | unique | above 0 and at most 9 | `low` |  |  |",
            "| `price` | numeric(12,2) | required | at most 10 digits before the point and 2 behind | `Unit Price` |  |  |",
            "| `day` | date |  | written `dd/MM/yyyy` | `day` |  |  |",
            "| `at` | timestamptz |  | ISO 8601; UTC where no offset stands | `at` | restricted |  |",
            "| `file_date` | date |  |  | the date in the name |  |  |",
        ]);
    }

    [Fact]
    public void Every_quality_rule_has_words()
    {
        using var folder = new ContractFolder().With("a", ContractFolder.Plain("a", """
            [
              { name: id, logicalType: integer, primaryKey: true },
              { name: size, logicalType: string, quality: [
                { metric: nullValues, unit: percent, mustBeLessThan: 5, severity: warning },
                { metric: invalidValues, arguments: { validValues: [ S, "M|L" ] }, mustBe: 0 },
                { name: Long, type: sql, query: "SELECT max(length(${column})) FROM ${table}", mustBeBetween: [ 1, 9 ] } ] },
            ]
            """.ReplaceLineEndings("\n          ")).Replace("  - name: a\n", "  - name: a\n    quality: [ { name: Enough rows, metric: rowCount, mustBeGreaterOrEqualTo: 1 }, { metric: duplicateValues, arguments: { properties: [ id, size ] }, mustBe: 0 } ]\n"));

        ContractPage.Render(folder.Read().All[0]).Split('\n').Where(line => line.Contains(" must be ")).ShouldBe(
        [
            "* Enough rows: its rows must be at least 1; else the file is refused",
            "* duplicateValues: rows that repeat `id` and `size` of another must be 0; else the file is refused",
            "* nullValues of size: rows without `size` must be less than 5 %; else the receipt says so",
            "* invalidValues of size: rows where `size` is none of `S`, <code>M&#124;L</code> must be 0; else the file is refused",
            "* Long: `SELECT max(length(${column})) FROM ${table}` must be 1 to 9; else the file is refused",
        ]);
    }

    [Theory]
    [InlineData("c.csv", "format: { delimiter: \";\", encoding: windows-1252 }", "", "It is CSV (RFC 4180) in WINDOWS-1252, with semicolons between the fields.")]
    [InlineData("c.csv", "format: { header: false }", "", "No line names the columns; every row has these, in this order: `id`.")]
    [InlineData("c.csv", "maxRejectedPercent: 2", "", "The object `drop-zone/t/c.csv`, again and again.")]
    [InlineData("c.ndjson", "unknownColumns: discard", "", "A row has these fields: `id`.")]
    [InlineData("c.ndjson", "unknownColumns: discard", "", "one that no table below reads is passed over")]
    [InlineData("c.avro", "maxRejectedPercent: 2.5", "", "When more than 2.5 % of the rows break a rule")]
    [InlineData("c.xlsx", "timeZone: America/Bogota", "sheet: People, range: A5:C", "On the sheet `People`, the cells `A5:C`: the first line names the columns")]
    [InlineData("c.xlsx", "timeZone: America/Bogota", "unpivot: { rows: B4, columns: C3, cells: C4 }", "The labels at the left begin in B4, those above in C3, the cells in C4.")]
    [InlineData("c.csv", "allowEmpty: true", "write: replace", "A file without rows is taken at its word")]
    public void Every_format_has_words(string name, string word, string table, string words)
    {
        using var folder = new ContractFolder().With("a", ContractFolder.Plain("a", table.Contains("unpivot", StringComparison.Ordinal) ? "[ { name: id, logicalType: integer, transformSourceObjects: [ cell ] } ]" : "[ { name: id, logicalType: integer } ]")
            .Replace("a_{date:yyyyMMdd}.csv\"", $"{name}\", {word}").Replace("  - name: a\n", $"  - name: a\n    customProperties: [ {{ property: landfall, value: {{ {table} }} }} ]\n"));

        ContractPage.Render(folder.Read().All[0]).ShouldContain(words);
    }
}
