using System.Globalization;
using System.Text.Json.Nodes;
using Landfall.Tests.Local.Postgres;
using Landfall.Tests.Local.PubSub;
using Npgsql;
using Shouldly;
using Xunit;

namespace Landfall.Tests.Local;

public sealed class LocalProcessTests : IAsyncLifetime
{
    private readonly Database _database = new();
    private readonly TempFolder _folder = new();

    public Task InitializeAsync() => _database.InitializeAsync();

    public async Task DisposeAsync()
    {
        await _database.DisposeAsync();
        _folder.Dispose();
    }

    [Fact]
    public async Task Nothing_to_do_ends_with_0_and_leaves_nothing_running()
    {
        await using var local = LocalProcess.Start(_folder.Path, "--port", "0", "--until-idle", "--no-samples", "--chaos", "7");

        (await local.ExitAsync()).ShouldBe(0, local.Text);
        File.Exists(_folder["endpoints.json"]).ShouldBeFalse();
        File.Exists(LocalPostgresTests.PidFile(_folder.Path)).ShouldBeFalse();
        Directory.EnumerateFiles(_folder["buckets"], "*", SearchOption.AllDirectories).ShouldBeEmpty();
        local.Text.ShouldContain("chaos 7: 0 deliveries");
    }

    [Fact]
    public async Task An_empty_home_gets_the_samples_once()
    {
        for (var run = 0; run < 2; run++)
        {
            await using var local = LocalProcess.Start(_folder.Path, "--port", "0");
            var http = (await local.ReadyAsync())["http"]!.GetValue<string>();
            using var client = new HttpClient();
            JsonArray items = [];
            await Until.TrueAsync(
                async () =>
                {
                    items = JsonNode.Parse(await client.GetStringAsync($"{http}/storage/v1/b/drop-zone/o?versions=true"))!["items"]?.AsArray() ?? [];
                    return items.Count >= 4;
                },
                "the samples are objects");

            items.Select(item => (string?)item!["name"]).ShouldBe(
                ["hiring/departments_20240105.csv", "hiring/hired_employees_20240105.csv", "hiring/jobs_20240105.csv", "people/people_20240105.csv"]);
            if (run == 0)
            {
                foreach (var file in Directory.EnumerateFiles(_folder["buckets", "drop-zone", "hiring"]))
                {
                    File.Delete(file);   // what a person tidied away does not come back
                }
            }
        }
    }

    [Fact]
    public async Task A_refused_source_ends_with_1_and_a_line_that_says_why()
    {
        Directory.CreateDirectory(_folder["buckets", "receipts"]);
        await File.WriteAllTextAsync(_folder["buckets", "receipts", "1.json"], """
            {"outcome":"refused","contract":"people","source":"drop-zone/people/people_20240105.csv#1",
             "rows":{"read":3,"landed":0,"rejected":3},"reason":"the header lacks email"}
            """);
        await using var local = LocalProcess.Start(_folder.Path, "--port", "0", "--until-idle");

        (await local.ExitAsync()).ShouldBe(1, local.Text);
        local.Text.ShouldContain("refused    people  0 rows, 3 rejected  drop-zone/people/people_20240105.csv#1");
        local.Text.ShouldContain("the header lacks email");
    }

    [Theory]
    [InlineData(64, "There is no option --prot", "--prot", "1")]
    [InlineData(64, "--port needs a value", "--port")]
    [InlineData(64, "--port is '80000'", "--port", "80000")]
    [InlineData(0, "--until-idle", "--help")]
    public async Task The_command_line_is_checked_before_anything_starts(int code, string message, params string[] options)
    {
        await using var local = LocalProcess.Start(_folder["home"], options);

        (await local.ExitAsync()).ShouldBe(code);
        local.Text.ShouldContain(message);
        Directory.Exists(_folder["home"]).ShouldBeFalse();
    }

    [Fact]
    public async Task A_second_one_on_the_same_home_or_port_is_refused_and_the_first_goes_on()
    {
        await using var first = LocalProcess.Start(_folder["home"], "--port", "0", "--no-samples");
        var http = new Uri((await first.ReadyAsync())["http"]!.GetValue<string>());
        await using var sameHome = LocalProcess.Start(_folder["home"], "--port", "0");
        await using var samePort = LocalProcess.Start(_folder["other"], "--port", http.Port.ToString(CultureInfo.InvariantCulture));

        (await sameHome.ExitAsync()).ShouldBe(78);
        sameHome.Text.ShouldContain("Another Landfall already runs on");
        (await samePort.ExitAsync()).ShouldBe(78);
        samePort.Text.ShouldContain($"Port {http.Port} is taken");
        using var client = new HttpClient();
        (await client.GetAsync(new Uri(http, "/storage/v1/b?project=local"))).IsSuccessStatusCode.ShouldBeTrue();
        (await first.TerminateAsync()).ShouldBe(0);
        File.Exists(LocalPostgresTests.PidFile(_folder["home"])).ShouldBeFalse("Postgres ended with it");
    }

    [Fact]
    public async Task A_kill_loses_nothing_and_the_next_start_delivers_what_was_under_way_as_Cloud_Storage_says_it()
    {
        // The receiver never answers the first process, so that its delivery is under way when it is killed.
        await using var receiver = await PubSubServer.StartAsync(_database);
        receiver.Answer = _ => receiver.Received.Count == 1 ? new TaskCompletionSource<int>().Task : Task.FromResult(204);
        await using (var local = LocalProcess.Start(_folder.Path, "--port", "0", "--no-samples"))
        {
            var endpoints = await local.ReadyAsync();
            ((string?)endpoints["project"]).ShouldBe("local");
            using var client = new HttpClient();
            using var subscription = new StringContent($$"""
                {"topic":"projects/local/topics/storage-catalog","pushConfig":{"pushEndpoint":"{{receiver.Receiver}}"},"ackDeadlineSeconds":600}
                """);
            (await client.PutAsync($"{endpoints["http"]}/v1/projects/local/subscriptions/watcher", subscription)).IsSuccessStatusCode.ShouldBeTrue();
            await File.WriteAllTextAsync(_folder["buckets", "catalog", "product.csv"], "a,b\n");
            await Until.TrueAsync(() => !receiver.Received.IsEmpty, "the delivery is under way");
            await local.KillAsync();
        }

        await using var next = LocalProcess.Start(_folder.Path, "--port", "0");
        await next.ReadyAsync();
        await Until.TrueAsync(() => receiver.Received.Count >= 2, "it is delivered again");
        await File.WriteAllTextAsync(_folder["buckets", "catalog", "product.csv"], "a,b,c\n");
        await Until.TrueAsync(() => receiver.Received.Count >= 3, "the second version is announced");

        var bodies = receiver.Received.Select(received => received.Body["message"]!).ToArray();
        ((string?)bodies[1]["messageId"]).ShouldBe((string?)bodies[0]["messageId"]);
        var (first, second) = (bodies[1]["attributes"]!.AsObject(), bodies[2]["attributes"]!.AsObject());
        ((string?)first["eventType"], (string?)first["bucketId"], (string?)first["objectId"], (string?)first["payloadFormat"])
            .ShouldBe(("OBJECT_FINALIZE", "catalog", "product.csv", "JSON_API_V1"));
        ((string?)first["notificationConfig"]).ShouldBe("projects/_/buckets/catalog/notificationConfigs/1");
        first.ContainsKey("overwroteGeneration").ShouldBeFalse();
        ((string?)second["overwroteGeneration"]).ShouldBe((string?)first["objectGeneration"]);
        var resource = JsonNode.Parse(Convert.FromBase64String((string)bodies[2]["data"]!))!;
        ((string?)resource["kind"], (string?)resource["name"], (string?)resource["generation"], (string?)resource["size"])
            .ShouldBe(("storage#object", "product.csv", (string?)second["objectGeneration"], "6"));
    }

    [Fact]
    public async Task Postgres_ends_by_itself_when_the_local_cloud_is_killed_and_a_restart_at_once_works()
    {
        await using (var local = LocalProcess.Start(_folder.Path, "--port", "0", "--no-samples"))
        {
            await local.ReadyAsync();
            await local.KillAsync();
        }

        await using (var next = LocalProcess.Start(_folder.Path, "--port", "0", "--until-idle"))
        {
            (await next.ExitAsync()).ShouldBe(0, next.Text);
        }

        await using (var once = LocalProcess.Start(_folder.Path, "--port", "0"))
        {
            var builder = Landfall.Sinks.Postgres.PostgresUri.Parse((await once.ReadyAsync())["postgres"]!.GetValue<string>());
            await using var connection = new NpgsqlConnection(builder.ConnectionString + ";Pooling=false");
            await connection.OpenAsync();
            await once.KillAsync();
        }

        await Until.TrueAsync(() => !File.Exists(LocalPostgresTests.PidFile(_folder.Path)), "Postgres ended by itself");
    }
}
