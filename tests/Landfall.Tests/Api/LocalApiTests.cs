using System.Net;
using System.Text.Json.Nodes;
using Landfall.Local;
using Shouldly;
using Xunit;

namespace Landfall.Tests.Rest;

/// <summary>The local cloud serves the API below /api, for everybody, and what it answers leads there.</summary>
public sealed class LocalApiTests : IDisposable
{
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task It_is_below_api()
    {
        using var home = Home.Open(_folder.Path);
        await using var cloud = await LocalCloud.StartAsync(
            new LocalOptions { Port = 0, Samples = false }, home, [LocalFunction.OfHttp<Functions.Api>("/api", Landfall.Functions.Api.Services)], TimeProvider.System, TextWriter.Null, default);
        using var client = new HttpClient { BaseAddress = cloud.Http };

        foreach (var path in (string[])["/api", "/api/"]) (await client.GetStringAsync(path)).ShouldContain("<title>Landfall</title>");
        var tables = JsonNode.Parse(await client.GetStringAsync("/api/tables"))!.AsArray();
        tables.Count.ShouldBeGreaterThan(5);
        foreach (var table in tables) (await client.GetStringAsync((string)table!["links"]!["rows"]!)).ShouldBe("[]");
        var document = JsonNode.Parse(await client.GetStringAsync("/api/openapi.json"))!;
        document["servers"]![0]!["url"]!.GetValue<string>().ShouldBe("/api");
        using var missing = await client.GetAsync("/api/tables/people/rows/ana%2Fx%40example.com");
        await ApiWorld.ProblemAsync(missing, "/api", HttpStatusCode.NotFound, "no row");
        using var unknown = await client.GetAsync("/api/tabels");
        await ApiWorld.ProblemAsync(unknown, "/api", HttpStatusCode.NotFound, "did you mean /tables?");
    }
}
