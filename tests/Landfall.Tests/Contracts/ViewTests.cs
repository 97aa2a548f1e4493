using Landfall.Contracts;
using Landfall.Contracts.Rendering;
using Shouldly;
using Xunit;

namespace Landfall.Tests.Contracts;

/// <summary>Views, fetched files and BigQuery's decimals: what a contract says is what the model and its page hold.</summary>
public sealed class ViewTests
{
    private const string Text =
        """
        apiVersion: v3.1.0
        kind: DataContract
        id: shop
        version: 1.0.0
        status: active
        team: { name: t }
        roles:
          - { role: everybody, access: read }
          - { role: team_a_readers, access: read, customProperties: [ { property: landfall, value: { of: [ cheap, some ] } } ] }
        servers: [ { server: s, type: bigquery, project: p, dataset: shop } ]
        slaProperties: [ { property: frequency, value: 1, unit: d, scheduler: cron, schedule: "0 6 * * *" } ]
        customProperties: [ { property: landfall, value: { object: "catalog/shop_{date:yyyyMMdd}.csv", fetch: "https://example.com/shop.csv?key=1", timeZone: America/Bogota } } ]
        schema:
          - name: cheap                   # before the table it is of
            physicalName: team_a.cheap_ones
            physicalType: view
            description: What costs little.
            customProperties: [ { property: landfall, value: { where: "price < 5 AND name <> ';)'" } } ]
            properties: [ { name: price }, { name: name } ]
          - name: products
            physicalType: table
            properties:
              - { name: name, logicalType: string }
              - { name: price, logicalType: number }
              - { name: weight, logicalType: number, physicalType: "NUMERIC(20,12)" }
          - { name: all, physicalName: team_b.all, physicalType: view }
          - { name: some, physicalType: view, customProperties: [ { property: landfall, value: { query: some.sql } } ] }
        """;

    private const string Query = "-- It's one.\nSELECT name FROM ${products} JOIN ${table} USING (name) -- the end";

    private readonly Contract _contract = Read();

    [Fact]
    public void A_view_is_of_the_contract_s_table_whose_columns_it_shows()
    {
        _contract.Tables.ShouldHaveSingleItem().ToString().ShouldBe("shop.products");
        _contract.Views.Select(view => view.ToString()).ShouldBe(["team_a.cheap_ones", "team_b.all", "shop.some"]);
        var (cheap, all, some) = (_contract.Views[0], _contract.Views[1], _contract.Views[2]);
        cheap.Of.ShouldBeSameAs(_contract.Tables[0]);
        (cheap.Where, cheap.Description, string.Join(' ', cheap.Columns)).ShouldBe(("price < 5 AND name <> ';)'", "What costs little.", "price name"));
        (all.Where, all.Query).ShouldBe((null, null));
        all.Columns.ShouldBe(_contract.Tables[0].Columns);
        (some.Of, some.Where, some.Query, some.Columns.Count).ShouldBe((null, null, Query, 0));
    }

    [Fact]
    public void A_file_is_fetched_from_its_URL() => _contract.Fetch.ShouldBe(new Uri("https://example.com/shop.csv?key=1"));

    [Fact]
    public void A_role_is_about_what_it_names_or_else_about_all() =>
        _contract.Roles.Select(role => $"{role.Name}: {string.Join(' ', role.Of)}").ShouldBe(["everybody: ", "team_a_readers: team_a.cheap_ones shop.some"]);

    [Fact]
    public void A_decimal_has_the_digits_that_BigQuery_keeps()
    {
        _contract.Tables[0].Columns.Select(column => (column.Precision, column.Scale, TypeName.Of(column, SinkKind.BigQuery))).ShouldBe(
            [(null, null, "STRING"), (null, 9, "NUMERIC"), (20, 12, "BIGNUMERIC(20,12)")]);
    }

    [Fact]
    public void The_page_says_all_of_it()
    {
        var page = ContractPage.Render(_contract);

        foreach (var words in (string[])
        [
            "| Shown by | `team_a.cheap_ones`, `team_b.all` and `shop.some` |", "| Fetched | every day at 06:00 America/Bogota (`0 6 * * *`) |",
            "it is fetched from `https://example.com/shop.csv` when", "at most 9 digits behind the point",
            "## View `team_a.cheap_ones`\n\nWhat costs little.\n\nIt shows the rows of `shop.products` where `price < 5 AND name <> ';)'`, with `price` and `name`.",
            "It is there for team_a_readers.", "It shows every row of `shop.products`, with all columns.", "\n\n    -- It's one.\n    SELECT name",
            "| team_a_readers | read `team_a.cheap_ones` and `shop.some` |",
        ]) page.ShouldContain(words);
        page.ShouldNotContain("key=1");
    }

    private static Contract Read()
    {
        using var folder = new ContractFolder().With("shop", Text);
        File.WriteAllText(Path.Combine(folder.Path, "some.sql"), $"\ufeff{Query}\n\n");
        return folder.Read().All[0];
    }
}
