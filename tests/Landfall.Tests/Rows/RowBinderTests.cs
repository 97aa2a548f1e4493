using System.Text;
using Landfall.Contracts;
using Shouldly;
using Xunit;
using static Landfall.Tests.Suites.TestContracts;

namespace Landfall.Tests.Rows;

public sealed class RowBinderTests
{
    [Fact]
    public async Task Cells_are_read_by_the_headers_names_in_any_order()
    {
        var (rows, rejects) = await BindAsync("b,a\n1,x\n", Column("a"), Column("b", ColumnType.Int64));
        rows.ShouldBe([(2, "x|1")]);
        rejects.ShouldBeEmpty();
    }

    [Fact]
    public async Task Without_a_header_cells_are_read_in_the_contracts_order()
    {
        var (rows, _) = await Binding.BindAsync("1,x\n2,\n"u8.ToArray(), [Column("b", ColumnType.Int64), Column("a")], new FileFormat { Header = false });
        rows.ShouldBe([(1, "1|x"), (2, "2|∅")]);
    }

    [Theory]
    [InlineData("a\nx\n", "column 'b' is missing")]
    [InlineData("a,b,c\nx,1,2\n", "column 'c' is not in the contract")]
    [InlineData("a,b,a\nx,1,2\n", "column 'a' stands twice")]
    [InlineData("A,b\nx,1\n", "column 'A' is not in the contract; column 'a' is missing")]
    public async Task A_header_that_does_not_fit_refuses_the_file_and_names_every_fault(string csv, string fault)
    {
        var refusal = await Should.ThrowAsync<RejectException>(() => BindAsync(csv, Column("a"), Column("b", ColumnType.Int64)));
        refusal.Message.ShouldContain(fault);
        refusal.Line.ShouldBe(1);
        refusal.Rule.ShouldBe("header");
        refusal.Hint.ShouldBe("the contract reads: a,b");
    }

    [Fact]
    public async Task A_quote_that_opens_in_the_header_does_not_take_the_rows_with_it() =>
        (await Should.ThrowAsync<RejectException>(() => Binding.BindAsync("a,\"note\nx,1\ny,2\n"u8.ToArray(), [Column("a")], unknown: UnknownColumns.Discard))).Rule.ShouldBe("header");

    [Fact]
    public async Task A_file_without_its_header_line_tells_no_cells()
    {
        var refusal = await Should.ThrowAsync<RejectException>(() => BindAsync("ada@example.com,1\n", Column("a"), Column("b")));
        refusal.Message.ShouldNotContain("ada@");
        refusal.Message.ShouldContain("no header line");
    }

    [Theory]
    [InlineData("""{"n":1e300000}""", false)]
    [InlineData("""{"n":1e300}""", true)]
    [InlineData("""["\u0000"]""", false)]
    [InlineData("""["\ud800"]""", false)]
    [InlineData("{}{}", false)]
    public async Task JSON_is_what_a_warehouse_takes(string json, bool fits) =>
        (await BindAsync($"v\n\"{json.Replace("\"", "\"\"", StringComparison.Ordinal)}\"\n", Column("v", ColumnType.Json))).Rows.Count.ShouldBe(fits ? 1 : 0);

    [Fact]
    public async Task JSON_that_is_not_UTF8_is_a_reject() =>
        (await Binding.BindAsync([.. "v\n\"[\"\"Caf"u8, 0xE9, .. "\"\"]\"\n"u8], [Column("v", ColumnType.Json)])).Rejects.ShouldHaveSingleItem().Rule.ShouldBe("logicalType");

    [Fact]
    public async Task Discarded_columns_are_passed_over() =>
        (await Binding.BindAsync("c,a\n9,x\n"u8.ToArray(), [Column("a")], unknown: UnknownColumns.Discard)).Rows.ShouldBe([(2, "x")]);

    [Theory]
    [InlineData("1", 3, "columns", null, "the row has 1 cells where 2 are expected")]
    [InlineData("x,1,2", 3, "columns", null, "the row has 3 cells where 2 are expected")]
    [InlineData("x,one", 3, "logicalType", "b", "b must be a whole number of 64 bits")]
    [InlineData("x,9223372036854775808", 3, "logicalType", "b", "b must be a whole number of 64 bits")]
    [InlineData("x,", 3, "required", "b", "b is required and empty")]
    [InlineData(",", 3, "required", "a", "a is required and empty; b is required and empty")]
    [InlineData("x\"y,1", 3, "csv", null, "a quote stands inside an unquoted cell; put the whole cell in quotes and double the quote")]
    [InlineData("\"x\"y,1", 3, "csv", null, "text follows a closing quote; double the quotes inside a quoted cell")]
    public async Task A_broken_row_is_a_reject_with_line_rule_column_and_reason(string line, int at, string rule, string? column, string reason)
    {
        var (rows, rejects) = await BindAsync($"a,b\nfirst,1\n{line}\nlast,2\n", Column("a", required: true), Column("b", ColumnType.Int64, required: true));
        rows.ShouldBe([(2, "first|1"), (4, "last|2")]);
        var reject = rejects.ShouldHaveSingleItem();
        (reject.Line, reject.Rule, reject.Column, reject.Reason).ShouldBe((at, rule, column, reason));
    }

    [Fact]
    public async Task Lines_are_counted_through_quoted_line_breaks_and_blank_lines()
    {
        var (rows, rejects) = await BindAsync("a,b\r\n\"x\r\ny\",1\r\n\r\nz,bad\r\n", Column("a"), Column("b", ColumnType.Int64));
        rows.ShouldBe([(2, "x\r\ny|1")]);
        rejects.ShouldHaveSingleItem().Line.ShouldBe(5);
    }

    [Theory]
    [InlineData("pattern", "12", "must match [A-Za-z]{2}")]
    [InlineData("pattern", "NYC", "must match [A-Za-z]{2}")]
    [InlineData("pattern", "\"NY\n\"", "must match [A-Za-z]{2}")]
    public async Task A_pattern_matches_the_whole_value(string rule, string cell, string expected)
    {
        var (_, rejects) = await BindAsync($"state\n{cell}\n", Column("state", pattern: "[A-Za-z]{2}"));
        var reject = rejects.ShouldHaveSingleItem();
        reject.Rule.ShouldBe(rule);
        reject.Reason.ShouldBe($"state {expected}");
    }

    [Theory]
    [InlineData("1234567890.12", true)]
    [InlineData("12345678901.12", false)]
    [InlineData("1.123", false)]
    [InlineData("1.120", true)]
    [InlineData("-0.01", true)]
    [InlineData("1e5", false)]
    [InlineData("1,5", false)]
    [InlineData("0.00000000000000000000000000001", false)]
    [InlineData("NaN", false)]
    public async Task A_decimal_is_never_rounded(string cell, bool fits)
    {
        var (rows, rejects) = await BindAsync($"v\n\"{cell}\"\n", Column("v", ColumnType.Numeric) with { Precision = 12, Scale = 2 });
        (rows.Count, rejects.Count).ShouldBe(fits ? (1, 0) : (0, 1));
    }

    [Theory]
    [InlineData("0", false)]
    [InlineData("1", true)]
    [InlineData("9.99", true)]
    [InlineData("10", false)]
    public async Task Bounds_are_inclusive_unless_said(string cell, bool fits)
    {
        var column = Column("v", ColumnType.Numeric) with { Minimum = new(1, Exclusive: false), Maximum = new(10, Exclusive: true) };
        (await BindAsync($"v\n{cell}\n", column)).Rows.Count.ShouldBe(fits ? 1 : 0);
    }

    [Theory]
    [InlineData("0", false)]
    [InlineData("1", true)]
    [InlineData("9", true)]
    [InlineData("10", false)]
    public async Task So_are_those_of_whole_numbers(string cell, bool fits) =>
        (await BindAsync($"v\n{cell}\n", Column("v", ColumnType.Int64) with { Minimum = new(1, Exclusive: false), Maximum = new(10, Exclusive: true) })).Rows.Count.ShouldBe(fits ? 1 : 0);

    [Theory]
    [InlineData(" 7")]
    [InlineData("7 ")]
    [InlineData("\t7")]
    [InlineData(" 7\t ")]
    public async Task Spaces_and_tabs_around_a_number_are_nothing(string cell) => (await BindAsync($"v\n{cell}\n", Column("v", ColumnType.Int64))).Rows.ShouldBe([(2, "7")]);

    [Fact]
    public async Task Padding_comes_before_the_rules_and_counts_characters()
    {
        var zip = Column("zip", pattern: "[0-9]{5}") with { Pad = new(5, '0') };
        (await BindAsync("zip\n8014\n70116\n\n123456\n", zip)).Rows.Select(r => r.Row).ShouldBe(["08014", "70116"]);
        (await BindAsync("zip\n8ä\n", zip with { Pattern = null })).Rows.ShouldBe([(2, "0008ä")]);
    }

    [Theory]
    [InlineData("ä€😀", 3, true)]
    [InlineData("ä€😀", 2, false)]
    public async Task Lengths_count_characters_not_bytes(string cell, int most, bool fits) =>
        (await BindAsync($"v\n{cell}\n", Column("v") with { MaxLength = most })).Rows.Count.ShouldBe(fits ? 1 : 0);

    [Fact]
    public async Task Bytes_that_are_no_UTF8_and_NUL_are_rejects_of_their_row_only()
    {
        var (rows, rejects) = await Binding.BindAsync([.. "v\ngood\n"u8, 0xC3, 0x28, (byte)'\n', .. "a\0b\n"u8, .. "also good\n"u8], [Column("v")]);
        rows.Select(r => r.Row).ShouldBe(["good", "also good"]);
        rejects.Select(r => (r.Line, r.Rule)).ShouldBe([(3, "encoding"), (4, "encoding")]);
    }

    [Fact]
    public async Task The_date_in_the_name_is_a_column()
    {
        var day = Column("day", ColumnType.Date) with { Source = Landfall.Contracts.Column.DateSource };
        (await Binding.BindAsync("a\nx\n"u8.ToArray(), [Column("a"), day], date: new DateOnly(2021, 4, 3))).Rows.ShouldBe([(2, "x|2021-04-03")]);
    }

    [Fact]
    public async Task An_unclosed_quote_refuses_the_file_for_nobody_knows_how_many_rows_it_swallowed()
    {
        var refusal = await Should.ThrowAsync<RejectException>(() => BindAsync("a,b\nx,1\n\"y,2\nz,3\n", Column("a"), Column("b", ColumnType.Int64)));
        (refusal.Line, refusal.Rule).ShouldBe((3, "csv"));
        refusal.Message.ShouldContain("never closed");
    }

    private static Task<(List<(long Line, string Row)> Rows, List<Landfall.Rows.Reject> Rejects)> BindAsync(string csv, params Column[] columns) =>
        Binding.BindAsync(Encoding.UTF8.GetBytes(csv), columns);
}
