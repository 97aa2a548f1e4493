using Landfall.Contracts;
using static Landfall.Tests.Attacks.AttackBytes;
using static Landfall.Tests.Avro.AvroBytes;

namespace Landfall.Tests.Attacks;

/// <summary>Avro files whose numbers lie.</summary>
internal static class AvroAttacks
{
    private const string Group = "avro", Columns = """{"name":"id","type":"long"},{"name":"note","type":"string"},{"name":"amount","type":["null","double"]}""";

    /// <summary>The columns of the contract.</summary>
    public static string Schema { get; } = Record(Columns);

    private static readonly byte[] Row = [2, .. Text("one"), 0];

    public static IEnumerable<Attack> All()
    {
        yield return Refused("2^62 records in a block", () => File(Schema, null, (1L << 62, Row)), "4611686018427387904 records|block 1, record 2|block 1");
        yield return Refused("-1 records in a block", () => File(Schema, null, (-1, Row)), "negative length");
        yield return Refused("more records than there are", () => File(Schema, null, (3, Row)), "block 1, record 2");
        yield return Refused("fewer records than there are", () => File(Schema, null, (1, [.. Row, .. Row])), "more than its records take");
        yield return Refused("a block of 2^60 bytes", () => [.. Header(Schema, null), 2, .. Long(1L << 60)], "longer than 32 MiB");
        yield return Refused("a block of -1 bytes", () => [.. Header(Schema, null), 2, .. Long(-1)], "negative length");
        yield return Refused("a block that is not there", () => [.. Header(Schema, null), 2, .. Long(32 << 20)], "the file ends here");
        yield return Refused("a text of 2^60 bytes", () => File(Schema, null, (1, [2, .. Long(1L << 60)])), "block 1, record 1: a value is longer");
        yield return Refused("a text of -5 bytes", () => File(Schema, null, (1, [2, .. Long(-5)])), "negative length");
        yield return Refused("a text that is not UTF-8", () => File(Schema, null, (2, [.. Row, 4, 2, 0xff, 0])), "block 1, record 2: a string is not UTF-8");
        yield return Refused("a text of 17 MiB", () => File(Schema, null, (1, [2, .. Long(17 << 20), .. Over((byte)'a', 17 << 20), 0])), "longer than 8 MiB");
        yield return Refused("a type that the union has not", () => File(Schema, null, (1, [2, .. Text("one"), 4])), "union of 2 types");
        yield return Refused("an array of 2^62 nothings", () => File(With("""{"type":"array","items":"null"}"""), null, (1, [.. Row, .. Long(1L << 62), 0])), "far more values");
        yield return Refused("a deflate bomb of 1 GiB", () => File(Schema, "deflate", (1L << 30, DeflateMany([], new byte[1 << 20], 1 << 10, []))), "32 MiB|256 times");
        yield return Refused("a deflated block cut short", () => File(Schema, "deflate", (100, Deflate([.. Enumerable.Repeat(Row, 100).SelectMany(row => row)])[..^1])), "block 1");
        yield return Refused("a marker cut short", () => File(Schema, null, (1, Row))[..^5], "the file ends here");
        yield return Refused("another marker", () => [.. File(Schema, null, (1, Row))[..^16], .. Sync.Reverse()], "marker");
        yield return Refused("a schema that holds itself", () => File($$"""{"type":"record","name":"r","fields":[{{Columns}},{"name":"r","type":"r"}]}""", null, (1, [.. Row, 0])), "without an end");
        yield return Refused("a list of a million", () => File(With("""{"type":"record","name":"n","fields":[{"name":"next","type":["null","n"]}]}"""), null, (1, [.. Row, .. Over(2, 1_000_000), 0])), "more than 64 deep");
        yield return Refused("arrays 100 deep", () => File(With(Nested(100)), null, (1, [.. Row, .. Over(2, 100)])), "more than 64 deep");
        yield return Attack.Lands(Group, "a schema 100 deep, of an array that is empty", FormatType.Avro, () => File(With(Nested(100)), null, (1, [.. Row, 0])), 1);
        yield return Refused("a schema 100,000 deep", () => File(string.Concat(Enumerable.Repeat("""{"type":""", 100_000)), null), "nested");
        yield return Refused("a schema of 16 MiB", () => File($$"""{"type":"record","name":"r","doc":"{{new string('x', 16 << 20)}}","fields":[{{Columns}}]}""", null), "longer than 1024 KiB");
        yield return Refused("metadata for ever", () => [.. "Obj\u0001"u8, .. Long(long.MaxValue), .. Enumerable.Range(0, 200_000).SelectMany(i => (byte[])[.. Text($"{i}"), 0])], "longer than 1024 KiB");
        yield return Attack.Refused(Group, "no column of the contract", FormatType.Avro, () => File(Single("\"int\""), null, (1, [2])), "header", "none of its names is a column of the contract", 1);
        yield return Attack.Lands(Group, "a block of no records, a thousand times", FormatType.Avro, () => File(Schema, null, [.. Enumerable.Repeat((0L, Array.Empty<byte>()), 1000), (1, Row)]), 1);
        yield return Attack.Lands(Group, "numbers that are none", FormatType.Avro, () => File(Schema, null, (3, [.. Row[..^1], 2, .. BitConverter.GetBytes(double.NaN), .. Row[..^1], 2, .. BitConverter.GetBytes(double.PositiveInfinity), .. Row])), 1, (1, "amount", "logicalType"), (2, "amount", "logicalType"));
    }

    private static string Nested(int levels) => string.Concat(Enumerable.Repeat("""{"type":"array","items":""", levels)) + "\"int\"" + new string('}', levels);

    private static Attack Refused(string name, Func<byte[]> bytes, string words) => Attack.Refused(Group, name, FormatType.Avro, bytes, "avro", words) with { Line = Attack.AnyLine };

    /// <summary>The contract's columns, and one more of a type.</summary>
    private static string With(string type) => Record($$"""{{Columns}},{"name":"more","type":{{type}} }""");
}
