using Landfall.Contracts;
using Shouldly;
using Xunit;

namespace Landfall.Tests.Contracts;

/// <summary>
/// Every folder in Faults is a set of contracts that must not be used. Behind the line at fault stands <c># fault: path: how the message begins</c>,
/// several with <c>&amp;&amp;</c> between them; these and no others must be reported, all at once.
/// </summary>
public sealed class FaultTests
{
    private const string Mark = "# fault: ";

    private static readonly string Cases = Path.Combine(ContractFolder.Repository, "tests", "Landfall.Tests", "Contracts", "Faults");

    public static TheoryData<string> Names =>
        [.. Directory.GetDirectories(Cases).Select(folder => Path.GetFileName(folder)).Order(StringComparer.Ordinal)];

    [Theory]
    [MemberData(nameof(Names))]
    public void Every_fault_is_found_where_it_stands(string name)
    {
        var expected = Directory.GetFiles(Path.Combine(Cases, name)).SelectMany(Expected).Order(StringComparer.Ordinal).ToList();
        expected.ShouldNotBeEmpty("a case proves nothing without a fault");

        var found = Assert.Throws<ContractFaultException>(() => ContractReader.Read(Path.Combine(Cases, name), null)).Faults
            .Select(fault => fault.ToString()).Order(StringComparer.Ordinal).ToList();

        // An expectation is the beginning of a fault's line; each must take one, and none may be left.
        expected.Where(line => found.RemoveAll(fault => Begins(fault, line)) != 1)
            .ShouldBeEmpty($"not reported, or more than once; besides there is:\n{string.Join('\n', found)}");
        found.ShouldBeEmpty("reported, and not expected");
    }

    [Fact]
    public void The_message_has_one_line_for_every_fault()
    {
        using var folder = new ContractFolder()
            .With("a", ContractFolder.Plain("a").Replace("id: a\n", "id: \"b\\nc\"\n").Replace("status: active\n", "")).With("z", "[]");

        var e = Assert.Throws<ContractFaultException>(() => folder.Read());

        e.Message.Split('\n').ShouldBe(
        [
            "a.odcs.yaml:1: status: is missing.",
            "a.odcs.yaml:3: id: is 'b?c'; a name is lower-case letters, digits and '_', begins with no digit and has at most 63 characters.",
            "z.odcs.yaml:1: does not hold a map. A contract is one map that begins with apiVersion: v3.1.0.",
        ]);
        (e.Faults[1].File, e.Faults[1].Line, e.Faults[1].Path, e.Faults[1].Hint).ShouldBe(("a.odcs.yaml", 3, "id", null));
    }

    [Fact]
    public void A_folder_without_contracts_is_a_fault()
    {
        using var folder = new ContractFolder();
        File.WriteAllText(Path.Combine(folder.Path, "README.md"), "");
        File.WriteAllText(Path.Combine(folder.Path, "people.odcs.yml"), ContractFolder.Plain("people"));

        folder.Faults().Select(fault => (fault.File, fault.Message)).ShouldBe(
        [
            (folder.Path, "holds no contract: no file whose name ends in .odcs.yaml"),
            ("people.odcs.yml", "is not read, because of its name"),
        ]);
    }

    [Theory]
    [InlineData("")]
    [InlineData("/no/such/folder")]
    [InlineData("gs://bucket/contracts")]
    public void A_folder_that_is_not_there_is_a_fault(string folder) =>
        Assert.Throws<ContractFaultException>(() => ContractReader.Read(folder, null)).Faults.ShouldHaveSingleItem().Message
            .ShouldStartWith("is not a folder that can be read");

    [Fact]
    public void A_file_that_can_not_be_read_is_a_fault()
    {
        using var folder = new ContractFolder().With("a");
        File.CreateSymbolicLink(Path.Combine(folder.Path, "b.odcs.yaml"), "/no/such/file");

        folder.Faults().ShouldHaveSingleItem().ToString().ShouldStartWith("b.odcs.yaml: can not be read: ");
    }

    private static IEnumerable<string> Expected(string file) =>
        File.ReadLines(file).Index().Where(line => line.Item.Contains(Mark)).SelectMany(line =>
            line.Item.Split(Mark)[1].Split(" && ").Select(fault => $"{Path.GetFileName(file)}:{line.Index + 1}: {fault}"));

    // Up to a word's end, so that 'is missing' does not stand for 'is missing; …'.
    private static bool Begins(string fault, string line) =>
        fault.StartsWith(line, StringComparison.Ordinal) && (line.Length == fault.Length || !char.IsLetterOrDigit(fault[line.Length]));
}
