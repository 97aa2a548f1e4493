using Landfall.Contracts;
using Shouldly;
using Xunit;
using static Landfall.Tests.Suites.TestContracts;

namespace Landfall.Tests.Rows;

public sealed class XlsxCellTests
{
    [Theory]
    [InlineData("1", "1")]
    [InlineData("1.0", "1")]
    [InlineData("-0", "0")]
    [InlineData("007", "7")]
    [InlineData("0.10000000000000001", "0.1")]
    [InlineData("1.1000000000000001", "1.1")]
    [InlineData("3001234567", "3001234567")]
    [InlineData("12345678901234567890", "12345678901234567890")]
    [InlineData("9007199254740993", "9007199254740993")]
    [InlineData("-9223372036854775808", "-9223372036854775808")]
    [InlineData("1.2345678901234567E+19", "12345678901234567000")]
    [InlineData("1E3", "1000")]
    [InlineData("1.0000000000000001E-5", "0.00001")]
    [InlineData("1E-300", "1E-300")]
    [InlineData("1E+300", "1E+300")]
    [InlineData("NaN", "NaN")]
    [InlineData("1,5", "1,5")]
    public async Task A_number_is_its_shortest_text(string value, string expected) => (await CellAsync($"<c><v>{value}</v></c>")).ShouldBe(expected);

    [Theory]
    [InlineData("""<c t="b"><v>1</v></c>""", "true")]
    [InlineData("""<c t="b"><v>0</v></c>""", "false")]
    [InlineData("""<c t="s"><v>0</v></c>""", "plain")]
    [InlineData("""<c t="s"><v>1</v></c>""", " rich text ")]
    [InlineData("""<c t="s"><v>2</v></c>""", "東京")]
    [InlineData("""<c t="s"><v>3</v></c>""", "a\r\nb_x000D_ _x00zz_ _")]
    [InlineData("""<c t="s"><v>4</v></c>""", "😀 \uFFFD")]
    [InlineData("""<c t="inlineStr"><is><r><rPr><b/></rPr><t>in</t></r><r><t xml:space="preserve"> line </t></r></is></c>""", "in line ")]
    [InlineData("""<c t="inlineStr"><is><t>   </t></is></c>""", "   ")]
    [InlineData("""<c t="str"><f>A1&amp;"x"</f><v>a &lt; b_x0009_c</v></c>""", "a < b\tc")]
    [InlineData("""<c t="str"><v><![CDATA[1 < 2]]></v></c>""", "1 < 2")]
    [InlineData("""<c><f>SUM(A1:A9)</f><v>4.5</v></c>""", "4.5")]
    public async Task A_cell_is_its_value(string cell, string expected) => (await CellAsync(cell)).ShouldBe(expected);

    [Theory]
    [InlineData("14", "44507", ColumnType.Date, null, "2021-11-07")]
    [InlineData("14", "44507", ColumnType.Date, "dd/MM/yyyy", "07/11/2021")]
    [InlineData("14", "44507.25", ColumnType.Date, null, "2021-11-07T06:00:00")]
    [InlineData("22", "44507.5", ColumnType.Timestamp, null, "2021-11-07T12:00:00")]
    [InlineData("22", "44507.500011574075", ColumnType.Timestamp, null, "2021-11-07T12:00:01")]
    [InlineData("14", "44507", ColumnType.Timestamp, "yyyy-MM-dd HH:mm", "2021-11-07 00:00")]
    [InlineData("20", "0.5", ColumnType.Time, null, "12:00:00")]
    [InlineData("20", "44507.75", ColumnType.Time, "HH:mm", "18:00")]
    [InlineData("20", "44507.75", ColumnType.Text, null, "2021-11-07T18:00:00")]
    [InlineData("20", "0.999999999", ColumnType.Time, null, "1900-01-01T00:00:00")]
    [InlineData("[h]:mm", "1.25", ColumnType.Text, null, "30:00:00")]
    [InlineData("[h]:mm", "0.25", ColumnType.Time, null, "06:00:00")]
    [InlineData("yyyy\\-mm\\-dd", "44507", ColumnType.Text, null, "2021-11-07")]
    [InlineData("[$-240A]d \"de\" mmmm;@", "44507", ColumnType.Text, null, "2021-11-07")]
    [InlineData("d/m/yy h:mm AM/PM", "44507.0625", ColumnType.Text, null, "2021-11-07T01:30:00")]
    [InlineData("mm:ss.0", "0.5", ColumnType.Text, null, "12:00:00")]
    [InlineData("14", "1", ColumnType.Date, null, "1900-01-01")]
    [InlineData("14", "59", ColumnType.Date, null, "1900-02-28")]
    [InlineData("14", "60", ColumnType.Date, null, "60")]
    [InlineData("14", "61", ColumnType.Date, null, "1900-03-01")]
    [InlineData("14", "2958465", ColumnType.Date, null, "9999-12-31")]
    [InlineData("14", "2958465.9999999999", ColumnType.Date, null, "2958466")]
    [InlineData("14", "2958466", ColumnType.Date, null, "2958466")]
    [InlineData("14", "-1", ColumnType.Date, null, "-1")]
    [InlineData("0", "44507", ColumnType.Date, null, "44507")]
    [InlineData("0.00E+00", "44507", ColumnType.Text, null, "44507")]
    [InlineData("#,##0.00\" days\";[Red]-0", "44507", ColumnType.Text, null, "44507")]
    public async Task A_date_is_what_its_column_asks_for_if_that_loses_nothing(string format, string value, ColumnType type, string? asks, string expected) =>
        (await CellAsync($"""<c s="1"><v>{value}</v></c>""", Column("v", type) with { Format = asks }, ["0", format])).ShouldBe(expected);

    [Theory]
    [InlineData("1")]
    [InlineData("true")]
    public async Task A_workbook_may_count_from_1904(string flag)
    {
        var workbook = new XlsxBuilder { Formats = ["14"], WorkbookProperties = $"""<workbookPr date1904="{flag}"/>""" }
            .Sheet("S", """<row><c s="0"><v>0</v></c></row><row><c s="0"><v>43045</v></c></row><row><c s="0"><v>2957003</v></c></row><row><c s="0"><v>2957004</v></c></row>""");
        (await XlsxReading.ReadAsync(workbook.ToBytes(), new() { Header = false }, Column("v", ColumnType.Date))).Rows.Select(r => r.Cells).ShouldBe(["1904-01-01", "2021-11-07", "9999-12-31", "2957004"]);
    }

    [Theory]
    [InlineData("2021-11-07", ColumnType.Date, "2021-11-07")]
    [InlineData("2021-11-07T00:00:00.000", ColumnType.Date, "2021-11-07")]
    [InlineData("2021-11-07T13:30:00Z", ColumnType.Timestamp, "2021-11-07T13:30:00")]
    [InlineData("13:30:00", ColumnType.Time, "13:30:00")]
    public async Task A_strict_workbook_has_its_dates_in_ISO_8601(string value, ColumnType type, string expected) =>
        (await CellAsync($"""<c t="d"><v>{value}</v></c>""", Column("v", type))).ShouldBe(expected);

    [Theory]
    [InlineData("#N/A", "(#N/A)")]
    [InlineData("#DIV/0!", "(#DIV/0!)")]
    [InlineData("secret", "(#?)")]
    public async Task An_error_is_a_reject_that_names_the_cell(string error, string shown)
    {
        var bytes = XlsxBuilder.Of($"""<row><c t="str"><v>v</v></c></row><row><c t="e"><f>1/0</f><v>{error}</v></c></row>""");
        var malformed = (await XlsxReading.ReadAsync(bytes, null, Column("v"))).Rows.ShouldHaveSingleItem().Malformed.ShouldNotBeNull();
        (malformed.Column, malformed.Rule, malformed.Reason).ShouldBe(("v", "xlsx", $"the cell Sheet1!A2 holds an error {shown} instead of a value; mend its formula"));
    }

    private static async Task<string> CellAsync(string cell, Column? column = null, IReadOnlyList<string>? formats = null)
    {
        var workbook = new XlsxBuilder
        {
            Formats = formats ?? ["0"],
            SharedStrings = ["<t>plain</t>", "<r><t> rich</t></r><r><rPr/><t> text </t></r>", "<t>東京</t><rPh sb=\"0\" eb=\"2\"><t>トウキョウ</t></rPh><phoneticPr/>", "<t>a_x000D_&#10;b_x005F_x000D_ _x00zz_ _</t>", "<t>_xD83D__xDE00_ _xD83D_</t>"],
        };
        return (await XlsxReading.ReadAsync(workbook.Sheet("S", $"<row>{cell}</row>").ToBytes(), new() { Header = false }, column ?? Column("v"))).Rows.ShouldHaveSingleItem().Cells;
    }
    [Theory]
    [InlineData("General\" km\"", "1.5", "1.5")]
    [InlineData("General;[Red]-General", "45000.25", "45000.25")]
    [InlineData("[Blue]General", "7", "7")]
    public async Task A_format_that_says_general_makes_no_date(string format, string value, string expected)
    {
        var workbook = new XlsxBuilder { Formats = [format] }.Sheet("S", $"<row r=\"1\"><c r=\"A1\" s=\"0\"><v>{value}</v></c></row>");
        var (_, rows) = await XlsxReading.ReadAsync(workbook.ToBytes(), new Section { Header = false }, Column("a"));
        rows.ShouldHaveSingleItem().Cells.ShouldBe(expected);
    }

    [Theory]
    [InlineData("<c r=\"A1\"><f>1+1</f></c>")]
    [InlineData("<c r=\"A1\" t=\"str\"><f>B1</f></c>")]
    [InlineData("<c r=\"A1\"><is><t>x</t></is></c>")]
    [InlineData("<c r=\"A1\" t=\"inlineStr\"><v>x</v></c>")]
    [InlineData("<c r=\"A1\"><v>1</v><v>2</v></c>")]
    public async Task A_value_that_is_not_where_it_belongs_is_a_reject_and_no_blank(string cell)
    {
        var (_, rows) = await XlsxReading.ReadAsync(XlsxBuilder.Of($"<row r=\"1\">{cell}<c r=\"B1\"><v>1</v></c></row>"), new Section { Header = false }, Column("a"), Column("b"));
        rows.ShouldHaveSingleItem().Malformed!.Value.Reason.ShouldContain("Sheet1!A1 holds a formula that was never calculated");
    }

}
