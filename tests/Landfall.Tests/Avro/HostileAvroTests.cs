using System.Diagnostics;
using System.Text;
using Shouldly;
using Xunit;
using static Landfall.Tests.Avro.AvroBytes;

namespace Landfall.Tests.Avro;

/// <summary>Files made to hurt: each ends in a verdict that says where, within two seconds, and without much memory.</summary>
public sealed class HostileAvroTests
{
    /// <summary>Two seconds is what the program takes at most; a test runs an instrumented one, beside others.</summary>
    private const int Patience = 4;

    private const string Id = """{"name":"id","type":"int"}""";

    private const string List = """{"type":"record","name":"node","fields":[{"name":"next","type":["null","node"]}]}""";

    /// <summary>A name, the file, and a piece of the verdict.</summary>
    public static TheoryData<string, Func<byte[]>, string> Files { get; } = new()
    {
        { "no bytes", () => [], "no Avro object container file" },
        { "another format", () => Encoding.UTF8.GetBytes("id,name\n1,a\n"), "no Avro object container file" },
        { "no schema", () => [.. "Obj\u0001"u8, 0, .. Sync], "avro.schema" },
        { "metadata for ever", () => [.. "Obj\u0001"u8, .. Long(long.MaxValue), .. Enumerable.Range(0, 200_000).SelectMany(i => (byte[])[.. Text($"{i}"), 0])], "longer than 1024 KiB" },
        { "metadata counted down", () => [.. "Obj\u0001"u8, .. Long(long.MinValue), 0, .. Text("a"), 0, .. Text("a"), 0], "stands twice" },
        { "a metadata value of 2^60 bytes", () => [.. "Obj\u0001"u8, 2, .. Text("avro.schema"), .. Long(1L << 60)], "longer than 1024 KiB" },
        { "a metadata value of negative length", () => [.. "Obj\u0001"u8, 2, .. Text("avro.schema"), .. Long(-1)], "negative length" },
        { "metadata that is not UTF-8", () => [.. "Obj\u0001"u8, 2, 2, 0xff, 0, 0, .. Sync], "not UTF-8" },
        { "an endless number", () => [.. "Obj\u0001"u8, .. Enumerable.Repeat((byte)0xff, 1000)], "longer than 64 bits" },
        { "snappy", () => File(Record(Id), "snappy"), "snappy" },
        { "no record", () => File("\"int\"", null, (1, [2])), "must be a record" },
        { "a record without fields", () => File(Record(""), null, (1L << 62, [])), "must be a record" },

        { "2^62 records of no bytes", () => File(Single("\"null\""), null, (1L << 62, [])), "block 1, which begins with record 1" },
        { "2^62 records of no bytes, deflated", () => File(Single("\"null\""), "deflate", (1L << 62, Deflate([]))), "4611686018427387904 records in 0 bytes" },
        { "a negative number of records", () => File(Record(Id), null, (-1, [2])), "negative length" },
        { "a block of negative length", () => [.. Header(Record(Id), null), 2, .. Long(-1)], "negative length" },
        { "a block of 2^60 bytes", () => [.. Header(Record(Id), null), 2, .. Long(1L << 60)], "longer than 32 MiB" },
        { "a block that is not there", () => [.. Header(Record(Id), null), 2, .. Long(32 << 20)], "the file ends here" },
        { "a deflated block that is not there", () => [.. Header(Record(Id), "deflate"), 2, .. Long(32 << 20)], "the file ends here" },
        { "more records than there are", () => File(Record(Id), null, (3, [2, 4, 0x80])), "block 1, record 3: a value is longer" },
        { "fewer records than there are", () => File(Record(Id), null, (1, [2, 4])), "1 bytes more than its records take" },
        { "another marker", () => [.. Header(Record(Id), null), 2, 2, 2, .. Sync.Reverse()], "marker" },
        { "a broken deflated block", () => File(Record(Id), "deflate", (1, [0xff, 0xff, 0xff, 0xff])), "compressed data is broken" },
        { "a deflated block cut short", () => File(Record(Id), "deflate", (300, Deflate(new byte[300])[..^1])), "block 1" },
        { "a deflate bomb of 1 GiB", () => File(Record(Id), "deflate", (1L << 30, DeflatedZeros(1 << 30))), "32 MiB" },
        { "a deflate bomb of 20 MiB", () => File(Record(Id), "deflate", (20 << 20, DeflatedZeros(20 << 20))), "256 times" },
        { "a deflate bomb of less ratio", () => File(Record(Id), "deflate", (1L << 30, [.. DeflatedZeros(40 << 20), .. new byte[400_000]])), "32 MiB" },

        { "a string of 2^60 bytes", () => File(Single("\"string\""), null, (1, Long(1L << 60))), "block 1, record 1: a value is longer" },
        { "a string of negative length", () => File(Single("\"string\""), null, (1, Long(-5))), "negative length" },
        { "a string that is not UTF-8", () => File(Single("\"string\""), null, (2, [2, 0x41, 2, 0xff])), "block 1, record 2: a string is not UTF-8" },
        { "a key that is not UTF-8", () => File(Single("""{"type":"map","values":"null"}"""), null, (1, [2, 2, 0xff, 0])), "not UTF-8" },
        { "a fixed of 2^31 bytes", () => File(Single("""{"type":"fixed","name":"x","size":2147483647}"""), null, (1, [0])), "a value is longer" },
        { "an int of 64 bits", () => File(Record(Id), null, (1, Long(1L << 40))), "32 bits" },
        { "a number of eleven bytes", () => File(Record(Id), null, (1, [.. Enumerable.Repeat((byte)0x80, 10), 1])), "64 bits" },
        { "a boolean of 2", () => File(Single("\"boolean\""), null, (1, [2])), "neither 0 nor 1" },
        { "a type that a union has not", () => File(Single("""["null","int"]"""), null, (1, Long(2))), "union of 2 types" },
        { "a type before a union's first", () => File(Single("""["null","int"]"""), null, (1, Long(-1))), "union of 2 types" },
        { "a symbol that an enum has not", () => File(Single("""{"type":"enum","name":"x","symbols":["a"]}"""), null, (1, Long(1L << 40))), "enum of 1 symbols" },
        { "a decimal of 1 MiB", () => File(Single("""{"type":"bytes","logicalType":"decimal","precision":9}"""), null, (1, [.. Long(1 << 20), .. new byte[1 << 20]])), "decimal" },

        { "an array of 2^62 nulls", () => File(Single("""{"type":"array","items":"null"}"""), null, (1, [.. Long(1L << 62), 0])), "far more values" },
        { "an array of -2^63 nulls", () => File(Single("""{"type":"array","items":"null"}"""), null, (1, [.. Long(long.MinValue), 0, 0])), "less than no items" },
        { "an array of empty records in many blocks", () => File(Single("""{"type":"array","items":{"type":"record","name":"x","fields":[]}}"""), null, (1, [.. Enumerable.Repeat(Long(1_000_000), 1000).SelectMany(b => b), 0])), "far more values" },
        { "an array of 2^60 ints", () => File(Single("""{"type":"array","items":"int"}"""), null, (1, [.. Long(1L << 60), .. new byte[1000]])), "block 1, record 1" },
        { "an array whose size is wrong", () => File(Single("""{"type":"array","items":"int"}"""), null, (1, [.. Long(-1), .. Long(1L << 60), 0, 0])), "a value is longer" },
        { "records that double at each of 40 levels", () => File(Doubling(40), null, (1, [0])), "far more values" },
        { "records that double at each of 40 levels, not wanted", () => File(Record($$"""{{Id}},{"name":"x","type":{{Doubling(40)}} }"""), null, (1, [2, 0])), "far more values" },
        { "a list of a million", () => File(Single(List), null, (1, [.. Enumerable.Repeat((byte)2, 1_000_000), 0])), "more than 64 deep" },
        { "a list of a million, not wanted", () => File(Record($$"""{{Id}},{"name":"x","type":{{List}} }"""), null, (1, [0, .. Enumerable.Repeat((byte)2, 1_000_000), 0])), "more than 64 deep" },
        { "a tree of arrays", () => File(Single("""{"type":"record","name":"tree","fields":[{"name":"c","type":{"type":"array","items":"tree"}}]}"""), null, (1, [.. Enumerable.Repeat((byte)2, 1_000_000)])), "more than 64 deep" },
        { "text of 17 MiB", () => File(Single("\"string\""), null, (1, [.. Long(17 << 20), .. Enumerable.Repeat((byte)'a', 17 << 20)])), "longer than 8 MiB" },
        { "bytes of 30 MiB", () => File(Single("\"bytes\""), "deflate", (1, Deflate([.. Long(30 << 20), .. Noise(30 << 20)]))), "longer than 8 MiB" },
        { "control characters of 10 MiB in JSON", () => File(Single("""{"type":"array","items":"string"}"""), null, (1, [2, .. Long(10 << 20), .. new byte[10 << 20], 0])), "longer than 8 MiB" },
        { "a long name a million times", () => File(Single($$"""{"type":"array","items":{"type":"record","name":"x","fields":[{"name":"{{new string('n', 100_000)}}","type":"null"}]} }"""), null, (1, [.. Long(1_000_000), 0])), "record 1" },

        { "a schema of 16 MiB", () => File($$"""{"type":"record","name":"r","doc":"{{new string('x', 16 << 20)}}","fields":[{{Id}}]}""", null), "longer than 1024 KiB" },
        { "a schema of 25,000 fields", () => [.. Header(Record(string.Join(',', Enumerable.Range(0, 25_000).Select(i => $$"""{"name":"f{{i}}","type":"int"}"""))), null), 2, .. Long(1), 0, .. Sync], "a value is longer" },
        { "a schema 100,000 deep", () => File(string.Concat(Enumerable.Repeat("""{"type":""", 100_000)), null), "nested" },
        { "a schema of arrays 100,000 deep", () => File(new string('[', 100_000), null), "nested" },
        { "a record that is its own field", () => File("""{"type":"record","name":"R","fields":[{"name":"r","type":"R"}]}""", null, (1, [0])), "without an end" },
        { "records that are each other's field", () => File("""{"type":"record","name":"A","fields":[{"name":"u","type":["null",{"type":"record","name":"B","fields":[{"name":"a","type":"A"}]}]},{"name":"b","type":"B"}]}""", null, (1, [0])), "without an end" },
        { "a record in a union of its own", () => File("""{"type":"record","name":"R","fields":[{"name":"r","type":["R"]}]}""", null, (1, new byte[100])), "more than 64 deep" },
        { "a chain of 10,000 records", () => File(Record(string.Join(',', Enumerable.Range(0, 10_000).Select(i => $$"""{"name":"f{{i}}","type":{"type":"record","name":"n{{i}}","fields":[{"name":"x","type":"{{(i == 0 ? "int" : $"n{i - 1}")}}"}]} }"""))), null, (1, [0])), "64 deep" },
        { "a schema that is not UTF-8", () => [.. Header([.. "{\"type\":\"record\",\"name\":\"\xff"u8[..^2], 0xff, .. "\",\"fields\":[]}"u8], null)], "no JSON" },
    };

    [Theory]
    [MemberData(nameof(Files), DisableDiscoveryEnumeration = true)]
    public void It_ends_in_a_verdict_that_says_where(string name, Func<byte[]> make, string verdict)
    {
        var bytes = make();
        var (clock, allocated) = (Stopwatch.StartNew(), GC.GetAllocatedBytesForCurrentThread());
        // In memory nothing is awaited, so that all of it happens in this thread.
        var e = Should.Throw<RejectException>(() => ReadAsync(new MemoryStream(bytes), name.EndsWith("not wanted", StringComparison.Ordinal) ? ["id"] : null).GetAwaiter().GetResult(), name);
        allocated = GC.GetAllocatedBytesForCurrentThread() - allocated;
        e.Rule.ShouldBe("avro");
        e.Message.ShouldContain(verdict);
        e.Hint.ShouldNotBeNullOrEmpty();
        clock.Elapsed.ShouldBeLessThan(TimeSpan.FromSeconds(2 * Patience));
        // All that was allocated in the course of it, of which what is in use at once is a part.
        allocated.ShouldBeLessThan(64 << 20);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("deflate")]
    public async Task A_file_cut_short_anywhere_but_between_blocks_is_refused(string? codec)
    {
        var records = Enumerable.Range(0, 4).Select(i => (byte[])[.. Long(i * 1000), .. Text($"name {i}")]).ToArray();
        byte[] block = [.. records.SelectMany(r => r)];
        if (codec is not null) block = Deflate(block);
        var schema = Record($$"""{{Id}},{"name":"name","type":"string"}""");
        var file = File(schema, codec, (4, block), (4, block));
        var header = Header(schema, codec).Length;
        int[] whole = [header, header + ((file.Length - header) / 2), file.Length];
        for (var length = 0; length <= file.Length; length++)
        {
            var cut = file[..length];
            var blocks = Array.IndexOf(whole, length);
            if (blocks >= 0) (await ReadAsync(new MemoryStream(cut))).Rows.Count.ShouldBe(blocks * 4);
            else (await Should.ThrowAsync<RejectException>(() => ReadAsync(new MemoryStream(cut)), $"{length} bytes")).Rule.ShouldBe("avro");
        }
    }

    [Fact]
    public async Task Whatever_the_bytes_a_reader_throws_nothing_but_a_verdict()
    {
        var seed = Environment.TickCount;
        var random = new Random(seed);
        await using var sample = System.IO.File.OpenRead(Repository.Path("tests/Landfall.Tests/Avro/Interop/avsc.avro"));
        var original = new byte[sample.Length];
        await sample.ReadExactlyAsync(original);
        var everything = File(AvroSample.Schema, null, (AvroSample.Records, AvroSample.Block()));
        var (read, refused) = (0, 0);
        for (var i = 0; i < 6000; i++)
        {
            byte[] bytes = [.. i % 3 == 0 ? original : everything];
            for (var n = random.Next(1, 4); n > 0; n--) bytes[random.Next(i % 2 == 0 ? 0 : bytes.Length / 2, bytes.Length)] = (byte)random.Next(256);
            try
            {
                await ReadAsync(new MemoryStream(bytes));
                read++;
            }
            catch (RejectException e)
            {
                e.Hint.ShouldNotBeNullOrEmpty();
                refused++;
            }
            catch (Exception e)
            {
                throw new InvalidOperationException($"seed {seed}, case {i}: {Convert.ToHexString(bytes)}", e);
            }
        }
        read.ShouldBeGreaterThan(200, $"seed {seed}");
        refused.ShouldBeGreaterThan(2000, $"seed {seed}");
    }

    [Fact]
    public async Task A_record_too_long_for_the_quarantine_is_cut_there()
    {
        // As cells 12 MiB; as JSON six times that.
        byte[] text = [.. Long(6 << 20), .. new byte[6 << 20]];
        var (_, rows, raw) = await ReadAsync(new MemoryStream(File(Single("\"string\""), null, (1, text))));
        rows[0][0].Length.ShouldBe(6 << 20);
        raw[0].Length.ShouldBeLessThanOrEqualTo(8 << 20);
        raw[0].ShouldStartWith("""{"f":"\u0000\u0000""");
    }

    private static string Doubling(int levels)
    {
        var type = "\"null\"";
        for (var i = 0; i < levels; i++) type = $$"""{"type":"record","name":"d{{i}}","fields":[{"name":"a","type":{{type}}},{"name":"b","type":{{(i == 0 ? type : $"\"d{i - 1}\"")}} }]}""";
        return type;
    }

    /// <summary>Deflated piece by piece, not to need them all.</summary>
    private static byte[] DeflatedZeros(int count)
    {
        var packed = new MemoryStream();
        using (var deflater = new System.IO.Compression.DeflateStream(packed, System.IO.Compression.CompressionLevel.Optimal, leaveOpen: true))
        {
            var zeros = new byte[1 << 20];
            for (var left = count; left > 0; left -= zeros.Length) deflater.Write(zeros);
        }
        return packed.ToArray();
    }

    private static byte[] Noise(int count)
    {
        var bytes = new byte[count];
        new Random(1).NextBytes(bytes);
        return bytes;
    }
}
