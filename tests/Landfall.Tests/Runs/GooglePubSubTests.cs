using System.Net;
using System.Text.Json.Nodes;
using Landfall.Cloud;
using Landfall.Events;
using Landfall.Functions;
using Landfall.Hosting;
using Landfall.Runs;
using Landfall.Tests.Local.PubSub;
using Microsoft.Extensions.DependencyInjection;
using Shouldly;
using Xunit;
using Xunit.Abstractions;
using static Landfall.Tests.Runs.RunWorld;

namespace Landfall.Tests.Runs;

/// <summary>The pages' way by Google's own Pub/Sub: published with our client, pushed by its emulator to the function as it is deployed.</summary>
public sealed class GooglePubSubTests(ITestOutputHelper output)
{
    private const string Project = "landfall-test";

    [Fact]
    public async Task A_run_lands_whose_complete_was_published_first_and_what_is_no_message_changes_nothing()
    {
        await using var google = await GooglePubSub.StartAsync();
        if (google is null)
        {
            output.WriteLine("SKIPPED: java or the Pub/Sub emulator of the Google Cloud SDK is not installed");
            return;
        }
        await using var world = await RunWorld.CreateAsync();
        var log = new Hosting.LogCapture();
        await using var app = FunctionHost.Build<CustomerChunk, PubSubMessage>(new Settings { Port = 0 }, IPAddress.Loopback, services =>
        {
            services.AddSingleton(world.Runs);
            log.Register(services);
        });
        await app.StartAsync();
        await google.PutAsync($"/v1/projects/{Project}/topics/ships", []);
        await google.PutAsync($"/v1/projects/{Project}/topics/boats", []);
        foreach (var topic in (string[])["ships", "boats"])
        {
            await google.PutAsync($"/v1/projects/{Project}/subscriptions/{RunMessages.Subscription(topic)}", new JsonObject
            {
                ["topic"] = $"projects/{Project}/topics/{topic}", ["ackDeadlineSeconds"] = 60, ["pushConfig"] = new JsonObject { ["pushEndpoint"] = app.Urls.Single() },
            });
        }
        using var http = new HttpClient();
        var client = new PubSubClient(Project, google.Address, http, TimeProvider.System, new Random(1));
        var pages = Enumerable.Range(1, 45).Select(n => Row($"s{n:00}", 1, n)).Chunk(20).Select((rows, i) => RunMessages.Write(Page("a", i + 1, rows))).ToList();
        await client.PublishAsync("boats", [RunMessages.Write(Page("a", 4, [Row("stolen", 1)])), new("no page"u8.ToArray(), new Dictionary<string, string>())]);
        await client.PublishAsync("ships", [RunMessages.Write(Complete("a", 3, 45))]);
        await Until.TrueAsync(() => log.Text.Contains("0 of the 45 rows", StringComparison.Ordinal), "complete was answered that pages are missing");
        await client.PublishAsync("ships", pages);
        await Until.TrueAsync(async () => (await world.NamesAsync("receipts")).Count > 0, "it has landed", seconds: 60);
        (await world.QueryAsync("SELECT COUNT(*), COUNT(DISTINCT id), SUM(tons) FROM `fleet.ships`")).ShouldBe(["45|45|1035"]);
        world.Recorder.Inserts.Order().ShouldBe([5, 20, 20]);
        log.Text.ShouldContain("came by the subscription 'projects/landfall-test/subscriptions/pages-boats'");
    }
}
