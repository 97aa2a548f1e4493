using System.Globalization;
using System.Text;
using FsCheck;
using FsCheck.Fluent;
using Landfall.Avro;
using Landfall.Contracts;
using Landfall.Rows;
using Landfall.Tests.Rows;
using Shouldly;
using Xunit;
using static Landfall.Tests.Suites.TestContracts;

namespace Landfall.Tests.Avro;

public sealed class AvroRowWriterTests
{
    private static readonly Column[] Columns =
    [
        Column("id", ColumnType.Int64, required: true), Column("amount", ColumnType.Numeric) with { Precision = 28, Scale = 4 }, Column("anything", ColumnType.Numeric), Column("ratio", ColumnType.Double),
        Column("flag", ColumnType.Boolean), Column("day", ColumnType.Date), Column("at", ColumnType.Timestamp), Column("clock", ColumnType.Time), Column("name"), Column("tags", ColumnType.Json),
    ];

    /// <summary>What one row writes, once to Avro and once to what the binder must arrive at again.</summary>
    private static Gen<Action<IRowWriter>> Values { get; } =
        from id in Gen.Choose(int.MinValue, int.MaxValue).Select(n => (long)n * n * (n % 2 == 0 ? 1 : -1)).Or(Gen.Elements(long.MinValue, long.MaxValue, 0, -64, 64))
        from amount in Optional(ArbMap.Default.GeneratorFor<int>().Select(n => n / 10000m), (w, v) => w.Numeric(v))
        from anything in Optional(from n in Gen.Choose(int.MinValue, int.MaxValue) from s in Gen.Choose(0, 9) select new decimal(Math.Abs((long)n)) * n / (decimal)Math.Pow(10, s), (w, v) => w.Numeric(decimal.Round(v, 9)))
        from ratio in Optional(ArbMap.Default.GeneratorFor<double>().Where(double.IsFinite), (w, v) => w.Double(v))
        from flag in Optional(Gen.Elements(true, false), (w, v) => w.Boolean(v))
        from day in Optional(Gen.Choose(-719162, 2932896), (w, v) => w.Date(v))
        from at in Optional(from d in Gen.Choose(-719162, 2932896) from t in Gen.Choose(0, int.MaxValue) select (d * 86_400_000_000L) + (t * 40L), (w, v) => w.Timestamp(v))
        from clock in Optional(Gen.Choose(0, int.MaxValue).Select(n => n * 40L), (w, v) => w.Time(v))
        from name in Optional(Gen.Elements('a', 'ä', '€', ',', '"', '\n', ' ', '0').ArrayOf().Where(c => c.Length > 0).Select(c => new string(c)), (w, v) => w.Utf8(Encoding.UTF8.GetBytes(v)))
        from tags in Optional(Gen.Elements("{}", "[1, 2.50, \"a\\u00e9\"]", "null", "\"x\"", "{\"a\" : {\"b\": 1e3}}"), (w, v) => w.Json(Encoding.UTF8.GetBytes(v)))
        select (Action<IRowWriter>)(writer =>
        {
            writer.Int64(id);
            foreach (var write in new[] { amount, anything, ratio, flag, day, at, clock, name, tags }) write(writer);
        });

    [Theory]
    [InlineData(AvroCodec.None)]
    [InlineData(AvroCodec.Deflate)]
    public void What_is_written_is_read_back_by_the_row_reader_and_the_binder(AvroCodec codec)
    {
        var (rows, blocks) = (0, 0L);
        var property = Prop.ForAll(Values.ListOf().ToArbitrary(), values =>
        {
            var expected = new RecordingRowWriter();
            var file = new MemoryStream();
            var writer = new AvroRowWriter(file, Identifier.Parse("rows"), Columns, codec);
            for (var i = 0; i < values.Count; i++)
            {
                // One that is taken back leaves nothing behind.
                writer.Begin(0);
                values[i](writer);
                writer.Abandon();
                Row(writer, values[i], i + 1);
                Row(expected, values[i], i + 1);
                if (i % 7 == 6) writer.FlushAsync(default).AsTask().GetAwaiter().GetResult();
            }
            writer.CompleteAsync(default).AsTask().GetAwaiter().GetResult();
            var (read, rejects) = Binding.BindAsync(file.ToArray(), Columns, new FileFormat { Type = FormatType.Avro }).GetAwaiter().GetResult();
            rejects.ShouldBeEmpty();
            read.Select(Trimmed).ShouldBe(expected.Rows.Select(Trimmed));
            rows += values.Count;
            blocks += values.Count / 7;
        });
        Check.One(Config.QuickThrowOnFailure.WithMaxTest(200), property);
        rows.ShouldBeGreaterThan(1000);
        blocks.ShouldBeGreaterThan(100);
    }

    [Fact]
    public void The_schema_is_what_BigQuery_and_Postgres_call_the_columns() => AvroRowSchema.Of(Identifier.Parse("rows"), Columns).ShouldBe(
        """{"type":"record","name":"rows","fields":[{"name":"id","type":"long"},"""
        + """{"name":"amount","type":["null",{"type":"bytes","logicalType":"decimal","precision":28,"scale":4}],"default":null},"""
        + """{"name":"anything","type":["null",{"type":"bytes","logicalType":"decimal","precision":38,"scale":9}],"default":null},"""
        + """{"name":"ratio","type":["null","double"],"default":null},{"name":"flag","type":["null","boolean"],"default":null},"""
        + """{"name":"day","type":["null",{"type":"int","logicalType":"date"}],"default":null},{"name":"at","type":["null",{"type":"long","logicalType":"timestamp-micros"}],"default":null},"""
        + """{"name":"clock","type":["null",{"type":"long","logicalType":"time-micros"}],"default":null},{"name":"name","type":["null","string"],"default":null},{"name":"tags","type":["null","string"],"default":null}]}""");

    [Theory]
    [InlineData("127", 5, 0, "7F")]
    [InlineData("1.28", 5, 2, "0080")]
    [InlineData("-1.28", 5, 2, "80")]
    [InlineData("-1.29", 5, 2, "FF7F")]
    [InlineData("123.45", 5, 2, "3039")]
    [InlineData("0", 5, 2, "00")]
    [InlineData("-0.00", 5, 2, "00")]
    [InlineData("1.500", 2, 1, "0F")]
    [InlineData("99999", 5, 0, "01869F")]
    [InlineData("79228162514264337593543950335", null, null, "3B9AC9FFFFFFFFFFFFFFFFFFC4653600")]
    [InlineData("-79228162514264337593543950335", null, null, "C46536000000000000000000" + "3B9ACA00")]
    [InlineData("0.000000001", null, null, "01")]
    public async Task Decimals_are_the_fewest_bytes(string value, int? precision, int? scale, string hex)
    {
        var (file, column) = (new MemoryStream(), Column("n", ColumnType.Numeric, required: true) with { Precision = precision, Scale = scale });
        var writer = new AvroRowWriter(file, Identifier.Parse("t"), [column], AvroCodec.None, sync: AvroBytes.Sync);
        writer.Begin(1);
        writer.Numeric(decimal.Parse(value, CultureInfo.InvariantCulture));
        writer.End();
        await writer.CompleteAsync(default);
        var length = hex.Length / 2;
        Convert.ToHexString(file.ToArray()[^(16 + length)..^16]).ShouldBe(hex);
        file.ToArray()[^(17 + length)].ShouldBe((byte)(length * 2));
    }

    [Theory]
    [InlineData("100000", 5, 0)]
    [InlineData("-100000", 5, 0)]
    [InlineData("1.234", 5, 2)]
    [InlineData("1000", 5, 2)]
    [InlineData("0.0000000001", null, null)]
    [InlineData("79228162514264337593543950335", 28, 28)]
    public void A_decimal_that_does_not_fit_is_an_error_not_rounded(string value, int? precision, int? scale)
    {
        var writer = new AvroRowWriter(Stream.Null, Identifier.Parse("t"), [Column("n", ColumnType.Numeric) with { Precision = precision, Scale = scale }]);
        writer.Begin(7);
        var e = Should.Throw<RejectException>(() => writer.Numeric(decimal.Parse(value, CultureInfo.InvariantCulture)));
        (e.Line, e.Column, e.Rule).ShouldBe((7, "n", "physicalType"));
        e.Message.ShouldNotContain(value);
    }

    [Fact]
    public void A_value_of_another_type_and_a_row_that_lacks_one_are_the_callers_fault()
    {
        var writer = new AvroRowWriter(Stream.Null, Identifier.Parse("t"), [Column("id", ColumnType.Int64, required: true), Column("name")]);
        writer.Begin(1);
        Should.Throw<InvalidOperationException>(() => writer.Null());
        writer.Abandon();
        writer.Begin(1);
        writer.Int64(1);
        Should.Throw<InvalidOperationException>(() => writer.End());
        Should.Throw<InvalidOperationException>(() => writer.Int64(2));
    }

    private static void Row(IRowWriter writer, Action<IRowWriter> values, long line)
    {
        writer.Begin(line);
        values(writer);
        writer.End();
    }

    /// <summary>1.50 and 1.5 are the same number, and which is written depends on the column.</summary>
    private static string Trimmed((long Line, string Row) row) =>
        row.Line + ":" + string.Join('|', row.Row.Split('|').Select((cell, i) => i is 1 or 2 && cell.Contains('.', StringComparison.Ordinal) ? cell.TrimEnd('0').TrimEnd('.') : cell));

    private static Gen<Action<IRowWriter>> Optional<T>(Gen<T> values, Action<IRowWriter, T> write) =>
        Gen.Frequency((4, values.Select(v => (Action<IRowWriter>)(w => write(w, v)))), (1, Gen.Constant<Action<IRowWriter>>(w => w.Null())));
}
