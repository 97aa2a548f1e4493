using System.Text;
using System.Text.Json;
using System.Text.Unicode;
using Landfall.Contracts;
using Landfall.Rows.Ndjson;
using Shouldly;
using Xunit;
using static Landfall.Tests.Suites.TestContracts;

namespace Landfall.Tests.Rows;

/// <summary>Random lines, whole and mutated: the fast way, the thorough way and .NET's own document agree on every one.</summary>
public sealed class NdjsonProperties
{
    private static readonly string[] Names = ["id", "name", "größe", "data", "note", "x", "y", "quo\"te", "", "id ", "other"];

    private static readonly string[] Values =
    [
        "0", "-0", "12", "-12.50", "1e5", "1E-07", "0.0001", "123456789012345678901234567890", "true", "false", "null", "\"\"", "\"plain\"", "\"Größe 東京 😀\"", "\"a\\nb\"", "\"\\u00e9\\ud83d\\ude00\"",
        "\"\\\"\"", "\"\\\\\"", "\"\\u0000\"", "{}", "[]", "[1,\"x\",{\"id\":2}]", "{\"id\":{\"id\":[null]}}", "[\"\\u0041\"]", "\",\"", "\"}\"", "\"{\"",
        // What is no JSON, or not all of it.
        "01", "1.", ".5", "+1", "-", "1e", "1e+", "tru", "nul", "NaN", "'x'", "\"\\ud800\"", "\"\\x\"", "\"\\u12\"", "\"a\tb\"", "[1,]", "{\"a\":}", "[\"\\udc00\"]", "\"open", "[", "{\"a\"", "",
    ];

    private static readonly string[] Spaces = ["", "", "", "", "", " ", "\t", "\r", "  "];

    [Theory]
    [InlineData(UnknownColumns.Discard)]
    [InlineData(UnknownColumns.Refuse)]
    public void Both_ways_through_a_line_take_it_alike(UnknownColumns unknown)
    {
        var seed = Environment.TickCount;
        var random = new Random(seed);
        Column[] columns = [Column("id", ColumnType.Int64), Column("name"), Column("size", source: "größe"), Column("data", ColumnType.Json), Column("note"), Column("quote", source: "quo\"te")];
        var feed = Feed.Of([Table("test", "rows", WriteMode.Append, 0, columns)])[0];
        var (flatCells, anyCells) = (new JsonCells(feed), new JsonCells(feed));
        var flat = new FlatObjectParser(new JsonMembers(feed.Wanted, unknown == UnknownColumns.Discard), flatCells);
        var any = new ObjectParser(new JsonMembers(feed.Wanted, unknown == UnknownColumns.Discard), anyCells, feed, unknown);
        var (fast, thorough, broken) = (0, 0, 0);
        for (var i = 0; i < 60_000; i++)
        {
            var line = Line(random);
            if (!Utf8.IsValid(line)) continue;
            var told = $"seed {seed}, case {i}: {Encoding.UTF8.GetString(line)}";
            var malformed = any.Parse(line);
            malformed.HasValue.ShouldBe(!Fits(line, feed, unknown, out var expected), told);
            if (malformed is null) Cells(anyCells, line).ShouldBe(expected, told);
            if (flat.TryParse(line))
            {
                malformed.ShouldBeNull(told);
                Cells(flatCells, line).ShouldBe(expected, told);
                fast++;
            }
            else if (malformed is null) thorough++;
            else broken++;
        }
        fast.ShouldBeGreaterThan(5_000, $"seed {seed}");
        thorough.ShouldBeGreaterThan(100, $"seed {seed}");
        broken.ShouldBeGreaterThan(10_000, $"seed {seed}");
    }

    [Fact]
    public async Task Whatever_the_bytes_and_however_they_come_a_reader_tells_the_same_rows_and_throws_nothing_but_a_verdict()
    {
        var seed = Environment.TickCount;
        var random = new Random(seed);
        var (read, rejected) = (0, 0);
        for (var i = 0; i < 1_500; i++)
        {
            var file = new MemoryStream();
            // A file that begins with a bracket is refused whole.
            file.Write("{}\n"u8);
            for (var n = random.Next(12); n > 0; n--)
            {
                file.Write(Line(random));
                file.Write(Encoding.UTF8.GetBytes(random.Next(4) == 0 ? "\r\n" : random.Next(9) == 0 ? "" : "\n"));
            }
            try
            {
                var whole = await Binding.BindAsync(file.ToArray(), [Column("id"), Column("data", ColumnType.Json)], new() { Type = FormatType.Ndjson }, UnknownColumns.Discard);
                var pieces = await Binding.BindAsync(new PiecemealStream(file.ToArray(), random), [Column("id"), Column("data", ColumnType.Json)], new() { Type = FormatType.Ndjson }, UnknownColumns.Discard);
                pieces.Rows.ShouldBe(whole.Rows, $"seed {seed}, case {i}");
                pieces.Rejects.ShouldBe(whole.Rejects, $"seed {seed}, case {i}");
                read += whole.Rows.Count;
                rejected += whole.Rejects.Count;
            }
            catch (Exception e) when (e is not LandingException)
            {
                throw new InvalidOperationException($"seed {seed}, case {i}: {Convert.ToHexString(file.ToArray())}", e);
            }
        }
        read.ShouldBeGreaterThan(1_000, $"seed {seed}");
        rejected.ShouldBeGreaterThan(1_000, $"seed {seed}");
    }

    private static byte[] Line(Random random)
    {
        var line = new StringBuilder();
        Space().Append('{');
        var (count, odd) = (random.Next(7), random.Next(3) == 0);
        for (var i = 0; i < count; i++)
        {
            // Mostly in order, as producers write them; at times again, and at times as only a parser would.
            var name = JsonSerializer.Serialize(Names[odd && random.Next(5) == 0 ? random.Next(Names.Length) : i], JsonEscapes(random));
            Space().Append(name);
            Space().Append(':');
            Space().Append(Values[random.Next(odd ? Values.Length : Values.Length - 22)]);
            Space().Append(i < count - 1 ? "," : "");
        }
        Space().Append('}');
        Space();
        var bytes = Encoding.UTF8.GetBytes(line.ToString());
        for (var n = random.Next(4) == 0 ? random.Next(4) : 0; n > 0 && bytes.Length > 0; n--)
        {
            var at = random.Next(bytes.Length);
            switch (random.Next(5))
            {
                case 0: bytes[at] = (byte)random.Next(256); break;
                case 1: bytes = bytes[..at]; break;
                case 2: bytes = [.. bytes[..at], .. bytes[random.Next(at + 1)..]]; break;
                case 3: bytes = [.. bytes[..at], .. bytes[(at + 1)..]]; break;
                default: bytes[at] = (byte)"\"\\{}[],: 0-e.nt\r\t\0"[random.Next(18)]; break;
            }
        }
        return bytes.AsSpan().IndexOf((byte)'\n') < 0 ? bytes : [];

        StringBuilder Space() => line.Append(Spaces[random.Next(Spaces.Length)]);
    }

    private static JsonSerializerOptions JsonEscapes(Random random) => random.Next(20) == 0 ? JsonSerializerOptions.Default : Plain;

    private static JsonSerializerOptions Plain { get; } = new() { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private static string[] Cells(JsonCells cells, byte[] line)
    {
        var texts = new string[cells.Count];
        for (var i = 0; i < texts.Length; i++) texts[i] = Encoding.UTF8.GetString(cells.Get(i, line));
        return texts;
    }

    /// <summary>The rules once more, over .NET's document.</summary>
    private static bool Fits(byte[] line, Feed feed, UnknownColumns unknown, out string[] cells)
    {
        cells = new string[feed.Wanted.Count];
        Array.Fill(cells, "");
        try
        {
            using var document = JsonDocument.Parse(line);
            if (document.RootElement.ValueKind != JsonValueKind.Object) return false;
            var names = new HashSet<string>(StringComparer.Ordinal);
            foreach (var member in document.RootElement.EnumerateObject())
            {
                if (!names.Add(member.Name)) return false;
                Walk(member.Value);
                var at = feed.Wanted.ToList().IndexOf(member.Name);
                if (at < 0 && unknown == UnknownColumns.Refuse) return false;
                if (at < 0 || member.Value.ValueKind == JsonValueKind.Null) continue;
                var json = feed.Wanted[at] == "data";
                if (!json && member.Value.ValueKind is JsonValueKind.Object or JsonValueKind.Array) return false;
                cells[at] = !json && member.Value.ValueKind == JsonValueKind.String ? member.Value.GetString()! : member.Value.GetRawText();
            }
            return true;
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            return false;
        }
    }

    /// <summary>A document looks at its strings when they are asked for.</summary>
    private static void Walk(JsonElement value)
    {
        if (value.ValueKind == JsonValueKind.String) value.GetString();
        if (value.ValueKind == JsonValueKind.Array) foreach (var item in value.EnumerateArray()) Walk(item);
        if (value.ValueKind == JsonValueKind.Object) foreach (var member in value.EnumerateObject()) (_, _) = (member.Name, Walked(member.Value));
    }

    private static bool Walked(JsonElement value)
    {
        Walk(value);
        return true;
    }
}
