using System.Text;
using Landfall.Contracts;
using Landfall.Rows;
using Shouldly;
using Xunit;
using static Landfall.Tests.Suites.TestContracts;

namespace Landfall.Tests.Rows;

public sealed class NdjsonRowReaderTests
{
    private static readonly FileFormat Ndjson = new() { Type = FormatType.Ndjson };

    [Theory]
    [InlineData("[{\"id\":1},\n{\"id\":2}\n]")]
    [InlineData("\n [\n{\"id\":1}\n]\n")]
    public async Task An_array_is_refused_whole_so_that_no_half_of_it_lands(string file)
    {
        var refusal = await Should.ThrowAsync<RejectException>(() => Binding.BindAsync(Encoding.UTF8.GetBytes(file), [Column("id", ColumnType.Int64)], new() { Type = FormatType.Ndjson }));
        refusal.Message.ShouldContain("one JSON array");
    }

    [Fact]
    public async Task Members_are_read_by_name_in_any_order_and_lines_are_counted_as_they_stand()
    {
        var (rows, rejects) = await BindAsync("\uFEFF{\"a\":\"x\",\"b\":1}\r\n\n  \t\r\n { \"b\" : 2 , \"a\" : \"y\" } \n{\"a\":\"z\",\"b\":\"3\"}", Column("a"), Column("b", ColumnType.Int64));
        rows.ShouldBe([(1, "x|1"), (4, "y|2"), (5, "z|3")]);
        rejects.ShouldBeEmpty();
    }

    [Theory]
    [InlineData("""{"a":"plain"}""", "plain")]
    [InlineData("""{"a":""}""", "∅")]
    [InlineData("""{"a":null}""", "∅")]
    [InlineData("{}", "∅")]
    [InlineData("""{"a":-1.50e+3}""", "-1.50e+3")]
    [InlineData("""{"a":true}""", "true")]
    [InlineData("""{"a":false}""", "false")]
    [InlineData("""{"a":"\"\\\/\b\f\n\r\t\u00e9\ud83d\ude00€"}""", "\"\\/\b\f\n\r\té😀€")]
    [InlineData("""{"\u0061":"named with an escape"}""", "named with an escape")]
    public async Task A_cell_is_the_members_value_as_text(string line, string cell) => (await BindAsync(line, Column("a"))).Rows.ShouldBe([(1, cell)]);

    [Theory]
    [InlineData("""{"a":{"b" : [1, null]}}""", """{"b" : [1, null]}""")]
    [InlineData("""{"a":[]}""", "[]")]
    [InlineData("""{"a":"x\n"}""", "\"x\\n\"")]
    [InlineData("""{"a":"x"}""", "\"x\"")]
    [InlineData("""{"a":12}""", "12")]
    [InlineData("""{"a":null}""", "∅")]
    public async Task A_JSON_columns_cell_is_the_members_JSON(string line, string cell) => (await BindAsync(line, Column("a", ColumnType.Json))).Rows.ShouldBe([(1, cell)]);

    [Theory]
    [InlineData("""{"a":1,"a":2}""", "ndjson", null, "a member stands twice in the line")]
    [InlineData("""{"a":1,"\u0061":2}""", "ndjson", null, "a member stands twice in the line")]
    [InlineData("""[{"a":1}]""", "ndjson", null, "the line is an array; NDJSON has one object a line")]
    [InlineData("\"a\"", "ndjson", null, "the line is a text; NDJSON has one object a line")]
    [InlineData("{", "ndjson", null, "the line ends before its object does; NDJSON has one whole object a line, and no line break within it")]
    [InlineData("""{"a":"secret""", "ndjson", null, "the line ends before its object does; NDJSON has one whole object a line, and no line break within it")]
    [InlineData("""{"a":secret}""", "ndjson", null, "the line is not valid JSON at its byte 6")]
    [InlineData("a,b", "ndjson", null, "the line is no JSON object; NDJSON has one object a line")]
    [InlineData("7", "ndjson", null, "the line is a number; NDJSON has one object a line")]
    [InlineData("""{"a":{}""", "ndjson", null, "the line ends before its object does; NDJSON has one whole object a line, and no line break within it")]
    [InlineData("""{"a":1}{"a":2}""", "ndjson", null, "the line is not valid JSON at its byte 8")]
    [InlineData("""{"a":1,}""", "ndjson", null, "the line is not valid JSON at its byte 8")]
    [InlineData("""{"a":01}""", "ndjson", null, "the line is not valid JSON at its byte 7")]
    [InlineData("""{"a":"\x"}""", "ndjson", null, "the line is not valid JSON at its byte 8")]
    [InlineData("{\"a\":\"\t\"}", "ndjson", null, "the line is not valid JSON at its byte 7")]
    [InlineData("{\"a\":\"\0\"}", "ndjson", null, "the line is not valid JSON at its byte 7")]
    [InlineData("""{"a":"\ud800"}""", "ndjson", null, "the line has an escape (\\u…) for one half of a surrogate pair without the other")]
    [InlineData("""{"j":["\udc00"]}""", "ndjson", null, "the line has an escape (\\u…) for one half of a surrogate pair without the other")]
    [InlineData("""{"a":"\u0000"}""", "encoding", "a", "a holds a NUL character, which no warehouse takes")]
    [InlineData("""{"a":{"b":1}}""", "logicalType", "a", "a must be text, and is an object")]
    [InlineData("""{"n":[1]}""", "logicalType", "n", "n must be a number, and is an array")]
    [InlineData("""{"n":[1],"n":[1]}""", "logicalType", "n", "n must be a number, and is an array")]
    [InlineData("""{"n":1.0}""", "logicalType", "n", "n must be a whole number of 64 bits")]
    [InlineData("""{"a":1,"other":2}""", "columns", "other", "member 'other' is not in the contract")]
    [InlineData("""{"a":1,"o\u0007ther":2}""", "columns", "o\uFFFDther", "member 'o\uFFFDther' is not in the contract")]
    [InlineData("""{"A":1}""", "columns", "A", "member 'A' is not in the contract")]
    public async Task A_broken_line_is_a_reject_with_line_rule_column_and_reason(string line, string rule, string? column, string reason)
    {
        var (rows, rejects) = await BindAsync($"{{\"a\":1}}\n{line}\n{{\"a\":2}}\n", Column("a"), Column("n", ColumnType.Int64), Column("j", ColumnType.Json));
        rows.ShouldBe([(1, "1|∅|∅"), (3, "2|∅|∅")]);
        var reject = rejects.ShouldHaveSingleItem();
        (reject.Line, reject.Rule, reject.Column, reject.Reason).ShouldBe((2, rule, column, reason));
    }

    [Fact]
    public async Task Bytes_that_are_no_UTF8_are_a_reject_of_their_line_only()
    {
        var (rows, rejects) = await Binding.BindAsync([.. "{\"a\":1}\n{\"a\":\""u8, 0xC3, 0x28, .. "\"}\n{\"a\":2}\n{\"a\":3,\"x"u8, 0xFF, .. "\":1}"u8], [Column("a")], Ndjson, UnknownColumns.Discard);
        rows.ShouldBe([(1, "1"), (3, "2")]);
        rejects.Select(r => (r.Line, r.Rule)).ShouldBe([(2, "ndjson"), (4, "ndjson")]);
    }

    [Theory]
    [InlineData(63, true)]
    [InlineData(64, false)]
    [InlineData(100_000, false)]
    public async Task A_line_may_be_nested_sixty_four_levels(int arrays, bool fits)
    {
        var (rows, rejects) = await BindAsync($"{{\"j\":{new string('[', arrays)}{new string(']', arrays)}}}", Column("j", ColumnType.Json));
        (rows.Count, rejects.Count).ShouldBe(fits ? (1, 0) : (0, 1));
        if (!fits) rejects[0].Reason.ShouldBe("the line is nested deeper than 64 levels");
    }

    [Fact]
    public async Task Discarded_members_are_passed_over_whatever_they_hold()
    {
        const string Lines = """
            {"x":[{"a":9}],"a":1,"y":"\u00e9","z":null}
            {"x":{"a":[9]},"a":2,"y":-0.5E-7,"z":true}
            {"a":3,"z":"plain","z\n":1}
            {"z":1,"a":4,"z":2}
            {"x":"\ud800","a":5}
            """;
        var (rows, rejects) = await Binding.BindAsync(Encoding.UTF8.GetBytes(Lines), [Column("a")], Ndjson, UnknownColumns.Discard);
        rows.ShouldBe([(1, "1"), (2, "2"), (3, "3")]);
        rejects.Select(r => (r.Line, r.Rule)).ShouldBe([(4, "ndjson"), (5, "ndjson")]);
    }

    [Fact]
    public async Task Names_that_are_ever_new_cost_no_memory()
    {
        var lines = new MemoryStream();
        for (var i = 0; i < 20_000; i++) lines.Write(Encoding.UTF8.GetBytes($"{{\"unheard_of_{i}\":{i},\"a\":{i},\"again_{i}\":1}}\n"));
        var (rows, rejects) = await Binding.BindAsync(lines.ToArray(), [Column("a")], Ndjson, UnknownColumns.Discard);
        (rows.Count, rejects.Count).ShouldBe((20_000, 0));
        rows[^1].ShouldBe((20_000, "19999"));
    }

    [Fact]
    public async Task The_date_in_the_name_is_a_column_and_one_member_may_fill_two()
    {
        var day = Column("day", ColumnType.Date) with { Source = Landfall.Contracts.Column.DateSource };
        var (rows, _) = await Binding.BindAsync("{\"a\":\"7\"}"u8.ToArray(), [day, Column("number", ColumnType.Int64, source: "a"), Column("text", source: "a")], Ndjson, date: new DateOnly(2021, 4, 3));
        rows.ShouldBe([(1, "2021-04-03|7|7")]);
    }

    [Fact]
    public async Task A_name_with_quotes_in_it_is_no_two_members()
    {
        var odd = Column("odd", source: "a\":1,\"b");
        (await BindAsync("""{"a\":1,\"b":"x"}""", odd)).Rows.ShouldBe([(1, "x")]);
        (await BindAsync("""{"a":1,"b":"x"}""", odd)).Rejects.ShouldHaveSingleItem().Rule.ShouldBe("columns");
    }

    [Theory]
    [InlineData("{\"a\":\"")]
    [InlineData("{\"a\":1}\n")]
    [InlineData("")]
    public async Task A_line_longer_than_the_limit_refuses_the_file_without_reading_it_into_memory(string head)
    {
        var stream = new GeneratedStream(Encoding.UTF8.GetBytes(head), (byte)'x', 1L << 30);
        var refusal = await HostileCsvTests.Frugally(() => Should.ThrowAsync<RejectException>(() => Binding.BindAsync(stream, [Column("a")], Ndjson)));
        (refusal.Rule, refusal.Line).ShouldBe(("ndjson", head.EndsWith('\n') ? 2 : 1));
        refusal.Message.ShouldContain("is longer than 8 MiB");
        stream.Served.ShouldBeLessThan(20L << 20);
    }

    [Theory]
    [InlineData("\\\"")]
    [InlineData("xx")]
    public async Task A_line_just_within_the_limit_is_read(string pair)
    {
        var text = string.Concat(Enumerable.Repeat(pair, 4_000_000));
        var (rows, _) = await HostileCsvTests.Frugally(() => CountAsync(Encoding.UTF8.GetBytes($"{{\"a\":1}}\n{{\"a\":\"{text}\"}}\n{{\"a\":2}}")));
        rows.ShouldBe([1, pair == "xx" ? 8_000_000 : 4_000_000, 1]);
    }

    [Fact]
    public async Task An_object_of_very_many_members_is_a_reject()
    {
        var line = new StringBuilder("{\"a\":1");
        for (var i = 0; line.Length < 8_000_000; i++) line.Append($",\"{i:x}\":0");
        var bytes = Encoding.UTF8.GetBytes(line.Append("}\n{\"a\":2}").ToString());
        var (rows, rejects) = await HostileCsvTests.Frugally(() => Binding.BindAsync(bytes, [Column("a")], Ndjson, UnknownColumns.Discard));
        rows.ShouldBe([(2, "2")]);
        rejects.ShouldHaveSingleItem().Reason.ShouldBe("the line has more than 10000 members");
    }

    [Fact]
    public async Task Rows_cost_no_memory()
    {
        var bytes = Encoding.UTF8.GetBytes(string.Concat(Enumerable.Range(0, 100_000).Select(i => $"{{\"a\":\"{i}\\n\",\"x\":{{\"y\":[{i}]}}}}\n")));
        await CountAsync(bytes);
        var before = GC.GetAllocatedBytesForCurrentThread();
        (await CountAsync(bytes)).Rows.Count.ShouldBe(100_000);
        // The list of lengths is most of it.
        (GC.GetAllocatedBytesForCurrentThread() - before).ShouldBeLessThan(3 << 20);
    }

    private static async Task<(List<int> Rows, long Lines)> CountAsync(byte[] bytes)
    {
        var feed = Feed.Of([Table("test", "rows", WriteMode.Append, 0, Column("a"))])[0];
        await using var reader = await RowReaders.OpenAsync(new MemoryStream(bytes), Ndjson, feed, UnknownColumns.Discard, default);
        var rows = new List<int>();
        while (await reader.ReadAsync(default))
        {
            reader.Malformed.ShouldBeNull();
            rows.Add(reader.Cell(0).Length);
        }
        return (rows, reader.Line);
    }

    private static Task<(List<(long Line, string Row)> Rows, List<Landfall.Rows.Reject> Rejects)> BindAsync(string lines, params Column[] columns) =>
        Binding.BindAsync(Encoding.UTF8.GetBytes(lines), columns, Ndjson);
}
