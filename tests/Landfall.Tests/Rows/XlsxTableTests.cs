using Landfall.Contracts;
using Shouldly;
using Xunit;
using static Landfall.Tests.Suites.TestContracts;

namespace Landfall.Tests.Rows;

public sealed class XlsxTableTests
{
    private const string Table = """
        <row r="2"><c r="B2" t="inlineStr"><is><t> id </t></is></c><c r="C2" t="inlineStr"><is><t>name</t></is></c><c r="D2" s="0"/></row>
        <row r="3"><c r="B3"><v>1</v></c><c r="C3" t="inlineStr"><is><t>Ada, "the first"</t></is></c></row>
        <row r="4"><c r="B4" s="0"/></row>
        <row r="7"><c r="B7"><v>2</v></c></row>
        """;

    [Fact]
    public async Task A_table_is_found_wherever_it_stands_and_blank_rows_are_passed_over()
    {
        var (header, rows) = await XlsxReading.ReadAsync(XlsxBuilder.Of(Table), null, Column("id", ColumnType.Int64), Column("name"));
        header.ShouldBe(["id", "name"]);
        rows.ShouldBe([new(3, 3, "Sheet1!B3", "1|Ada, \"the first\"", "1,\"Ada, \"\"the first\"\"\"", null), new(7, 7, "Sheet1!B7", "2|", "2,", null)]);
    }

    [Fact]
    public async Task It_binds_like_any_other_format()
    {
        var (rows, rejects) = await Binding.BindAsync(XlsxBuilder.Of(Table, "My sheet"), [Column("id", ColumnType.Int64), Column("name", required: true)], new() { Type = FormatType.Xlsx });
        rows.ShouldBe([(3, "1|Ada, \"the first\"")]);
        var reject = rejects.ShouldHaveSingleItem();
        (reject.Line, reject.Column, reject.Rule, reject.Place).ShouldBe((7, "name", "required", "'My sheet'!B7"));
    }

    [Theory]
    [InlineData("A2:C3", "id,name", "1|x")]
    [InlineData("A2:C", "id,name", "1|x;2|y")]
    [InlineData("B:C", "id,name", "1|x;2|y")]
    public async Task Only_the_range_is_read(string range, string header, string expected)
    {
        var bytes = XlsxBuilder.Of("""<row r="2"><c r="B2" t="str"><v>id</v></c><c r="C2" t="str"><v>name</v></c><c r="D2" t="str"><v>note</v></c></row>"""
            + """<row r="3"><c r="B3"><v>1</v></c><c r="C3" t="str"><v>x</v></c></row><row r="4"><c r="B4"><v>2</v></c><c r="C4" t="str"><v>y</v></c></row><row r="5"><c r="D5"><v>3</v></c></row>""");
        var (names, rows) = await XlsxReading.ReadAsync(bytes, Range(range), Column("id"), Column("name"));
        string.Join(',', names!).ShouldBe(header);
        string.Join(';', rows.Select(r => r.Cells)).ShouldBe(expected);
    }

    [Fact]
    public async Task Without_a_header_the_ranges_columns_are_the_contracts()
    {
        var (header, rows) = await XlsxReading.ReadAsync(XlsxBuilder.Of(Table), Range("B3:C", header: false), Column("id"), Column("name"));
        header.ShouldBeNull();
        rows.Select(r => r.Cells).ShouldBe(["1|Ada, \"the first\"", "2|"]);
    }

    [Fact]
    public async Task Without_a_header_the_range_is_as_wide_as_the_contract()
    {
        var refusal = await Should.ThrowAsync<RejectException>(() => XlsxReading.ReadAsync(XlsxBuilder.Of(Table), Range("A3:C", header: false), Column("id"), Column("name")));
        (refusal.Rule, refusal.Message).ShouldBe(("range", "the range A3:C has 3 columns, and the contract reads 2"));
    }

    [Fact]
    public async Task Without_header_and_range_what_stands_beyond_the_contracts_columns_is_a_reject()
    {
        var bytes = XlsxBuilder.Of("""<row><c><v>1</v></c></row><row><c><v>2</v></c><c><v>3</v></c></row>""");
        var (_, rows) = await XlsxReading.ReadAsync(bytes, new() { Header = false }, Column("id"));
        rows.Select(r => (r.Cells, r.Malformed?.Rule, r.Malformed?.Reason)).ShouldBe([("1", null, null), ("2", "columns", "the cell Sheet1!B2 is filled, and the contract reads only 1 columns")]);
    }

    [Fact]
    public async Task A_value_in_a_column_without_a_name_is_no_silent_loss()
    {
        var bytes = XlsxBuilder.Of("""<row r="1"><c r="A1" t="str"><v>id</v></c><c r="B1" t="str"><v> </v></c></row><row r="2"><c r="A2"><v>1</v></c></row><row r="3"><c r="C3"><v>9</v></c></row>""");
        var (header, rows) = await XlsxReading.ReadAsync(bytes, null, Column("id"));
        header.ShouldBe(["id"]);
        rows.Select(r => r.Malformed?.Reason).ShouldBe([null, "the cell Sheet1!C3 is filled, and its column has no name in the header"]);
    }

    [Fact]
    public async Task An_empty_sheet_has_no_header() =>
        (await Should.ThrowAsync<RejectException>(() => XlsxReading.ReadAsync(XlsxBuilder.Of(""), null, Column("id")))).Rule.ShouldBe("header");

    [Fact]
    public async Task A_sheet_is_found_by_its_name_hidden_or_not_and_the_first_without_one()
    {
        var bytes = Two().ToBytes();
        (await XlsxReading.ReadAsync(bytes, new() { Sheet = "Año &lt;2&gt;".Replace("&lt;", "<").Replace("&gt;", ">") }, Column("b"))).Rows.ShouldHaveSingleItem().Place.ShouldBe("'Año <2>'!A2");
        (await XlsxReading.ReadAsync(bytes, null, Column("a"))).Header.ShouldBe(["a"]);
    }

    [Fact]
    public async Task Only_the_wanted_sheet_is_read()
    {
        var workbook = Two();
        workbook.Parts["xl/worksheets/sheet1.xml"] = "no XML"u8.ToArray();
        (await XlsxReading.ReadAsync(workbook.ToBytes(), new() { Sheet = "Año <2>" }, Column("b"))).Rows.Count.ShouldBe(1);
        await Should.ThrowAsync<RejectException>(() => XlsxReading.ReadAsync(workbook.ToBytes(), null, Column("b")));
    }

    [Fact]
    public async Task An_unknown_sheet_names_those_there_are()
    {
        var refusal = await Should.ThrowAsync<RejectException>(() => XlsxReading.ReadAsync(Two().ToBytes(), new() { Sheet = "Three" }, Column("b")));
        (refusal.Rule, refusal.Message, refusal.Hint).ShouldBe(("sheet", "the workbook has no sheet 'Three'", "its sheets are 'One', 'Año <2>'"));
    }

    [Fact]
    public async Task Merged_cells_all_have_the_value_of_the_first()
    {
        const string Rows = """
            <row r="1"><c r="A1" t="str"><v>region</v></c><c r="B1" t="str"><v>day</v></c><c r="C1" t="str"><v>n</v></c></row>
            <row r="2"><c r="A2" t="str"><v>North</v></c><c r="B2"><v>1</v></c><c r="C2"><v>7</v></c></row>
            <row r="3"><c r="A3" t="str"><v>hidden</v></c><c r="B3"><v>2</v></c></row>
            <row r="6"><c r="A6" t="str"><v>South</v></c><c r="B6"><v>5</v></c></row>
            """;
        var bytes = new XlsxBuilder().Sheet("S", Rows, """<mergeCells count="9"><mergeCell ref="B6:C6"/><mergeCell ref="A2:A4"/><mergeCell ref="D9"/></mergeCells>""").ToBytes();
        var (_, rows) = await XlsxReading.ReadAsync(bytes, null, Column("region"), Column("day"), Column("n"));
        rows.Select(r => $"{r.Line}: {r.Cells}").ShouldBe(["2: North|1|7", "3: North|2|", "4: North||", "6: South|5|5"]);
    }

    [Fact]
    public async Task A_strict_workbook_with_prefixes_is_read_too()
    {
        var workbook = new XlsxBuilder().SheetXml("S", """<x:worksheet xmlns:x="http://purl.oclc.org/ooxml/spreadsheetml/main"><x:sheetData><x:row><x:c t="str"><x:v>a</x:v></x:c></x:row><x:row><x:c><x:f>1+1</x:f><x:v>2</x:v></x:c></x:row></x:sheetData></x:worksheet>""");
        (await XlsxReading.ReadAsync(workbook.ToBytes(), null, Column("a"))).Rows.ShouldHaveSingleItem().Cells.ShouldBe("2");
    }

    private static XlsxBuilder Two() => new XlsxBuilder()
        .Sheet("One", """<row><c t="str"><v>a</v></c></row>""")
        .Sheet("Año &lt;2&gt;", """<row><c t="str"><v>b</v></c></row><row><c><v>1</v></c></row>""", state: "veryHidden");

    private static Section Range(string text, bool header = true) => new() { Range = CellRange.TryParse(text, out var range) ? range : throw new FormatException(text), Header = header };
}
