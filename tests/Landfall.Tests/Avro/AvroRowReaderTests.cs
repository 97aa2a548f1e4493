using System.IO.Compression;
using Landfall.Contracts;
using Landfall.Tests.Rows;
using Shouldly;
using Xunit;
using static Landfall.Tests.Avro.AvroBytes;
using static Landfall.Tests.Suites.TestContracts;

namespace Landfall.Tests.Avro;

/// <summary>Avro the way a landing reads it.</summary>
public sealed class AvroRowReaderTests
{
    private static readonly FileFormat Format = new() { Type = FormatType.Avro };

    private static readonly string Schema = AvroBytes.Record("""
        {"name":"extra","type":{"type":"array","items":"string"}},{"name":"id","type":"long"},{"name":"day","type":["null",{"type":"int","logicalType":"date"}]},{"name":"ratio","type":"double"}
        """);

    private static readonly Column[] Columns = [Column("id", ColumnType.Int64, required: true), Column("day", ColumnType.Date, required: true), Column("ratio", ColumnType.Double)];

    [Fact]
    public async Task Each_bad_row_is_a_reject_with_its_number_and_the_rest_lands()
    {
        var (rows, rejects) = await Binding.BindAsync(Rows(), Columns, Format, UnknownColumns.Discard);
        rows.ShouldBe([(1, "1|2021-11-07|0.5"), (5, "5|2021-11-07|1E+300")]);
        rejects.Select(r => (r.Line, r.Column, r.Rule, r.Value)).ShouldBe(
            [(2, "day", "required", null), (3, "day", "logicalType", "2147483647"), (4, "ratio", "logicalType", "NaN")]);
    }

    [Fact]
    public async Task A_field_that_the_contract_has_not_is_named() =>
        (await Should.ThrowAsync<RejectException>(() => Binding.BindAsync(Rows(), Columns, Format))).Message.ShouldContain("column 'extra' is not in the contract");

    [Fact]
    public async Task What_nobody_wants_is_passed_over_and_stands_in_the_quarantine()
    {
        var (header, rows, raw) = await ReadAsync(new MemoryStream(Rows()), "id");
        header.ShouldBe(["extra", "id", "day", "ratio"]);
        rows[3].ShouldBe(["", "4", "", ""]);
        raw[3].ShouldBe("""{"extra":["a","\"b\""],"id":4,"day":"2021-11-07","ratio":"NaN"}""");
        raw[4].ShouldBe("""{"extra":["a","\"b\""],"id":5,"day":"2021-11-07","ratio":1E+300}""");
    }

    [Fact]
    public async Task Gzip_may_be_around_it_and_is_to_blame_when_it_breaks()
    {
        var packed = new MemoryStream();
        await using (var gzip = new GZipStream(packed, CompressionLevel.Fastest, leaveOpen: true)) await gzip.WriteAsync(Rows());
        (await Binding.BindAsync(packed.ToArray(), Columns, Format, UnknownColumns.Discard)).Rows.Count.ShouldBe(2);
        var e = await Should.ThrowAsync<RejectException>(() => Binding.BindAsync(packed.ToArray()[..^9], Columns, Format, UnknownColumns.Discard));
        e.Rule.ShouldBe("gzip");
    }

    [Fact]
    public async Task Blocks_and_bytes_may_come_in_any_pieces()
    {
        byte[] record = [.. Row(1, 18938, 0.5)];
        var file = File(Schema, "deflate", [.. Enumerable.Range(1, 300).Select(n => ((long)n, Deflate([.. Enumerable.Repeat(record, n).SelectMany(r => r)])))]);
        var (_, rows, _) = await ReadAsync(new TrickleStream(file, new Random(7)));
        rows.Count.ShouldBe(300 * 301 / 2);
        rows.ShouldAllBe(row => row[1] == "1" && row[3] == "0.5");
    }

    private static byte[] Rows()
    {
        byte[] block = [.. Row(1, 18938, 0.5), .. Row(2, null, 0.5), .. Row(3, int.MaxValue, 0.5), .. Row(4, 18938, double.NaN), .. Row(5, 18938, 1e300)];
        return File(Schema, null, (5, block));
    }

    private static byte[] Row(long id, int? day, double ratio) =>
        [4, .. Text("a"), .. Text("\"b\""), 0, .. Long(id), .. day is { } d ? (byte[])[2, .. Long(d)] : [0], .. BitConverter.GetBytes(ratio)];
}
