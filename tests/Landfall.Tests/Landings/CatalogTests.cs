using System.Text;
using Landfall.Contracts;
using Shouldly;
using Xunit;

namespace Landfall.Tests.Landings;

/// <summary>The catalog's contracts as they are committed, in the local BigQuery: what each team sees of what has landed.</summary>
public sealed class CatalogTests : IAsyncLifetime
{
    private const string Header = "brand,category_id,comment,currency,description,image,year_release\n";
    private const string Image = "\"data:image/png;base64,iVBORw0KGgo=\"";

    /// <summary>Around every edge of both conditions; the last line has no end, as in the real files.</summary>
    private static readonly string Day = Header + string.Join('\n',
        "Samsung,1,,EUR,a,,2001", "Samsung,1,,EUR,b,,2000", $"Samsung,1,,EUR,c,{Image},2001", "samsung,1,,EUR,d,,2001", "Samsung,1,,EUR,e,\"\",2010", "Samsung,1,,EUR,f,,",
        $"Acer,2,\"a, b\",EUR,g,{Image},1999", "Acer,2,,EUR,h,,2020", $"Acer,0,,EUR,i,{Image},2020", "Acer,2,,Eur,j,,2020", $"Acer,2,,,k,{Image},");

    private LandingWorld _world = null!;

    public async Task InitializeAsync() => _world = await LandingWorld.CreateAsync(Path.Combine(AppContext.BaseDirectory, "contracts"), SinkKind.BigQuery);

    public async Task DisposeAsync() => await _world.DisposeAsync();

    [Fact]
    public async Task Each_team_sees_its_rows_of_every_day_and_a_corrected_day_changes_that_day_alone()
    {
        (await LandAsync("product_catalog_20240105.csv", Day)).ShouldBe(("landed", 9, 2));
        (await SeenAsync("")).ShouldBe(("abcdefghk", "cgk", "ae"));
        (await LandAsync("product_catalog_20240105.csv", Day)).ShouldBe(("landed", 9, 2));
        (await SeenAsync("")).ShouldBe(("abcdefghk", "cgk", "ae"), "the same file again");

        (await LandAsync("product_catalog_20240104.csv", $"{Header}Samsung,1,,EUR,x,,2002\nAcer,1,,EUR,y,{Image},2002")).ShouldBe(("landed", 2, 0));
        (await SeenAsync("")).ShouldBe(("abcdefghkxy", "cgky", "aex"), "an earlier day beside it");
        (await LandAsync("product_catalog_20240105.csv", $"{Header}Samsung,1,,EUR,z,,2002")).ShouldBe(("landed", 1, 0));
        (await SeenAsync("")).ShouldBe(("xyz", "y", "xz"), "the corrected day, and the other untouched");
        (await _world.Database.ScalarAsync<string>("SELECT string_agg(description || ' ' || file_date, ', ' ORDER BY description) FROM bq_catalog.product_catalog")).ShouldBe("x 2024-01-04, y 2024-01-04, z 2024-01-05");
    }

    [Fact]
    public async Task The_published_file_is_a_table_of_its_own_with_the_same_views()
    {
        (await LandAsync("product_catalog.csv", Day)).ShouldBe(("landed", 9, 2));
        (await SeenAsync("_full")).ShouldBe(("abcdefghk", "cgk", "ae"));
        (await LandAsync("product_catalog.csv", $"{Header}Acer,1,,EUR,y,{Image},2002\nAcer,1,,EUR,y,{Image},2002")).ShouldBe(("landed", 2, 0));
        (await SeenAsync("_full")).ShouldBe(("yy", "yy", ""));
    }

    private async Task<(string Outcome, long Landed, long Rejected)> LandAsync(string name, string csv)
    {
        var receipt = await _world.Lander.LandAsync(await _world.DropAsync("catalog", name, Encoding.UTF8.GetBytes(csv)), default);
        return (receipt.Outcome, receipt.Rows!.Landed, receipt.Rows.Rejected);
    }

    private async Task<(string Raw, string TeamA, string TeamB)> SeenAsync(string suffix) =>
        (await LettersAsync($"bq_catalog.product_catalog{suffix}"), await LettersAsync($"bq_team_a.products_with_image{suffix}"), await LettersAsync($"bq_team_b.samsung_without_image{suffix}"));

    private async Task<string> LettersAsync(string table) => await _world.Database.ScalarAsync<string>($"SELECT coalesce(string_agg(description, '' ORDER BY description), '') FROM {table}") ?? "";
}
