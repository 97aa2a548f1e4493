using Landfall.Cloud;
using Landfall.Contracts;
using Landfall.Contracts.Comparing;
using Landfall.Contracts.Rendering;
using Landfall.Sinks.BigQuery;
using Landfall.Tests.Landings;
using Landfall.Tests.Sinks;
using Shouldly;
using Xunit;

namespace Landfall.Tests.Contracts;

/// <summary>A contract with an external table: as a model, a page, a diagram, a script, and against another version of itself.</summary>
public sealed class ExternalContractTests
{
    private static readonly Contract Clicks = ExternalTests.Read(ExternalTests.Text);

    [Fact]
    public void Its_table_is_its_files()
    {
        Clicks.External.ShouldBeSameAs(Clicks.Tables.ShouldHaveSingleItem());
        (Clicks.Object!.Wildcard, Clicks.Object.IsCompressed).ShouldBe(("drop-zone/shop/clicks_*.csv", false));
        Clicks.Views[0].Of.ShouldBeSameAs(Clicks.External);
    }

    [Fact]
    public void The_page_says_who_reads_it_where_and_what_becomes_of_bad_rows()
    {
        var page = ContractPage.Render(Clicks);
        foreach (var words in (string[])
        [
            "| Read by | BigQuery, where the files lie, as the external table `shop.clicks` |", "a row is there as long as the object that holds it", "It is not compressed.",
            "The first line names the columns, in this order: `id`, `at` and `note`.", "in the table it stands all the same", "BigQuery reads `gs://drop-zone/shop/clicks_*.csv` whenever it is asked",
        ]) page.ShouldContain(words);
        page.ShouldNotContain("in any order");
        page.ShouldNotContain("Gzip is welcome");
        ErDiagram.Of([Clicks]).ShouldHaveSingleItem().ToMermaid().ShouldContain("\"clicks (external)\" {");
    }

    [Fact]
    public async Task The_script_makes_what_the_sink_makes()
    {
        var script = BigQueryScript.Of(Clicks, new("acme-", BigQueryConnection.TryParse("eu.landfall")));
        script.ShouldContain("""
            CREATE OR REPLACE EXTERNAL TABLE `shop.clicks` (
              `id` INT64,
              `at` TIMESTAMP,
              `note` STRING
            )
            WITH CONNECTION `eu.landfall`
            OPTIONS (format = 'CSV', uris = ['gs://acme-drop-zone/shop/clicks_*.csv'], skip_leading_rows = 1, allow_quoted_newlines = TRUE, allow_jagged_rows = TRUE, max_bad_records = 2147483647, description = 'One row a click.', labels = [('landfall_contract', 'clicks'), ('landfall_team', 'shop')]);
            """);

        await using var bigQuery = await BigQuerySuiteDatabase.CreateAsync();
        foreach (var contract in (Contract[])[Clicks, ExternalTests.Read(ExternalTests.Text.Replace("yyyyMMdd}.csv\"", "yyyyMMdd}.jsonl.gz\", unknownColumns: discard"))])
        {
            await bigQuery.ExecuteAsync(BigQueryScript.Of(contract).Replace("CREATE VIEW", "CREATE OR REPLACE VIEW"));
            var table = contract.Tables[0];
            var changes = TableChanges.Between((await bigQuery.Client.GetTableAsync(BigQueryNames.Of(table), default))!, BigQueryTables.Resource(contract, table));
            (changes.Patch, changes.Faults.Count).ShouldBe((null, 0));
        }
    }

    [Theory]
    [InlineData(".jsonl", FormatType.Ndjson)]
    [InlineData(".NDJSON", FormatType.Ndjson)]
    [InlineData(".json.gz", FormatType.Ndjson)]
    [InlineData(".avro", FormatType.Avro)]
    [InlineData(".txt.gz", FormatType.Csv)]
    public void The_end_of_the_objects_name_says_its_format(string end, FormatType format) =>
        ExternalTests.Read(ExternalTests.Text.Replace("yyyyMMdd}.csv\"", $"yyyyMMdd}}{end}\", unknownColumns: discard")).Format.Type.ShouldBe(format);

    [Theory]
    [InlineData("physicalType: external", "physicalType: table", "shop.clicks.physicalType", true)]
    [InlineData("      - { name: id, logicalType: integer, required: true, logicalTypeOptions: { minimum: 0 } }\n      - { name: at, logicalType: timestamp }\n", "      - { name: at, logicalType: timestamp }\n      - { name: id, logicalType: integer, required: true, logicalTypeOptions: { minimum: 0 } }\n", "shop.clicks.properties", true)]
    [InlineData("minimum: 0", "minimum: -1", "shop.clicks.id.minimum", false)]
    public void A_change_is_judged(string from, string to, string path, bool breaking)
    {
        ExternalTests.Text.ShouldContain(from);
        var changes = ContractComparison.Between([Clicks], [ExternalTests.Read(ExternalTests.Text.Replace(from, to))]);
        changes.First(change => change.Path == path).IsBreaking.ShouldBe(breaking);
    }

    [Theory]
    [InlineData("eu.landfall", "eu.landfall", "projects/p/locations/eu/connections/landfall")]
    [InlineData("a.com:q.europe-west1.c_1", "a.com:q.europe-west1.c_1", "projects/a.com:q/locations/europe-west1/connections/c_1")]
    [InlineData("projects/q/locations/eu/connections/c", "q.eu.c", "projects/q/locations/eu/connections/c")]
    [InlineData("eu", null, null)]
    [InlineData("eu.", null, null)]
    [InlineData("eu.a b", null, null)]
    [InlineData("projects//locations/eu/connections/c", null, null)]
    [InlineData("projects/q/locations/eu/connections/c/d", null, null)]
    [InlineData("eu.c`; DROP TABLE x", null, null)]
    public void A_connection_is_said_in_two_ways(string text, string? sql, string? path)
    {
        var connection = BigQueryConnection.TryParse(text);
        (connection?.ToString(), connection?.Path("p")).ShouldBe((sql, path));
        BigQueryConnection.AreSame(connection, connection).ShouldBeTrue();
        BigQueryConnection.AreSame(connection, new("other", "us", "c")).ShouldBeFalse();
    }
}
