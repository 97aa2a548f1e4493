using System.Text.RegularExpressions;
using Landfall.Contracts;
using Landfall.Contracts.Rendering;
using Shouldly;
using Xunit;

namespace Landfall.Tests.Contracts.Rendering;

/// <summary>The pages of shared/contracts.</summary>
public sealed class ContractPagesTests
{
    private static readonly ContractSet Contracts = ContractReader.Read(Repository.Path("shared/contracts"), null);

    [Fact]
    public void The_committed_ones_are_what_the_contracts_say() => CommittedFiles.ShouldBe("shared/contracts/pages", ContractPages.Of(Contracts));

    [Fact]
    public void Every_link_between_them_leads_somewhere()
    {
        var pages = ContractPages.Of(Contracts);
        var links = pages.Where(page => page.Key.EndsWith(".md", StringComparison.Ordinal)).SelectMany(page => Regex.Matches(page.Value, @"\]\(([^<):]+)\)").Select(match => match.Groups[1].Value)).ToList();

        links.Count.ShouldBeGreaterThan(2 * Contracts.All.Count);
        foreach (var link in links)
            (pages.ContainsKey(link) || File.Exists(Repository.Path(Path.Combine("shared/contracts/pages", link)))).ShouldBeTrue(link);
    }

    [Fact]
    public void A_page_says_what_its_reader_asks()
    {
        var page = ContractPages.Of(Contracts)["hired_employees.md"];

        foreach (var answer in (string[])
        [
            "# Hired employees\n", "drop-zone/hiring/hired_employees_20240105.csv\n", "every day at 05:15 UTC", "10 years", "until 10 seconds after",
            "[`hiring.departments`](departments.md)", "[hiring-data](<https://example.com/hiring-data>) (slack)", "| hiring_editors | write |",
            "No line names the columns; every row has these, in this order: `id`, `name`, `datetime`, `department_id` and `job_id`.",
            "| `name` | text | required |  | field 2 | restricted | First and last name. |", "](hiring.svg)",
        ]) page.ShouldContain(answer);
    }

    [Fact]
    public void One_name_in_two_warehouses_makes_two_diagrams()
    {
        using var folder = new ContractFolder().With("a").With("b", ContractFolder.Plain("b").Replace("type: postgres, schema: t", "type: bigquery, dataset: t"));

        var files = ContractPages.Of(folder.Read());

        files.Keys.ShouldBe(["a.md", "b.md", "t.bigquery.mmd", "t.bigquery.svg", "t.mmd", "t.svg"]);
        files["b.md"].ShouldContain("](t.bigquery.svg)");
    }
}
