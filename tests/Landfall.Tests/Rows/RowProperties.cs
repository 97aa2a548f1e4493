using System.Globalization;
using System.IO.Compression;
using System.Text;
using FsCheck;
using FsCheck.Fluent;
using Landfall.Contracts;
using Shouldly;
using Xunit;
using static Landfall.Tests.Suites.TestContracts;

namespace Landfall.Tests.Rows;

/// <summary>Files and what must become of them, generated together.</summary>
public sealed class RowProperties
{
    private static readonly Column[] Columns =
    [
        Column("id", ColumnType.Int64, required: true),
        Column("name", pattern: "[^!]*") with { MaxLength = 12 },
        Column("price", ColumnType.Numeric) with { Scale = 2, Minimum = new(0, Exclusive: false) },
        Column("day", ColumnType.Date),
        Column("seen", ColumnType.Timestamp),
        Column("flag", ColumnType.Boolean),
    ];

    /// <summary>A cell's text and what it becomes: a value, or the rule it breaks.</summary>
    private sealed record Cell(string Text, string Value, string? Broken = null);

    private sealed record Row(Cell[] Cells, bool[] Quoted, bool Short);

    private static Gen<Cell> Text { get; } = from s in Gen.Elements('a', 'ä', '€', ',', '"', '\n', ' ', '0', '=').ArrayOf().Where(c => c.Length is > 0 and <= 12) select new Cell(new string(s), new string(s));

    private static Gen<Cell> Null { get; } = Gen.Constant(new Cell("", "∅"));

    private static Gen<Cell[]> Cells { get; } =
        from id in Gen.Frequency((9, Gen.Choose(-99, 99).Select(n => new Cell($"{n}", $"{n}"))), (1, Gen.Elements(new Cell("", "", "required"), new Cell("1.5", "", "logicalType"), new Cell("0x1", "", "logicalType"))))
        from name in Gen.Frequency((8, Text), (2, Null), (1, Gen.Elements(new Cell("abcdefghijklm", "", "maxLength"), new Cell("a!", "", "pattern"))))
        from price in Gen.Frequency((8, Gen.Choose(0, 99999).Select(n => new Cell(Price(n), Price(n)))), (1, Null), (1, Gen.Elements(new Cell("-1", "", "minimum"), new Cell("1.234", "", "physicalType"), new Cell("ten", "", "logicalType"))))
        from day in Gen.Frequency((8, Gen.Choose(-40000, 40000).Select(n => new Cell(Day(n), Day(n)))), (1, Null), (1, Gen.Elements(new Cell("2023-02-29", "", "logicalType"), new Cell("1/2/2023", "", "logicalType"))))
        from seen in Gen.Frequency((8, Gen.Choose(0, int.MaxValue).Select(n => new Cell($"{DateTime.UnixEpoch.AddSeconds(n):yyyy-MM-ddTHH:mm:ss}Z", $"{DateTime.UnixEpoch.AddSeconds(n):yyyy-MM-ddTHH:mm:ss}.000000"))), (1, Null), (1, Gen.Constant(new Cell("yesterday", "", "logicalType"))))
        from flag in Gen.Frequency((8, Gen.Elements(new Cell("true", "true"), new Cell("0", "false"))), (1, Gen.Constant(new Cell("maybe", "", "logicalType"))))
        select new[] { id, name, price, day, seen, flag };

    private static Gen<Row[]> Files { get; } =
        (from cells in Cells
         from quoted in Gen.Elements(true, false).ArrayOf(cells.Length)
         from cut in Gen.Frequency((19, Gen.Constant(false)), (1, Gen.Constant(true)))
         select new Row(cells, quoted, cut)).ArrayOf();

    [Fact]
    public void A_random_file_yields_exactly_the_rows_and_rejects_it_was_made_with()
    {
        var (good, bad) = (0, 0);
        var property = Prop.ForAll(Files.ToArbitrary(), (rows) =>
        {
            foreach (var newLine in (ReadOnlySpan<string>)["\n", "\r\n"])
            {
                var (csv, expectedRows, expectedRejects) = Render(rows, newLine);
                var result = Binding.BindAsync(Encoding.UTF8.GetBytes(csv), Columns).GetAwaiter().GetResult();
                result.Rows.ShouldBe(expectedRows, csv);
                result.Rejects.Select(r => (r.Line, r.Rule, r.Column)).ShouldBe(expectedRejects, csv);
                good += expectedRows.Count;
                bad += expectedRejects.Count;
            }
        });
        Check.One(Config.QuickThrowOnFailure.WithMaxTest(400), property);
        good.ShouldBeGreaterThan(1000);
        bad.ShouldBeGreaterThan(500);
    }

    [Fact]
    public async Task Whatever_the_bytes_a_reader_throws_nothing_but_a_verdict()
    {
        var seed = Environment.TickCount;
        var random = new Random(seed);
        var rejected = 0;
        for (var i = 0; i < 3000; i++)
        {
            var bytes = Mutate(random, Render([.. Files.Sample(10, 1).First()], "\n").Csv);
            var column = new FileFormat { Header = random.Next(2) == 0 };
            try
            {
                rejected += (await Binding.BindAsync(bytes, Columns, column)).Rejects.Count;
            }
            catch (LandingException)
            {
                rejected++;
            }
            catch (Exception e)
            {
                throw new InvalidOperationException($"seed {seed}, case {i}: {Convert.ToHexString(bytes)}", e);
            }
        }
        rejected.ShouldBeGreaterThan(1000, $"seed {seed}: hardly anything was broken");
    }

    private static byte[] Mutate(Random random, string csv)
    {
        var bytes = Encoding.UTF8.GetBytes(csv);
        for (var n = random.Next(8); n > 0; n--)
        {
            switch (random.Next(4))
            {
                case 0: bytes[random.Next(bytes.Length)] = (byte)random.Next(256); break;
                case 1: bytes = bytes[..Math.Max(1, random.Next(bytes.Length))]; break;
                case 2: bytes = [.. bytes, .. bytes.AsSpan(random.Next(bytes.Length))]; break;
                default: bytes[random.Next(bytes.Length)] = (byte)"\",\n\0\r\uFEFF"[random.Next(5)]; break;
            }
        }
        if (random.Next(6) != 0) return bytes;
        var packed = new MemoryStream();
        using (var gzip = new GZipStream(packed, CompressionLevel.Fastest, leaveOpen: true)) gzip.Write(bytes);
        bytes = packed.ToArray();
        if (random.Next(2) == 0) bytes[random.Next(2, bytes.Length)] ^= (byte)(1 << random.Next(8));
        return bytes;
    }

    private static (string Csv, List<(long, string)> Rows, List<(long, string, string?)> Rejects) Render(Row[] rows, string newLine)
    {
        var csv = new StringBuilder(string.Join(',', Columns.Select(c => c.Name.Name))).Append(newLine);
        var (good, bad, line) = (new List<(long, string)>(), new List<(long, string, string?)>(), 2L);
        foreach (var row in rows)
        {
            var cells = row.Short ? row.Cells[..^1] : row.Cells;
            csv.AppendJoin(',', cells.Select((c, i) => row.Quoted[i] || c.Text.AsSpan().ContainsAny(",\"\n") ? $"\"{c.Text.Replace("\"", "\"\"", StringComparison.Ordinal)}\"" : c.Text)).Append(newLine);
            var broken = Array.FindIndex(row.Cells, c => c.Broken is not null);
            if (row.Short) bad.Add((line, "columns", null));
            else if (broken >= 0) bad.Add((line, row.Cells[broken].Broken!, Columns[broken].Name.Name));
            else good.Add((line, string.Join('|', row.Cells.Select(c => c.Value))));
            line += 1 + cells.Sum(c => c.Text.Count(ch => ch == '\n'));
        }
        return (csv.ToString(), good, bad);
    }

    private static string Price(int n) => (n / 100m).ToString("0.##", CultureInfo.InvariantCulture);

    private static string Day(int n) => $"{DateTime.UnixEpoch.AddDays(n):yyyy-MM-dd}";
}
