using Landfall.Contracts;
using Landfall.Contracts.Reading;
using Shouldly;
using Xunit;

namespace Landfall.Tests.Contracts;

/// <summary>What shared/contracts/README.md says is so.</summary>
public sealed class ReadmeTests
{
    private static readonly string Readme = File.ReadAllText(Path.Combine(ContractFolder.Repository, "shared", "contracts", "README.md"));

    [Fact]
    public void The_example_compiles()
    {
        var example = Readme.Split("```yaml\n")[1].Split("```")[0];
        using var folder = new ContractFolder().With("orders", example);

        var contracts = folder.Read();

        var (contract, date) = contracts.Claim("drop-zone", "shop/orders_20211107.csv.gz").ShouldNotBeNull();
        date.ShouldBe(new DateOnly(2021, 11, 7));
        contract.Tables.ShouldHaveSingleItem().ToString().ShouldBe("shop.orders");
        contract.Tables[0].Columns.Where(c => c.Source != Column.DateSource).Select(c => c.Source)
            .ShouldBe(["Order No", "ordered_at", "currency", "total", "branch"]);
    }

    [Fact]
    public void The_table_of_types_is_the_reader_s()
    {
        var rows = Readme.Split('\n').Where(line => line.StartsWith("| `", StringComparison.Ordinal)).Select(line => line.Split('|'))
            .Where(cells => cells.Length == 6).ToList();

        foreach (var (logical, _, postgres, bigQuery) in TypePart.All)
            rows.ShouldContain(cells =>
                cells[1].Contains($"`{logical}`") && cells[2].Contains($"`{postgres}`") && cells[3].Contains($"`{bigQuery}`"),
                $"{logical}, {postgres}, {bigQuery}");
    }

    [Theory]
    [InlineData("object")]
    [InlineData("format")]
    [InlineData("unknownColumns")]
    [InlineData("maxRejectedPercent")]
    [InlineData("waitForParents")]
    [InlineData("allowEmpty")]
    [InlineData("timeZone")]
    [InlineData("fetch")]
    [InlineData("write")]
    [InlineData("sheet")]
    [InlineData("range")]
    [InlineData("header")]
    [InlineData("unpivot")]
    [InlineData("of")]
    [InlineData("where")]
    [InlineData("query")]
    public void Every_word_of_the_landfall_property_has_a_row(string word) => Readme.ShouldContain($"\n| `{word}` |");
}
