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
        contracts.Nearest(bucket, name)!.Id.Name.ShouldBe(id);
    }

    [Fact]
    public void Who_takes_pages_claims_no_object_and_is_near_to_none()
    {
        var contracts = _folder.With("pages", Paged("pages")).Read();

        contracts.Claim("drop-zone", "t/pages_20211107.csv").ShouldBeNull();
        contracts.Nearest("drop-zone", "t/pages_20211107.csv")!.Id.Name.ShouldNotBe("pages");
        contracts.Paged("pages")!.Topic.ShouldBe("some-topic");
        contracts.Paged("people").ShouldBeNull("its rows come as objects");
        contracts.Paged("DROP TABLE").ShouldBeNull();
        using var alone = new ContractFolder().With("pages", Paged("pages"));
        alone.Read().Nearest("drop-zone", "x").ShouldBeNull();
    }

    [Fact]
    public void A_deployment_calls_datasets_as_it_likes()
    {
        using var folder = new ContractFolder().With("people").With("pages", Paged("pages").Replace("- name: pages", "- { name: p, physicalName: u.pages, properties: [ { name: id, logicalType: integer } ] }\n  - name: pages"));
        var (t, u, here) = (Identifier.Parse("t"), Identifier.Parse("u"), Identifier.Parse("jane_doe_t"));

        var contracts = ContractReader.Read(folder.Path, null, new Dictionary<Identifier, Identifier> { [t] = here, [u] = Identifier.Parse("v") });

        contracts.All.SelectMany(contract => contract.Tables).Select(table => table.ToString()).ShouldBe(["v.pages", "jane_doe_t.pages", "jane_doe_t.people"], ignoreOrder: true);
        contracts.All.ShouldAllBe(contract => contract.Schema == here);
        var fault = Should.Throw<ContractFaultException>(() => ContractReader.Read(folder.Path, null, new Dictionary<Identifier, Identifier> { [Identifier.Parse("tt")] = here }));
        fault.Message.ShouldContain("has no contract with the schema or dataset 'tt', which LANDFALL_DATASETS renames");
        Should.Throw<ContractFaultException>(() => ContractReader.Read(folder.Path, null, new Dictionary<Identifier, Identifier> { [t] = Identifier.Parse("landfall") })).Message.ShouldContain("not for datasets");
    }

    public void Dispose() => _folder.Dispose();

    private static string Paged(string id) => ContractFolder.Plain(id).Replace($"object: \"drop-zone/t/{id}_{{date:yyyyMMdd}}.csv\"", "topic: some-topic").Replace("type: postgres, schema: t", "type: bigquery, dataset: t");
}
