using Landfall.Contracts;
using static Landfall.Tests.Attacks.AttackBytes;

namespace Landfall.Tests.Attacks;

/// <summary>Text that is meant to be NDJSON.</summary>
internal static class NdjsonAttacks
{
    private const string Group = "ndjson", Good = "{\"id\":1}\n";

    public static IEnumerable<Attack> All()
    {
        yield return Lands("10,000 levels", () => Utf8($"{Good}{{\"id\":2,\"note\":{new string('[', 10_000)}{new string(']', 10_000)}}}\n{{\"id\":3,\"x\":{string.Concat(Enumerable.Repeat("{\"x\":", 10_000))}0{new string('}', 10_001)}\n{Good}"), 2, (2, null, "ndjson"), (3, null, "ndjson"));
        yield return Refused("a text of 20 MB", () => [.. Utf8($"{Good}{{\"id\":2,\"note\":\""), .. Over((byte)'x', 20_000_000), .. "\"}\n"u8], "line 2 is longer than 8 MiB", 2);
        yield return Refused("a line without an end, 40 MB", () => [.. Utf8(Good), .. Over((byte)' ', 40_000_000)], "line 2 is longer than 8 MiB", 2);
        yield return Lands("a text of 8 MB", () => [.. Utf8($"{Good}{{\"id\":2,\"note\":\""), .. Over((byte)'x', 8_000_000), .. "\"}\n"u8], 2);
        yield return Lands("a text of a million escapes", () => Utf8($"{Good}{{\"id\":2,\"note\":\"{string.Concat(Enumerable.Repeat("\\u0041", 1_000_000))}\"}}\n"), 2);
        yield return Lands("half of a surrogate pair", () => Utf8($$"""
            {"id":1,"note":"\ud800"}
            {"id":2,"note":"\udc00\ud800"}
            {"id":3,"\ud800":"name"}
            {"id":4,"note":"\ud83d\ude00"}

            """), 1, (1, null, "ndjson"), (2, null, "ndjson"), (3, null, "ndjson"));
        yield return Lands("an escaped NUL", () => Utf8("{\"id\":1,\"note\":\"a\\u0000b\"}\n{\"id\":2}\n"), 1, (1, "note", "encoding"));
        yield return Lands("members that stand twice", () => Utf8("{\"id\":1,\"id\":2}\n{\"id\":3,\"\\u0069d\":4}\n{\"id\":5,\"x\":1,\"x\":2}\n{\"id\":6}\n"), 1, (1, null, "ndjson"), (2, null, "ndjson"), (3, "x", "columns"));
        yield return Lands("numbers that are none", () => Utf8($"{{\"id\":1,\"amount\":{new string('9', 10_000)}}}\n{{\"id\":2,\"amount\":1e999999}}\n{{\"id\":3,\"amount\":-1e-999999}}\n{{\"id\":1e30}}\n{{\"id\":01}}\n{{\"id\":4,\"amount\":NaN}}\n{{\"id\":5}}\n"),
            1, (1, "amount", "logicalType"), (2, "amount", "logicalType"), (3, "amount", "logicalType"), (4, "id", "logicalType"), (5, null, "ndjson"), (6, null, "ndjson"));
        yield return Lands("a row of 100,000 members", () => Utf8($"{Good}{{\"id\":2,{string.Join(',', Enumerable.Range(0, 100_000).Select(i => $"\"m{i}\":{i}"))}}}\n{Good}"), 2, (2, null, "ndjson"));
        yield return Lands("a name of 1 MB", () => Utf8($"{Good}{{\"id\":2,\"{new string('n', 1_000_000)}\":1}}\n{Good}"), 2, (2, null, "ndjson"));
        yield return Lands("no line break at the end", () => Utf8($"{Good}{{\"id\":2}}"), 2);
        yield return Refused("an array at the top", () => Utf8($"[{Good.TrimEnd()},{Good.TrimEnd()}]"), "the file is one JSON array", 1);
        yield return Lands("values and no objects", () => Utf8($"{Good}[1]\n\"text\"\n1\nnull\n{{\n}}\n{Good}"), 2, (2, null, "ndjson"), (3, null, "ndjson"), (4, null, "ndjson"), (5, null, "ndjson"), (6, null, "ndjson"), (7, null, "ndjson"));
        yield return Lands("two objects in a line", () => Utf8($"{{\"id\":1}}{{\"id\":2}}\n{Good}"), 1, (1, null, "ndjson"));
        yield return Lands("bytes that are not UTF-8", () => [.. "{\"id\":1,\"note\":\""u8, 0xED, 0xA0, 0x80, .. "\"}\n{\"id\":2,\"note\":\""u8, 0xC0, 0xAF, .. "\"}\n{\"id\":3}\n"u8], 1, (1, null, "ndjson"), (2, null, "ndjson"));
        yield return Lands("a million empty lines", () => [.. Utf8(Good), .. Over((byte)'\n', 1_000_000), .. Utf8(Good)], 2);
        yield return Attack.Refused(Group, "the mark of UTF-16", FormatType.Ndjson, () => [0xFF, 0xFE, .. System.Text.Encoding.Unicode.GetBytes(Good)], "encoding", "the file begins like utf-16");
    }

    private static Attack Refused(string name, Func<byte[]> bytes, string words, long? line = null) => Attack.Refused(Group, name, FormatType.Ndjson, bytes, "ndjson", words, line);

    private static Attack Lands(string name, Func<byte[]> bytes, long rows, params IReadOnlyList<(long Line, string? Column, string Rule)> rejects) => Attack.Lands(Group, name, FormatType.Ndjson, bytes, rows, rejects);
}
