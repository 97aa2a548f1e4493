using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Landfall.Events;
using Landfall.Tests.Landings;
using Shouldly;
using Xunit;

namespace Landfall.Tests.EndToEnd;

/// <summary>DropZoneLoad as it is deployed: a process of its own on $PORT, or with --once.</summary>
public sealed class DropZoneLoadTests : IAsyncLifetime
{
    private readonly HttpClient _http = new();
    private readonly List<Process> _started = [];
    private readonly ConcurrentQueue<string> _said = [];
    private LandingWorld _world = null!;

    public async Task InitializeAsync() => _world = await LandingWorld.CreateAsync(Path.Combine(AppContext.BaseDirectory, "contracts"));

    public async Task DisposeAsync()
    {
        _http.Dispose();
        foreach (var process in _started)
        {
            if (!process.HasExited) process.Kill();
            process.Dispose();
        }
        await _world.DisposeAsync();
    }

    [Fact]
    public async Task Every_way_in_which_Google_Cloud_sends_the_event_lands_the_source_once()
    {
        var data = await _world.DropAsync("drop-zone", "hiring/departments_20240105.csv", "1,Sales\n2,Legal\n"u8.ToArray());
        var function = Start();
        var address = await ListeningAsync(function);

        (await PostAsync(address, Resource(data), ("ce-specversion", "1.0"), ("ce-id", "1"), ("ce-type", EventTypes.ObjectFinalized), ("ce-source", "//storage.googleapis.com/projects/_/buckets/drop-zone"))).ShouldBe(HttpStatusCode.NoContent);
        (await PostAsync(address, Structured(data), contentType: "application/cloudevents+json")).ShouldBe(HttpStatusCode.NoContent);
        (await PostAsync(address, Push(data))).ShouldBe(HttpStatusCode.NoContent);
        (await PostAsync(address, new JsonObject { ["hello"] = "world" })).ShouldBe(HttpStatusCode.BadRequest);
        (await _http.GetAsync(address)).StatusCode.ShouldBe(HttpStatusCode.OK);

        (await _world.Database.ScalarAsync<long>("SELECT count(*) FROM hiring.departments")).ShouldBe(2);
        (await _world.Database.ScalarAsync<long>("SELECT count(*) FROM landfall.landings")).ShouldBe(1);
        (await StopAsync(function)).ShouldBe(0);
    }

    [Fact]
    public async Task Stopped_by_SIGTERM_it_finishes_what_it_is_doing()
    {
        var csv = new StringBuilder();
        for (var i = 1; i <= 150_000; i++) csv.Append(CultureInfo.InvariantCulture, $"{i},Department {i}\n");
        var data = await _world.DropAsync("drop-zone", "hiring/departments_20240105.csv", Encoding.UTF8.GetBytes(csv.ToString()));
        var function = Start();
        var address = await ListeningAsync(function);
        var answer = PostAsync(address, Push(data));
        await Until.TrueAsync(async () => await _world.Database.ScalarAsync<long>("SELECT count(*) FROM pg_stat_activity WHERE query LIKE 'COPY%' AND datname = current_database()") > 0, "the landing is under way");
        var exit = StopAsync(function);
        (await answer).ShouldBe(HttpStatusCode.NoContent);
        (await exit).ShouldBe(0);
        (await _world.Database.ScalarAsync<long>("SELECT count(*) FROM hiring.departments")).ShouldBe(150_000);
    }

    [Fact]
    public async Task One_event_from_a_file_and_the_exit_code_says_how_it_ended()
    {
        using var folder = new TempFolder();
        var children = await _world.DropAsync("drop-zone", "hiring/hired_employees_20240105.csv", "1,A,2024-01-05T06:00:00Z,1,1\n"u8.ToArray());
        var parents = await _world.DropAsync("drop-zone", "hiring/departments_20240105.csv", "1,Sales\n"u8.ToArray());
        await OnceAsync(folder, Structured(parents).ToJsonString(), 0, "it lands");
        await OnceAsync(folder, Push(children).ToJsonString(), 75, "the jobs have not landed yet: try again");
        await OnceAsync(folder, "{}", 65, "that is no event");
        (await _world.Database.ScalarAsync<long>("SELECT count(*) FROM hiring.departments")).ShouldBe(1);
    }

    private async Task OnceAsync(TempFolder folder, string json, int exit, string why)
    {
        var file = Path.Combine(folder.Path, "event.json");
        await File.WriteAllTextAsync(file, json);
        var process = Start("--once", file);
        await process.WaitForExitAsync().WaitAsync(TimeSpan.FromSeconds(30));
        process.ExitCode.ShouldBe(exit, $"{why}, and it says {string.Join('\n', _said)}");
    }

    private Process Start(params string[] arguments)
    {
        var start = new ProcessStartInfo("dotnet", [Repository.Program("functions/DropZoneLoad"), .. arguments]) { UseShellExecute = false, RedirectStandardOutput = true, RedirectStandardError = true };
        start.Environment["PORT"] = "0";
        start.Environment["LANDFALL_POSTGRES"] = _world.Database.ConnectionString;
        start.Environment["LANDFALL_STORAGE_ENDPOINT"] = _world.Endpoint.AbsoluteUri.TrimEnd('/');
        var process = Process.Start(start)!;
        process.ErrorDataReceived += (_, e) => _said.Enqueue(e.Data ?? "");
        process.BeginErrorReadLine();
        _started.Add(process);
        return process;
    }

    /// <summary>Reads its output until it says where it listens, and keeps reading behind that.</summary>
    private static async Task<Uri> ListeningAsync(Process function)
    {
        while (await function.StandardOutput.ReadLineAsync() is { } line)
        {
            var at = line.IndexOf("listens on port ", StringComparison.Ordinal);
            if (at < 0) continue;
            _ = function.StandardOutput.ReadToEndAsync();
            return new Uri($"http://127.0.0.1:{int.Parse(line[(at + "listens on port ".Length)..].Split(' ', '"')[0], CultureInfo.InvariantCulture)}/");
        }
        throw new InvalidOperationException("It ended before it listened.");
    }

    private static async Task<int> StopAsync(Process function)
    {
        using var kill = Process.Start("kill", ["-TERM", $"{function.Id}"]);
        await function.WaitForExitAsync().WaitAsync(TimeSpan.FromSeconds(30));
        return function.ExitCode;
    }

    private async Task<HttpStatusCode> PostAsync(Uri address, JsonNode body, params (string Name, string Value)[] headers) => await PostAsync(address, body, "application/json", headers);

    private async Task<HttpStatusCode> PostAsync(Uri address, JsonNode body, string contentType, params (string Name, string Value)[] headers)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, address) { Content = new StringContent(body.ToJsonString()) };
        request.Content.Headers.ContentType = new MediaTypeHeaderValue(contentType);
        foreach (var (name, value) in headers) request.Headers.Add(name, value);
        using var response = await _http.SendAsync(request);
        return response.StatusCode;
    }

    private static JsonObject Resource(StorageObjectData data) => new()
    {
        ["bucket"] = data.Bucket,
        ["name"] = data.Name,
        ["generation"] = $"{data.Generation}",
        ["timeCreated"] = $"{data.TimeCreated:yyyy-MM-ddTHH:mm:ss.fffZ}",
        ["size"] = $"{data.Size}",
    };

    private static JsonObject Structured(StorageObjectData data) => new()
    {
        ["specversion"] = "1.0",
        ["id"] = "2",
        ["type"] = EventTypes.ObjectFinalized,
        ["source"] = "//storage.googleapis.com/projects/_/buckets/drop-zone",
        ["data"] = Resource(data),
    };

    private static JsonObject Push(StorageObjectData data) => new()
    {
        ["subscription"] = "projects/p/subscriptions/s",
        ["message"] = new JsonObject
        {
            ["messageId"] = "3",
            ["data"] = Convert.ToBase64String(JsonSerializer.SerializeToUtf8Bytes(Resource(data))),
            ["attributes"] = new JsonObject
            {
                ["eventType"] = "OBJECT_FINALIZE",
                ["bucketId"] = data.Bucket,
                ["objectId"] = data.Name,
                ["objectGeneration"] = $"{data.Generation}",
                ["payloadFormat"] = "JSON_API_V1",
            },
        },
    };
}
