using System.Globalization;
using System.Text;
using Landfall.Avro;
using Shouldly;
using Xunit;
using static Landfall.Tests.Avro.AvroBytes;

namespace Landfall.Tests.Avro;

/// <summary>Bytes as the specification shows them (https://avro.apache.org/docs/1.12.0/specification/#binary-encoding).</summary>
public sealed class AvroEncodingTests
{
    private const string Departments = """{"type":"record","name":"departments","fields":[{"name":"id","type":"int"},{"name":"department","type":["null","string"]}]}""";

    [Theory]
    [InlineData(0, "00")]
    [InlineData(-1, "01")]
    [InlineData(1, "02")]
    [InlineData(-2, "03")]
    [InlineData(-64, "7F")]
    [InlineData(64, "8001")]
    [InlineData(-65, "8101")]
    [InlineData(8191, "FE7F")]
    [InlineData(8192, "808001")]
    [InlineData(int.MaxValue, "FEFFFFFF0F")]
    [InlineData(int.MinValue, "FFFFFFFF0F")]
    [InlineData(long.MaxValue, "FEFFFFFFFFFFFFFFFF01")]
    [InlineData(long.MinValue, "FFFFFFFFFFFFFFFFFF01")]
    [InlineData(18938, "F4A702")]
    [InlineData(1636253322000000, "80DAA9A0BD8AE805")]
    public async Task Whole_numbers_are_zigzag_groups_of_seven_bits(long value, string hex)
    {
        (await PayloadAsync("\"long\"", w => w.Long(value))).ShouldBe(hex);
        (await CellsAsync("\"long\"", Convert.FromHexString(hex))).ShouldBe([$"{value}"]);
    }

    [Theory]
    [InlineData("\"boolean\"", "01", "true")]
    [InlineData("\"boolean\"", "00", "false")]
    [InlineData("\"string\"", "06666F6F", "foo")]
    [InlineData("""["null","string"]""", "00", "")]
    [InlineData("""["null","string"]""", "020261", "a")]
    [InlineData("""{"type":"array","items":"long"}""", "04063600", "[3,27]")]
    [InlineData("""{"type":"array","items":"long"}""", "03040636" + "00", "[3,27]")]
    [InlineData("""{"type":"array","items":"long"}""", "0206" + "0102" + "36" + "00", "[3,27]")]
    [InlineData("""{"type":"map","values":"int"}""", "01060261" + "02" + "00", """{"a":1}""")]
    [InlineData("""{"type":"enum","name":"e","symbols":["A","B","C","D"]}""", "06", "D")]
    [InlineData("""{"type":"record","name":"t","fields":[{"name":"a","type":"long"},{"name":"b","type":"string"}]}""", "3606666F6F", """{"a":27,"b":"foo"}""")]
    [InlineData("""{"type":"bytes","logicalType":"decimal","precision":5,"scale":2}""", "027F", "1.27")]
    [InlineData("""{"type":"bytes","logicalType":"decimal","precision":5,"scale":2}""", "040080", "1.28")]
    [InlineData("""{"type":"bytes","logicalType":"decimal","precision":5,"scale":2}""", "0280", "-1.28")]
    [InlineData("""{"type":"bytes","logicalType":"decimal","precision":5,"scale":2}""", "04FF7F", "-1.29")]
    [InlineData("""{"type":"bytes","logicalType":"decimal","precision":5}""", "043039", "12345")]
    [InlineData("""{"type":"bytes","logicalType":"decimal","precision":5,"scale":2}""", "00", "0.00")]
    [InlineData("""{"type":"int","logicalType":"date"}""", "F4A702", "2021-11-07")]
    [InlineData("""{"type":"long","logicalType":"timestamp-micros"}""", "80DAA9A0BD8AE805", "2021-11-07T02:48:42.000000Z")]
    [InlineData("""{"type":{"type":"fixed","name":"u","size":16,"logicalType":"uuid"}}""", "6ba7b8109dad11d180b400c04fd430c8", "6ba7b810-9dad-11d1-80b4-00c04fd430c8")]
    public async Task Values_are_read_from_their_bytes(string type, string hex, string cell) => (await CellsAsync(type, Convert.FromHexString(hex))).ShouldBe([cell]);

    [Theory]
    [InlineData(12345.678901234, "12345.678901234")]
    [InlineData(0.00001, "0.00001")]
    [InlineData(-1E-07, "-0.0000001")]
    [InlineData(1E+20, "100000000000000000000")]
    [InlineData(1.25E+17, "125000000000000000")]
    [InlineData(-1.2345678901234566E+16, "-12345678901234566")]
    [InlineData(1.5E-28, "0.00000000000000000000000000015")]
    [InlineData(1E-29, "1E-29")]
    [InlineData(double.Epsilon, "5E-324")]
    [InlineData(double.MaxValue, "1.7976931348623157E+308")]
    [InlineData(-0.0, "-0")]
    public async Task Doubles_come_back_and_have_no_exponent_while_that_can_be_read(double value, string cell)
    {
        var text = (await CellsAsync("\"double\"", BitConverter.GetBytes(value)))[0];
        text.ShouldBe(cell);
        BitConverter.DoubleToInt64Bits(double.Parse(text, CultureInfo.InvariantCulture)).ShouldBe(BitConverter.DoubleToInt64Bits(value));
    }

    [Fact]
    public async Task A_file_is_written_to_the_byte()
    {
        var file = new MemoryStream();
        var writer = new AvroFileWriter(file, Departments, AvroCodec.None, [new("backup.table", "departments")], Sync);
        foreach (var (id, department) in new[] { (1, "Product Management"), (2, "Sales"), (3, null) })
        {
            writer.Long(id);
            writer.Index(department is null ? 0 : 1);
            if (department is not null) writer.Bytes(Encoding.UTF8.GetBytes(department));
            writer.End();
        }
        writer.Long(4);
        writer.Abandon();
        await writer.CompleteAsync(default);

        var payload = Convert.FromHexString("02022450726F64756374204D616E6167656D656E7404020A53616C65730600");
        byte[] expected =
        [
            .. Convert.FromHexString("4F626A01"), .. Long(3), .. Text("avro.schema"), .. Text(Departments), .. Text("avro.codec"), .. Text("null"), .. Text("backup.table"), .. Text("departments"), 0, .. Sync,
            6, (byte)(payload.Length * 2), .. payload, .. Sync,
        ];
        Convert.ToHexString(file.ToArray()).ShouldBe(Convert.ToHexString(expected));
        writer.Records.ShouldBe(3);
        file.Position = 0;
        var (header, rows, raw) = await ReadAsync(file);
        header.ShouldBe(["id", "department"]);
        rows.Select(r => string.Join('|', r)).ShouldBe(["1|Product Management", "2|Sales", "3|"]);
        raw.ShouldBe(["""{"id":1,"department":"Product Management"}""", """{"id":2,"department":"Sales"}""", """{"id":3,"department":null}"""]);
    }

    [Fact]
    public async Task A_file_without_records_has_no_block_and_is_read()
    {
        var file = new MemoryStream();
        await new AvroFileWriter(file, Departments, AvroCodec.Deflate, sync: Sync).CompleteAsync(default);
        file.ToArray().ShouldBe(Header(Departments, "deflate"));
        file.Position = 0;
        var (header, rows, _) = await ReadAsync(file);
        (header.Count, rows.Count).ShouldBe((2, 0));
    }

    [Fact]
    public async Task Metadata_may_come_in_blocks_with_their_size_and_names_no_codec()
    {
        byte[] schema = Encoding.UTF8.GetBytes(Departments);
        byte[] entry = [.. Text("avro.schema"), .. Long(schema.Length), .. schema];
        byte[] file = [.. "Obj\u0001"u8, .. Long(-1), .. Long(entry.Length), .. entry, .. Long(1), .. Text("x"), .. Text("y"), 0, .. Sync];
        await using var reader = await AvroFileReader.OpenAsync(new MemoryStream(file), default);
        (reader.Codec, reader.Metadata.Count, Encoding.UTF8.GetString(reader.Metadata["x"].Span)).ShouldBe((AvroCodec.None, 2, "y"));
        (await reader.ReadAsync(default)).ShouldBeFalse();
    }

    [Fact]
    public async Task Records_that_nobody_reads_are_passed_over_and_may_be_read_again()
    {
        byte[] block = [.. Enumerable.Range(0, 9).SelectMany(i => (byte[])[.. Long(i), 2, .. Text($"name {i}")])];
        await using var reader = await AvroFileReader.OpenAsync(new MemoryStream(File(Departments, null, (9, block), (9, block))), default);
        var seen = new List<long>();
        while (await reader.ReadAsync(default))
        {
            if (reader.Record % 2 == 0) continue;
            reader.Cursor().Long().ShouldBe(reader.Cursor().Long());
            seen.Add((reader.Block * 100) + reader.Cursor().Long());
        }
        seen.ShouldBe([100, 102, 104, 106, 108, 201, 203, 205, 207]);
    }

    [Fact]
    public void Names_of_the_specification_are_not_for_others() =>
        Should.Throw<ArgumentException>(() => new AvroFileWriter(Stream.Null, Departments, AvroCodec.None, [new("avro.x", "")]));

    private static async Task<string> PayloadAsync(string type, Action<AvroFileWriter> write)
    {
        var file = new MemoryStream();
        var writer = new AvroFileWriter(file, Single(type), AvroCodec.None, sync: Sync);
        write(writer);
        writer.End();
        await writer.CompleteAsync(default);
        // Behind the header one byte of count and one of size, before the marker.
        return Convert.ToHexString(file.ToArray().AsSpan()[(Header(Single(type), "null").Length + 2)..^16]);
    }
}
