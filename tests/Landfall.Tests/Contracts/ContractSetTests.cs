using Landfall.Contracts;
using Shouldly;
using Xunit;

namespace Landfall.Tests.Contracts;

public sealed class ContractSetTests : IDisposable
{
    private readonly ContractFolder _folder = new ContractFolder()
        .With("people")
        .With("parts")
        .With("full", ContractFolder.Plain("full").Replace("drop-zone/t/full_{date:yyyyMMdd}.csv", "catalog/product_catalog.csv"))
        .With("daily", ContractFolder.Plain("daily").Replace("drop-zone/t/daily_{date", "catalog/product_catalog_{date"));

    [Fact]
    public void Contracts_come_by_file_name_and_by_id()
    {
        var contracts = _folder.Read();

        contracts.All.Select(contract => contract.Id.Name).ShouldBe(["daily", "full", "parts", "people"]);
        contracts[Identifier.Parse("people")].ShouldBeSameAs(contracts.All[3]);
        Assert.Throws<KeyNotFoundException>(() => contracts[Identifier.Parse("nobody")]).Message
            .ShouldContain("'nobody'; there are: daily, full, parts, people");
    }

    [Theory]
    [InlineData("drop-zone", "t/people_20211107.csv", "people")]
    [InlineData("catalog", "product_catalog.csv", "full")]
    [InlineData("catalog", "product_catalog_20211107.csv.gz", "daily")]
    [InlineData("catalog", "t/people_20211107.csv", null)]
    [InlineData("drop-zone", "t/people_20211131.csv", null)]
    [InlineData("nowhere", "", null)]
    public void An_object_is_claimed_by_one_contract_or_none(string bucket, string name, string? id) =>
        _folder.Read().Claim(bucket, name)?.Contract.Id.Name.ShouldBe(id);

    [Theory]
    [InlineData("drop-zone", "t/people_2021-11-07.csv", "people")]
    [InlineData("drop-zone", "t/peeple_20211107.csv", "people")]
    [InlineData("drop-zone", "t/part_20211107.csv", "parts")]
    [InlineData("drop-zone", "T/PARTS.CSV", "parts")]
    [InlineData("drop-zone", "product_catalogue.csv", "parts")]
    [InlineData("drop-zone", "product_catalog.csv", "full")]
    [InlineData("drop-zone", "u/parts_20211107.csv", "parts")]
    [InlineData("catalog", "people_20211107.csv", "people")]
    [InlineData("catalog", "products.csv", "full")]
    [InlineData("catalog", "product_catalog_20211131.csv.gz", "daily")]
    [InlineData("dropzone", "t/people_20211107.csv", "people")]
    [InlineData("", "", "full")]
    public void The_nearest_contract_would_claim_it_elsewhere_or_is_of_the_same_bucket(string bucket, string name, string id)
    {
        var contracts = _folder.Read();

        contracts.Claim(bucket, name).ShouldBeNull();
        contracts.Nearest(bucket, name).Id.Name.ShouldBe(id);
    }

    public void Dispose() => _folder.Dispose();
}
