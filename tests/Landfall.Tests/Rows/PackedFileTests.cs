using System.IO.Compression;
using System.Text;
using Landfall.Contracts;
using Shouldly;
using Xunit;
using static Landfall.Tests.Suites.TestContracts;

namespace Landfall.Tests.Rows;

/// <summary>Gzip, and what is no text at all.</summary>
public sealed class PackedFileTests
{
    private static readonly Column[] Columns = [Column("a")];

    private static readonly byte[] Plain = Encoding.UTF8.GetBytes("a\n" + string.Concat(Enumerable.Range(0, 20_000).Select(i => $"{i * 7919}\n")));

    [Fact]
    public async Task Gzip_is_known_by_its_first_bytes_in_one_member_or_many()
    {
        (await Binding.BindAsync(Pack(Plain), Columns)).Rows.Count.ShouldBe(20_000);
        (await Binding.BindAsync([.. Pack(Plain[..7777]), .. Pack([]), .. Pack(Plain[7777..])], Columns)).Rows.Count.ShouldBe(20_000);
        (await Binding.BindAsync(Pack("{\"a\":1}"u8.ToArray()), Columns, new FileFormat { Type = FormatType.Ndjson })).Rows.ShouldBe([(1, "1")]);
    }

    [Fact]
    public async Task A_gzip_file_that_was_cut_short_anywhere_is_refused()
    {
        var packed = Pack(Plain);
        foreach (var length in (int[])[2, 5, 12, 100, packed.Length / 2, packed.Length - 9, packed.Length - 8, packed.Length - 4, packed.Length - 1])
            await Refused(packed[..length], "broken or cut short");
    }

    [Theory]
    [InlineData(1)]
    [InlineData(8)]
    [InlineData(512)]
    [InlineData(100_000)]
    public async Task Whatever_stands_behind_the_last_member_is_refused(int length)
    {
        foreach (var filler in (byte[])[0, (byte)'x', (byte)'\n']) await Refused([.. Pack(Plain), .. Enumerable.Repeat(filler, length)], "behind the compressed data stands something else");
        await Refused([.. Pack(Plain), .. Enumerable.Repeat((byte)0x1f, length)], "compressed data");
    }

    [Fact]
    public async Task Gzip_in_gzip_is_refused() => await Refused(Pack(Pack(Plain)), "compressed with gzip twice");

    [Fact]
    public async Task A_bomb_is_refused_before_it_goes_off()
    {
        var packed = new MemoryStream();
        await using (var gzip = new GZipStream(packed, CompressionLevel.SmallestSize, leaveOpen: true))
        {
            await gzip.WriteAsync("a\n"u8.ToArray());
            for (var i = 0; i < 200; i++) await gzip.WriteAsync(Enumerable.Repeat((byte)'x', 1 << 20).ToArray());
        }
        await HostileCsvTests.Frugally(async () =>
        {
            await Refused(packed.ToArray(), "unpacks to more than 250 times its size");
            return true;
        });
    }

    [Fact]
    public async Task Eight_mebibytes_may_come_out_of_anything()
    {
        var lines = Encoding.UTF8.GetBytes("a\n" + string.Concat(Enumerable.Repeat("xxxxxxxxxxxxxxx\n", 500_000)));
        (await Binding.BindAsync(Pack(lines), Columns)).Rows.Count.ShouldBe(500_000);
    }

    public static TheoryData<string, string> NoText() => new()
    {
        { "PK\u0003\u0004", "the file is a ZIP archive or an Excel workbook, and the contract expects" },
        { "Obj\u0001", "the file is an Avro file, and the contract expects" },
        { "PAR1", "the file is a Parquet file, and the contract expects" },
        { "%PDF-1.7", "the file is a PDF, and the contract expects" },
    };

    [Theory]
    [MemberData(nameof(NoText))]
    public async Task What_is_no_text_is_called_by_its_name(string start, string message)
    {
        foreach (var (type, word) in ((FormatType, string)[])[(FormatType.Csv, "CSV"), (FormatType.Ndjson, "NDJSON")])
        {
            foreach (var bytes in (byte[][])[Encoding.Latin1.GetBytes(start + "…"), Pack(Encoding.Latin1.GetBytes(start + "…"))])
            {
                var refusal = await Should.ThrowAsync<RejectException>(() => Binding.BindAsync(bytes, Columns, new FileFormat { Type = type }));
                (refusal.Rule, refusal.Message).ShouldBe(("format", $"{message} {word}"));
            }
        }
    }

    private static async Task Refused(byte[] bytes, string reason)
    {
        foreach (var type in (FormatType[])[FormatType.Csv, FormatType.Ndjson])
        {
            var refusal = await Should.ThrowAsync<RejectException>(() => Binding.BindAsync(bytes, Columns, new FileFormat { Type = type }));
            refusal.Rule.ShouldBe("gzip");
            refusal.Message.ShouldContain(reason);
        }
    }

    private static byte[] Pack(byte[] bytes)
    {
        var packed = new MemoryStream();
        using (var gzip = new GZipStream(packed, CompressionLevel.Optimal, leaveOpen: true)) gzip.Write(bytes);
        return packed.ToArray();
    }
}
