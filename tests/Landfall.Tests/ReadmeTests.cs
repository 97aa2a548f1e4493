using System.Text.RegularExpressions;
using Landfall.Hosting;
using Landfall.Tests.Landings;
using Shouldly;
using Xunit;

namespace Landfall.Tests;

/// <summary>What the README shows is run.</summary>
public sealed class ReadmeTests
{
    private static readonly string Readme = File.ReadAllText(Repository.Path("README.md"));

    [Fact]
    public async Task The_dataset_it_adds_lands_as_it_says()
    {
        using var contracts = new TempFolder();
        await File.WriteAllTextAsync(Path.Combine(contracts.Path, "stations.odcs.yaml"), Block("yaml"));
        await using var world = await LandingWorld.CreateAsync(contracts.Path);
        var receipt = await world.Lander.LandAsync(await world.DropAsync("drop-zone", "weather/stations_20240105.csv", System.Text.Encoding.UTF8.GetBytes(Block("csv"))), default);
        (receipt.Outcome, receipt.Rows!.Landed, receipt.Rows.Rejected).ShouldBe(("landed", 2, 1));
        (await world.Database.ScalarAsync<string>("SELECT string_agg(name, ',' ORDER BY name) FROM weather.stations")).ShouldBe("Bogotá,Lisbon");
    }

    [Fact]
    public void Its_table_of_settings_is_the_programs()
    {
        var table = Regex.Match(Readme, @"## Settings.*?\n\n(?=`functions/Local`)", RegexOptions.Singleline).Value;
        Regex.Matches(table, @"(?<=^\|[^|]*)`([A-Z_]+)`", RegexOptions.Multiline).Select(m => m.Groups[1].Value).Where(v => !v.StartsWith("LANDFALL_…", StringComparison.Ordinal))
            .ShouldBe(Settings.Variables.Where(v => v != "LANDFALL_TEST_PROJECT"), ignoreOrder: true);
    }

    private static string Block(string language) => Regex.Match(Readme, $@"```{language}\n(.*?)```", RegexOptions.Singleline).Groups[1].Value;
}
