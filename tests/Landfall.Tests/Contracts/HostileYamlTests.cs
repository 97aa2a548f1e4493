using System.Diagnostics;
using System.Text;
using Landfall.Contracts;
using Shouldly;
using Xunit;

namespace Landfall.Tests.Contracts;

/// <summary>Whatever the bytes of a contract are, the reader answers with faults, and soon.</summary>
public sealed class HostileYamlTests
{
    private static readonly string Plain = ContractFolder.Plain("x");

    private static readonly Dictionary<string, (byte[] Content, string Expected)> Files = new()
    {
        ["nothing"] = ([], "x.odcs.yaml:1: does not hold a map"),
        ["a comment"] = (Utf8("# nothing yet\n"), "x.odcs.yaml:1: does not hold a map"),
        ["a scalar"] = (Utf8("contract\n"), "x.odcs.yaml:1: does not hold a map"),
        ["a list"] = (Utf8("- a\n- b\n"), "x.odcs.yaml:1: does not hold a map"),
        ["two documents"] = (Utf8(Plain + "---\n" + Plain), "x.odcs.yaml:13: holds more than one YAML document"),
        ["a tab"] = (Utf8(Plain.Replace("  - name", "\t- name")), "found invalid tab as indentation (noticed in line 10)"),
        ["an open quote"] = (Utf8("id: \"x\n"), "is not the YAML of a contract"),
        ["latin-1"] = ([.. Utf8(Plain), (byte)'#', 0xe9, (byte)'\n'], "x.odcs.yaml:12: is not the YAML of a contract: the bytes here are not UTF-8"),
        ["UTF-16"] = ([.. Encoding.Unicode.Preamble, .. Encoding.Unicode.GetBytes(Plain)],
            "x.odcs.yaml:1: is not the YAML of a contract: the bytes here are not UTF-8"),
        ["NUL"] = ([.. Utf8(Plain), 0], "x.odcs.yaml:12: is not the YAML of a contract: there is a NUL"),
        ["10 MB"] = (Utf8(Plain + new string('#', 10_000_000)), "is not the YAML of a contract: the file is larger than 1 MiB"),
        ["a billion laughs"] = (Utf8(Laughs()), "x.odcs.yaml:1: is not the YAML of a contract: found an anchor or alias"),
        ["a circle"] = (Utf8("a: &a { b: *a }\n"), "x.odcs.yaml:1: is not the YAML of a contract: found an anchor or alias"),
        ["an alias of nothing"] = (Utf8("a: *b\n"), "x.odcs.yaml:1: is not the YAML of a contract: found an anchor or alias"),
        ["a tag"] = (Utf8("a: !!python/object/apply:os.system [ ls ]\n"), "x.odcs.yaml:1: is not the YAML of a contract: found the tag"),
        ["a deep list"] = (Utf8("a: " + new string('[', 500_000)), "x.odcs.yaml:1: is not the YAML of a contract: found more than 32 levels"),
        ["a deep map"] = (Utf8(string.Concat(Enumerable.Repeat("{a: ", 200_000))),
            "x.odcs.yaml:1: is not the YAML of a contract: found more than 32 levels"),
        ["a deep block"] = (Utf8(string.Concat(Enumerable.Range(0, 1000).Select(i => $"{new string(' ', i)}a:\n"))),
            "is not the YAML of a contract: found more than 32 levels"),
        ["a deep value of a key that stands twice"] = (Utf8("a: 1\na: " + new string('[', 100_000)), "is not the YAML of a contract"),
        ["a list for a key"] = (Utf8("? [ a, b ]\n: c\n"), "x.odcs.yaml:1: is not the YAML of a contract: found a key that is not a plain word"),
        ["an empty key"] = (Utf8(": a\n"), "x.odcs.yaml:1: '': is not a word that may stand here"),
        ["a merge key"] = (Utf8("<<: { id: x }\n"), "x.odcs.yaml:1: <<: is not a word that may stand here"),
        ["many words"] = (Utf8(string.Concat(Enumerable.Range(0, 100_000).Select(i => $"{i}: 1\n"))),
            "x.odcs.yaml:100000: 99999: is not a word that may stand here"),
        ["many of one word"] = (Utf8(string.Concat(Enumerable.Repeat("a: 1\n", 200_000))), "x.odcs.yaml:200000: the word 'a' stands twice"),
        ["many columns"] = (Utf8(ContractFolder.Plain("x",
            "[" + string.Concat(Enumerable.Range(0, 10_000).Select(i => $"{{ name: c{i}, relationships: [ {{ to: x.z }} ] }},\n      ")) + "]")),
            "properties: names 10000 columns; a table has at most 1500"),
        ["many tables"] = (Utf8(Plain + string.Concat(Enumerable.Range(0, 10_000)
            .Select(i => $"  - name: t{i}\n    properties: [ {{ name: id, logicalType: integer }} ]\n"))),
            "schema: names 10001 tables; one landing writes at most 48"),
        ["a long word"] = (Utf8(new string('a', 1_000_000) + ": 1\n"), "x.odcs.yaml:1: is not the YAML of a contract"),
        ["a long value"] = (Utf8(Plain.Replace("active", new string('a', 1000)).Replace("id: x", "id: " + new string('a', 900_000))),
            "…'; a name is lower-case letters"),
        ["an escape beyond Unicode"] = (Utf8(Plain.Replace("active", "\"\\UFFFFFFFF\"")),
            "x.odcs.yaml:5: is not the YAML of a contract: the parser can not go on here"),
        ["a list that goes on too far left"] = (Utf8("a:\n  b: [ c,\nd ]\n"),
            "x.odcs.yaml:3: is not the YAML of a contract: the parser can not go on here"),
        ["half a surrogate pair"] = (Utf8(Plain.Replace("active", "\"\\uD800\"")), "x.odcs.yaml:5:"),
        ["a long pattern"] = (Utf8(ContractFolder.Plain("x",
            $$"""[ { name: a, logicalType: string, logicalTypeOptions: { pattern: "{{new string('(', 200_000)}}" } } ]""")), "pattern: "),
        ["a pattern that counts"] = (Utf8(ContractFolder.Plain("x",
            """[ { name: a, logicalType: string, logicalTypeOptions: { pattern: "((a{1,1000}){1,1000}){1,1000}" } } ]""")), "pattern: "),
        ["an object of stars"] = (Utf8(Plain.Replace("{date:yyyyMMdd}", new string('*', 5000))), "at most 1,024 bytes"),
        ["a padding without end"] = (Utf8(ContractFolder.Plain("x",
            $$"""[ { name: a, logicalType: string, transformLogic: "lpad(a{{new string(' ', 500_000)}}" } ]""")), "transformLogic: is 'lpad(a"),
        ["a wait beyond time"] = (Utf8(Plain.Replace("csv\"", "csv\", waitForParents: 999999h")), "waitForParents: is '999999h'"),
        ["a number beyond decimals"] = (Utf8(Plain.Replace("csv\"", "csv\", maxRejectedPercent: " + new string('9', 1000))),
            "maxRejectedPercent: is '999"),
    };

    public static TheoryData<string> Names => [.. Files.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public void Is_a_fault(string what)
    {
        var (content, expected) = Files[what];
        using var folder = new ContractFolder().With("x", content);
        var clock = Stopwatch.StartNew();

        var faults = folder.Faults();

        clock.Elapsed.ShouldBeLessThan(TimeSpan.FromSeconds(20));
        faults.Select(fault => fault.ToString()).Where(fault => fault.Contains(expected)).Take(1)
            .ShouldNotBeEmpty(string.Join('\n', faults.Take(10)));
        faults.Where(fault => fault.ToString().Contains('\n')).ShouldBeEmpty();
    }

    [Fact]
    public void A_byte_order_mark_is_no_fault()
    {
        using var folder = new ContractFolder().With("x", [.. Encoding.UTF8.Preamble, .. Utf8(Plain)]);

        folder.Read().All.Single().Id.Name.ShouldBe("x");
    }

    /// <summary>
    /// The committed contracts with a few bytes, words or lines changed at random: a set or faults, and nothing else, whatever comes out.
    /// </summary>
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void A_mutation_is_read_or_a_fault(int seed)
    {
        var random = new Random(seed);
        var contracts = Directory.GetFiles(Path.Combine(ContractFolder.Repository, "shared", "contracts"), "*.odcs.yaml")
            .Order(StringComparer.Ordinal)
            .Select(file => (Id: Path.GetFileName(file).Split('.')[0], Text: File.ReadAllText(file))).ToArray();
        var (read, refused) = (0, 0);

        for (var round = 0; round < 300; round++)
        {
            using var folder = new ContractFolder();
            foreach (var (id, text) in contracts) folder.With(id, text);
            var (victim, whole) = contracts[random.Next(contracts.Length)];
            var bytes = Mutation(random, whole);
            folder.With(victim, bytes);
            try
            {
                folder.Read().All.Count.ShouldBe(contracts.Length);
                read++;
            }
            catch (ContractFaultException)
            {
                refused++;
            }
            catch (Exception e)
            {
                throw new InvalidOperationException($"seed {seed}, round {round}, {victim}:\n{Encoding.UTF8.GetString(bytes)}", e);
            }
        }

        // A mutation that is never read, or always, would prove nothing.
        read.ShouldBeGreaterThan(5);
        refused.ShouldBeGreaterThan(100);
    }

    private static byte[] Mutation(Random random, string text)
    {
        string[] words = ["no", "null", "~", "[", "]", "{", "}", "\"", "'", ": ", "- ", "&a ", "*a ", "!t ", "|", ">", "#", "%", "@", "1e999",
            "0x1F", "\\", "---\n", "...\n", "<<: ", "\t", "\r\n", "?", "\u0085", "\ud83d\ude80"];
        for (var i = random.Next(1, 4); i > 0; i--)
        {
            var at = random.Next(text.Length);
            var length = Math.Min(random.Next(1, 20), text.Length - at);
            text = random.Next(4) switch
            {
                0 => text.Remove(at, length),
                1 => text.Insert(at, words[random.Next(words.Length)]),
                2 => text.Insert(random.Next(text.Length), text.Substring(at, length)),
                _ => text.Remove(at, 1).Insert(at, words[random.Next(words.Length)]),
            };
        }
        var bytes = Utf8(text);
        if (random.Next(4) == 0) bytes[random.Next(bytes.Length)] = (byte)random.Next(256);
        return bytes;
    }

    private static string Laughs() =>
        "a0: &a0 [ ha, ha ]\n" + string.Concat(Enumerable.Range(1, 40)
            .Select(i => $"a{i}: &a{i} [ *a{i - 1}, *a{i - 1}, *a{i - 1}, *a{i - 1}, *a{i - 1}, *a{i - 1}, *a{i - 1}, *a{i - 1}, *a{i - 1} ]\n"));

    private static byte[] Utf8(string text) => Encoding.UTF8.GetBytes(text);
}
