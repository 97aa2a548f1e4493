using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Landfall.Tests.Contracts;
using Landfall.Tests.Local;
using Shouldly;
using Xunit;

namespace Landfall.Tests.EndToEnd;

/// <summary>A fetched dataset in the local cloud: tick, mirror, object, event, table.</summary>
public sealed class FetchTests
{
    private const string Properties = "[ { name: brand, logicalType: string, required: true }, { name: category_id, logicalType: integer }, { name: comment, logicalType: string }, { name: currency, logicalType: string }, "
        + "{ name: description, logicalType: string }, { name: image, logicalType: string }, { name: year_release, logicalType: integer } ]";

    [Theory]
    [InlineData("--port", "0")]
    [InlineData("--port", "0", "--spawn")]
    public async Task A_new_home_fetches_and_lands_once_what_its_contracts_say_is_published(params string[] options)
    {
        using var contracts = new ContractFolder().With("shop", ContractFolder.Plain("shop", Properties)
            .Replace("drop-zone/t/shop_{date:yyyyMMdd}.csv\"", "catalog/product_catalog.csv\", fetch: \"https://example.com/data/product_catalog.csv\"")
            .Replace("schema:\n", "slaProperties: [ { property: frequency, value: 1, unit: d, scheduler: cron, schedule: \"0 6 * * *\" } ]\nschema:\n"));
        using var home = new TempFolder();
        var variables = new Dictionary<string, string> { ["LANDFALL_CONTRACTS"] = contracts.Path };
        await using (var first = LocalProcess.Start(home.Path, variables, [.. options, "--until-idle"]))
        {
            (await first.ExitAsync()).ShouldBe(0, first.Text);
            first.Output.ShouldContain(line => line.StartsWith("landed     shop  15 rows, 0 rejected", StringComparison.Ordinal), first.Text);
            File.Exists(Path.Combine(home.Path, "buckets", "catalog", "product_catalog.csv")).ShouldBeTrue(first.Text);
        }

        await using var next = LocalProcess.Start(home.Path, variables, options);
        var http = (await next.ReadyAsync())["http"]!.GetValue<string>();
        using var client = new HttpClient();
        using var fired = await client.PostAsync($"{http}/v1/projects/local/locations/local/jobs/shop:run", null);
        (await fired.Content.ReadFromJsonAsync<JsonObject>())!["status"]!["code"]!.GetValue<int>().ShouldBe(0, next.Text);
        var versions = JsonNode.Parse(await client.GetStringAsync($"{http}/storage/v1/b/catalog/o?versions=true&prefix=product_catalog.csv"))!["items"]!.AsArray();
        versions.ShouldHaveSingleItem();
        using var outside = await client.GetAsync($"{http}/mirror/..%2f..%2fLocal.dll");
        ((int)outside.StatusCode).ShouldBe(404);
    }
}
