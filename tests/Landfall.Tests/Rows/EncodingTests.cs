using System.Text;
using Landfall.Contracts;
using Shouldly;
using Xunit;
using static Landfall.Tests.Suites.TestContracts;

namespace Landfall.Tests.Rows;

public sealed class EncodingTests
{
    private static readonly Column[] Columns = [Column("id", ColumnType.Int64), Column("name")];

    public static TheoryData<string> Encodings() => [.. TextEncodings.Names];

    [Theory]
    [MemberData(nameof(Encodings))]
    public async Task A_text_is_read_in_the_contracts_encoding(string encoding)
    {
        foreach (var (type, text) in ((FormatType, string)[])[(FormatType.Csv, "id,name\n1,Größe\n"), (FormatType.Ndjson, "\n{\"id\":1,\"name\":\"Größe\"}\n")])
            (await Binding.BindAsync(TextEncodings.Find(encoding).GetBytes(text), Columns, Format(encoding, type))).Rows.ShouldBe([(2, "1|Größe")]);
    }

    [Theory]
    [InlineData("utf-8", "utf-8")]
    [InlineData("utf-16", "utf-16")]
    [InlineData("utf-16be", "utf-16be")]
    [InlineData("utf-16be", "utf-16")]
    public async Task A_byte_order_mark_is_passed_over(string written, string contract)
    {
        foreach (var (type, text) in ((FormatType, string)[])[(FormatType.Csv, "\uFEFFid,name\n1,東京\n"), (FormatType.Ndjson, "\uFEFF{\"id\":1,\"name\":\"東京\"}")])
            (await Binding.BindAsync(TextEncodings.Find(written).GetBytes(text), Columns, Format(contract, type))).Rows.ShouldHaveSingleItem().Row.ShouldBe("1|東京");
    }

    [Theory]
    [InlineData("utf-16", true, "utf-8", "save it as utf-8, or say format: { encoding: utf-16 } in the contract")]
    [InlineData("utf-16be", true, "utf-8", "save it as utf-8, or say format: { encoding: utf-16be } in the contract")]
    [InlineData("utf-16", false, "utf-8", "save it as utf-8, or say format: { encoding: utf-16 } in the contract")]
    [InlineData("utf-16be", false, "utf-8", "save it as utf-8, or say format: { encoding: utf-16be } in the contract")]
    [InlineData("utf-16", true, "utf-16be", "save it as utf-16be, or say format: { encoding: utf-16 } in the contract")]
    [InlineData("utf-8", true, "windows-1252", "save it as windows-1252, or say format: { encoding: utf-8 } in the contract")]
    [InlineData("utf-32", true, "utf-8", "save it as utf-8")]
    public async Task A_file_that_begins_like_another_encoding_is_refused_and_told_how_to_say_it(string written, bool mark, string contract, string hint)
    {
        foreach (var type in (FormatType[])[FormatType.Csv, FormatType.Ndjson])
        {
            var bytes = (written == "utf-32" ? Encoding.UTF32 : TextEncodings.Find(written)).GetBytes((mark ? "\uFEFF" : "") + "id,name\n1,x\n");
            var refusal = await Should.ThrowAsync<RejectException>(() => Binding.BindAsync(bytes, Columns, Format(contract, type)));
            (refusal.Rule, refusal.Message, refusal.Hint).ShouldBe(("encoding", $"the file begins like {written}, and the contract says {contract}", hint));
        }
    }

    [Theory]
    [InlineData("utf-16", new byte[] { 0x00, 0xD8, 0x0A, 0x00 })]
    [InlineData("utf-16", new byte[] { 0x41 })]
    [InlineData("utf-16be", new byte[] { 0xDC, 0x00 })]
    public async Task Bytes_that_are_none_of_the_encodings_refuse_the_file(string encoding, byte[] bytes)
    {
        foreach (var (type, start) in ((FormatType, string)[])[(FormatType.Csv, "id,name\n1,"), (FormatType.Ndjson, "{\"id\":1,\"name\":\"")])
        {
            var refusal = await Should.ThrowAsync<RejectException>(() => Binding.BindAsync([.. TextEncodings.Find(encoding).GetBytes(start), .. bytes], Columns, Format(encoding, type)));
            refusal.Rule.ShouldBe("encoding");
            refusal.Hint!.ShouldContain("contract");
        }
    }

    private static FileFormat Format(string encoding, FormatType type) => new() { Type = type, Encoding = encoding };
}
