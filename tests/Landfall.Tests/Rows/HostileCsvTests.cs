using System.Diagnostics;
using System.Text;
using Landfall.Contracts;
using Shouldly;
using Xunit;
using static Landfall.Tests.Suites.TestContracts;

namespace Landfall.Tests.Rows;

/// <summary>CSV made to hurt: each file has its outcome, soon, and in little memory.</summary>
public sealed class HostileCsvTests
{
    /// <summary>Two seconds is what the program takes at most; a test runs an instrumented one, beside others.</summary>
    private const int Patience = 4;

    private const long Gigabyte = 1L << 30;

    private static readonly Column[] Columns = [Column("id", ColumnType.Int64), Column("name")];

    [Theory]
    [InlineData("", ',', 15_000_000L, "header", 1, "the header is longer than 512 KiB")]
    [InlineData("", 'x', Gigabyte, "header", 1, "the header is longer than 512 KiB")]
    [InlineData("\"", 'x', Gigabyte, "header", 1, "the header is longer than 512 KiB")]
    [InlineData("", ',', 300_000L, "header", 1, "the header has more than 10000 columns")]
    [InlineData("id,name\n", 'x', Gigabyte, "csv", 2, "8 MiB")]
    [InlineData("id,name\n1,a\n\"", 'x', Gigabyte, "csv", 3, "8 MiB")]
    [InlineData("id,name\n", '"', Gigabyte, "csv", 2, "8 MiB")]
    [InlineData("id,name\n", '\0', Gigabyte, "csv", 2, "8 MiB")]
    [InlineData("id,name\n", ',', Gigabyte, "csv", 2, "more than 2000000 cells")]
    [InlineData("id,name\n", ',', 16_000_000L, "csv", 2, "more than 2000000 cells")]
    [InlineData("id,name\n1,a\n\"", 'x', 1000L, "csv", 3, "never closed")]
    public async Task What_can_not_be_read_is_refused_before_it_is_in_memory(string head, char over, long length, string rule, long line, string reason)
    {
        var refusal = await Frugally(() => Should.ThrowAsync<RejectException>(() => Binding.BindAsync(new GeneratedStream(Encoding.UTF8.GetBytes(head), (byte)over, length), Columns)));
        (refusal.Rule, refusal.Line).ShouldBe((rule, line));
        refusal.Message.ShouldContain(reason);
        refusal.Hint.ShouldNotBeNull();
    }

    [Fact]
    public async Task A_row_of_a_million_cells_is_a_reject_of_its_row_only()
    {
        byte[] bytes = [.. "id,name\n1,a\n"u8, .. Enumerable.Repeat((byte)',', 999_999), .. "\n2,b\n"u8];
        var (rows, rejects) = await Frugally(() => Binding.BindAsync(bytes, Columns));
        rows.ShouldBe([(2, "1|a"), (4, "2|b")]);
        rejects.ShouldHaveSingleItem().Reason.ShouldBe("the row has 1000000 cells where 2 are expected");
    }

    [Fact]
    public async Task A_long_row_does_not_make_the_rows_behind_it_count_as_one()
    {
        var rows = string.Concat(Enumerable.Repeat("1,\"a,,,,,,,,,\"\n", 1_000_000));
        var bytes = Encoding.UTF8.GetBytes($"id,name\n1,{new string('x', 8_000_000)}\n{rows}");
        var (good, rejects) = await Binding.BindAsync(bytes, Columns);
        (good.Count, rejects.Count).ShouldBe((1_000_001, 0));
    }

    [Theory]
    [InlineData("", 0)]
    [InlineData("\uFEFF", 0)]
    [InlineData("\uFEFFid,name\n1,a\n", 1)]
    [InlineData("id,name", 0)]
    public async Task An_empty_file_has_no_rows_and_a_byte_order_mark_is_no_content(string csv, int rows)
    {
        var (good, rejects) = await Binding.BindAsync(Encoding.UTF8.GetBytes(csv), Columns);
        (good.Count, rejects.Count).ShouldBe((rows, 0));
    }

    [Fact]
    public async Task A_header_of_ten_thousand_columns_is_read()
    {
        var header = string.Join(',', Enumerable.Range(0, 9_998).Select(i => $"column_{i}_of_a_wide_table"));
        (await Binding.BindAsync(Encoding.UTF8.GetBytes($"id,{header},name\n1,{new string(',', 9_998)}a\n"), Columns, unknown: UnknownColumns.Discard)).Rows.ShouldBe([(2, "1|a")]);
        var refusal = await Should.ThrowAsync<RejectException>(() => Binding.BindAsync(Encoding.UTF8.GetBytes($"id,{header},name,more\n"), Columns, unknown: UnknownColumns.Discard));
        (refusal.Rule, refusal.Line).ShouldBe(("header", 1));
    }

    /// <summary>Within two seconds, and 96 MiB allocated, of which buffers outgrown are the greater part.</summary>
    internal static async Task<T> Frugally<T>(Func<Task<T>> act)
    {
        var (before, watch) = (GC.GetAllocatedBytesForCurrentThread(), Stopwatch.StartNew());
        var result = await act();
        watch.Elapsed.ShouldBeLessThan(TimeSpan.FromSeconds(2 * Patience));
        (GC.GetAllocatedBytesForCurrentThread() - before).ShouldBeLessThan(96L << 20);
        return result;
    }
}
