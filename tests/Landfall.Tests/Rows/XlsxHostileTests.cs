using System.IO.Compression;
using System.Text;
using Landfall.Rows;
using Landfall.Tests.Attacks;
using Shouldly;
using Xunit;
using static Landfall.Tests.Suites.TestContracts;

namespace Landfall.Tests.Rows;

/// <summary>Workbooks that were made to hurt: each ends in a clear refusal, soon, and in little memory.</summary>
[Collection(nameof(Alone))]   // it measures time and memory, and looks into the temporary folder
public sealed class XlsxHostileTests
{
    public static TheoryData<string, string> Hostile => new()
    {
        { "bomb in the sheet", "times longer than its compressed form" },
        { "bomb in the shared texts", "is longer than 32 MiB" },
        { "bomb in the styles", "is longer than 16 MiB" },
        { "bomb in the workbook", "is longer than 4 MiB" },
        { "100,000 parts", "more than 10000 parts" },
        { "100,000 parts, told as 5", "more than 10000 parts" },
        { "told shorter than it is", "its length or its checksum differs" },
        { "told longer than it is", "damaged|its length or its checksum differs" },
        { "a large sheet with a hole", "it is damaged" },
        { "one digit changed", "its length or its checksum differs" },
        { "encrypted", "is encrypted" },
        { "one part twice", "twice" },
        { "document type", "declares a document type" },
        { "external entity", "declares a document type" },
        { "billion laughs", "declares a document type" },
        { "row 1048577", "whose number is not one of 1 to 1048576" },
        { "row 0", "whose number is not one of 1 to 1048576" },
        { "column ZZZZ", "whose address is not one of that row" },
        { "column XFE", "whose address is not one of that row" },
        { "cell of another row", "whose address is not one of that row" },
        { "a cell twice", "has A1 behind A1" },
        { "rows backwards", "has row 1 behind row 2" },
        { "a row of 20,000 cells", "more cells in row 1 than there are columns" },
        { "millions of merged ranges", "merges too much" },
        { "everything merged", "merges too much" },
        { "merged ranges that overlap", "overlap" },
        { "shared text that is not there", "refers in A1 to a text that the workbook does not have" },
        { "a name of 2 MiB", "a tag or a text of more than 1 MiB" },
        { "a text of 2 MiB", "a tag or a text of more than 1 MiB" },
        { "a row of 20 MiB", "a row of the sheet is longer than 8 MiB" },
        { "10,000 names", "more than 4096 different names" },
        { "a depth of 100,000", "nested deeper than 64" },
        { "UTF-16", "is not UTF-8|is not well-formed XML" },
        { "Latin-1", "is not UTF-8" },
        { "cut off XML", "is not well-formed XML" },
        { "cut off file", "its list of parts is missing" },
        { "no zip behind its first bytes", "its list of parts is missing" },
        { "missing sheet", "lacks its part xl/worksheets/sheet1.xml" },
    };

    [Theory]
    [MemberData(nameof(Hostile))]
    public async Task It_is_refused_in_time(string what, string expected)
    {
        var bytes = HostileWorkbook.Make(what);
        var (refusal, taken) = await Gauge.MeasureAsync(() => ReadAllAsync(bytes));
        refusal.ShouldNotBeNull($"{what} was read");
        expected.Split('|').Any(e => refusal.Message.Contains(e, StringComparison.Ordinal)).ShouldBeTrue(refusal.Message);
        refusal.Rule.ShouldBe("xlsx");
        taken.ShouldBeSoonAndIn(Gauge.Little);
    }

    public static TheoryData<string> Harmless => ["a dimension that lies", "a million rows of nothing", "a nested archive", "a million row texts", "cells that share", "few values in cells without addresses"];

    [Theory]
    [MemberData(nameof(Harmless))]
    public async Task It_is_read_all_the_same(string what)
    {
        var bytes = HostileWorkbook.Make(what);
        var (refusal, taken) = await Gauge.MeasureAsync(() => ReadAllAsync(bytes));
        refusal.ShouldBeNull();
        taken.Time.IsWithin(TimeSpan.FromSeconds(10)).ShouldBeTrue($"{taken}");
        taken.ShouldBeIn(Gauge.Little);
    }

    [Theory]
    [InlineData("", "is empty")]
    [InlineData("a,b\n1,2\n", "is text, perhaps CSV")]
    [InlineData("\uFEFF <html><table><tr><td>1</td></tr></table></html>", "is HTML or XML")]
    [InlineData("<?xml version=\"1.0\"?><?mso-application progid=\"Excel.Sheet\"?><Workbook/>", "is HTML or XML")]
    [InlineData("\u001f\u008b\b", "is compressed with gzip")]
    [InlineData("\u00d0\u00cf\u0011\u00e0\u00a1\u00b1\u001a\u00e1 W\0o\0r\0k\0b\0o\0o\0k\0", "old format (.xls)")]
    [InlineData("\u00d0\u00cf\u0011\u00e0\u00a1\u00b1\u001a\u00e1 E\0n\0c\0r\0y\0p\0t\0e\0d\0P\0a\0c\0k\0a\0g\0e\0", "protected with a password")]
    [InlineData("%PDF-1.7\u0000\u0001", "is not a workbook")]
    public async Task What_is_no_workbook_is_told_what_it_is(string content, string expected)
    {
        var bytes = content.StartsWith('\uFEFF') ? Encoding.UTF8.GetBytes(content) : Encoding.Latin1.GetBytes(content);
        var refusal = await Should.ThrowAsync<RejectException>(() => XlsxReading.ReadAsync(bytes, null, Column("id")));
        (refusal.Rule, refusal.Message.Contains(expected, StringComparison.Ordinal)).ShouldBe(("xlsx", true), refusal.Message);
    }

    [Theory]
    [InlineData("xl/workbook.bin", "is a binary workbook (.xlsb)")]
    [InlineData("content.xml", "is an OpenDocument file (.ods)")]
    [InlineData("word/document.xml", "is a Word document")]
    [InlineData("mail/relations.xlsx", "is a zip archive that holds a workbook")]
    [InlineData("readme.txt", "is a zip archive, but no workbook")]
    public async Task A_zip_archive_of_something_else_is_told_what_it_is(string part, string expected) =>
        (await Should.ThrowAsync<RejectException>(() => XlsxReading.ReadAsync(HostileWorkbook.Zip((part, "x"u8.ToArray())), null, Column("id")))).Message.ShouldBe($"the file {expected}");

    [Fact]
    public async Task A_workbook_is_at_most_64_MiB()
    {
        var bytes = XlsxBuilder.Of(HostileWorkbook.Good);
        Array.Resize(ref bytes, (64 << 20) + 1);
        (await Should.ThrowAsync<RejectException>(() => XlsxReading.ReadAsync(bytes, null, Column("id")))).Message.ShouldBe("the workbook is larger than 64 MiB");
    }

    [Fact]
    public async Task Cancelled_it_stops()
    {
        using var cancelled = new CancellationTokenSource();
        await using var reader = await XlsxRowReader.OpenAsync(new MemoryStream(HostileWorkbook.Make("a million row texts")), XlsxReading.Feed(new() { Header = false }, Column("id")), cancelled.Token);
        (await reader.ReadAsync(cancelled.Token)).ShouldBeTrue();
        await cancelled.CancelAsync();
        await Should.ThrowAsync<OperationCanceledException>(async () => await reader.ReadAsync(cancelled.Token));
    }

    [Fact]
    public async Task Nothing_is_left_in_the_temporary_folder()
    {
        string[] Left() => [.. Directory.GetFiles(Path.GetTempPath(), "landfall-*.xlsx")];
        var before = Left();
        var reader = await XlsxRowReader.OpenAsync(new MemoryStream(XlsxBuilder.Of(HostileWorkbook.Good)), XlsxReading.Feed(null, Column("id")), default);
        Left().Except(before).ShouldNotBeEmpty();
        await reader.DisposeAsync();
        await Should.ThrowAsync<RejectException>(() => XlsxRowReader.OpenAsync(new MemoryStream(HostileWorkbook.Make("one digit changed")), XlsxReading.Feed(null, Column("id")), default));
        Left().Except(before).ShouldBeEmpty();
    }

    [Fact]
    public async Task Whatever_the_bytes_it_throws_nothing_but_a_verdict()
    {
        var seed = Environment.TickCount;
        var random = new Random(seed);
        var (refused, read) = (0, 0);
        var whole = new XlsxBuilder { Formats = ["14"], SharedStrings = ["<t>x</t>"], Level = CompressionLevel.NoCompression }
            .Sheet("S", HostileWorkbook.Good + """<row r="3"><c r="A3" t="s"><v>0</v></c></row><row r="4"><c r="A4" s="0"><v>44507</v></c></row>""", """<mergeCells><mergeCell ref="A4:A5"/></mergeCells>""").ToBytes();
        for (var i = 0; i < 4000; i++)
        {
            var bytes = whole.ToArray();
            for (var n = random.Next(1, 4); n > 0; n--) bytes[random.Next(bytes.Length)] = (byte)(random.Next(2) == 0 ? random.Next(256) : "<>/\"= 0\0"[random.Next(8)]);
            if (random.Next(4) == 0) bytes = bytes[..random.Next(bytes.Length)];
            try
            {
                await XlsxReading.ReadAsync(bytes, null, Column("id"));
                read++;
            }
            catch (RejectException)
            {
                refused++;
            }
            catch (Exception e)
            {
                Assert.Fail($"seed {seed}, file {i}: {e}");
            }
        }
        refused.ShouldBeGreaterThan(2000, $"seed {seed}");
        read.ShouldBeGreaterThan(10, $"seed {seed}");
    }

    /// <returns>How it was refused, or null.</returns>
    private static async Task<RejectException?> ReadAllAsync(byte[] bytes)
    {
        try
        {
            await using var reader = await XlsxRowReader.OpenAsync(new MemoryStream(bytes), XlsxReading.Feed(new() { Header = false }, Column("id")), default);
            while (await reader.ReadAsync(default))
            {
            }
            return null;
        }
        catch (RejectException e)
        {
            return e;
        }
    }
}
