using System.Globalization;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Landfall.Local;
using Landfall.Sinks.Postgres;
using Landfall.Tests.Local;
using Npgsql;
using Shouldly;

namespace Landfall.Tests.Published;

/// <summary>A local cloud whose functions are programs as they are published, those that answer HTTP among them.</summary>
internal sealed class PublishedCloud : IAsyncDisposable
{
    private readonly Dictionary<string, string> _variables;
    private readonly Stack<IAsyncDisposable> _parts = new();

    private PublishedCloud(Dictionary<string, string> variables, LocalProcess process) => (_variables, Process) = (variables, process);

    /// <summary>A folder with a folder for each program; null where none is named.</summary>
    public static string? Programs { get; } = Environment.GetEnvironmentVariable("TESTS_PROGRAMS") is { Length: > 0 } folder ? Path.GetFullPath(folder) : null;

    public LocalProcess Process { get; }

    /// <summary>The local cloud's own address.</summary>
    public HttpClient Http { get; private set; } = null!;

    public NpgsqlDataSource Database { get; private set; } = null!;

    /// <param name="contracts">Their folder.</param>
    /// <param name="options">Of the local cloud.</param>
    public static async Task<PublishedCloud> StartAsync(string contracts, params string[] options)
    {
        var home = new TempFolder();
        var variables = new Dictionary<string, string> { ["LANDFALL_CONTRACTS"] = contracts };
        var cloud = new PublishedCloud(variables, LocalProcess.Start(home.Path, variables, ["--port", "0", "--spawn", "--programs", Programs!, .. options])) { Home = home };
        cloud._parts.Push(cloud.Process);
        try
        {
            var endpoints = await cloud.Process.ReadyAsync();
            var http = (string)endpoints["http"]!;
            foreach (var service in (string[])["STORAGE", "BIGQUERY", "PUBSUB"]) variables[$"LANDFALL_{service}_ENDPOINT"] = http;
            (variables["LANDFALL_POSTGRES"], variables["GOOGLE_CLOUD_PROJECT"]) = ((string)endpoints["postgres"]!, "local");
            cloud.Http = new() { BaseAddress = new(http) };
            cloud.Database = NpgsqlDataSource.Create(PostgresUri.Parse((string)endpoints["postgres"]!).ConnectionString);
            cloud._parts.Push(cloud.Database);
            return cloud;
        }
        catch
        {
            await cloud.DisposeAsync();
            throw;
        }
    }

    /// <summary>Whether a program brings no compiler along.</summary>
    public static bool IsNative(string function) => !File.Exists(Path.Combine(Programs!, function, function + ".dll"));

    public required TempFolder Home { get; init; }

    /// <summary>Starts a function that answers HTTP, and waits until it does.</summary>
    /// <param name="function">Its name.</param>
    /// <param name="more">Set besides what all functions are set to.</param>
    public async Task<HttpClient> StartAsync(string function, params (string Name, string Value)[] more)
    {
        var variables = new Dictionary<string, string>(_variables);
        foreach (var (name, value) in more) variables[name] = value;
        var command = Landfall.Local.Functions.All.Single(one => one.Name == function).Command(Programs);
        var spawned = new SpawnedFunction(function, command, Path.Combine(Home.Path, "run"), variables, TimeProvider.System);
        _parts.Push(spawned);
        spawned.Start();
        var client = new HttpClient { BaseAddress = new($"http://127.0.0.1:{spawned.Port.ToString(CultureInfo.InvariantCulture)}") };
        await Until.TrueAsync(async () =>
        {
            try
            {
                using var alive = await client.GetAsync(new Uri("/healthz", UriKind.Relative));
                return alive.IsSuccessStatusCode;
            }
            catch (HttpRequestException)
            {
                return false;
            }
        }, $"{function} answers: {Process.Text}");
        return client;
    }

    public async Task DropAsync(string path, byte[] content)
    {
        var file = Path.Combine(Home.Path, "buckets", path);
        Directory.CreateDirectory(Path.GetDirectoryName(file)!);
        await File.WriteAllBytesAsync(file, content);
    }

    /// <summary>Waits for a line of the local cloud's that begins like this.</summary>
    public Task SaysAsync(string line, int seconds = 30) =>
        Until.TrueAsync(() => Process.Output.Any(said => said.StartsWith(line, StringComparison.Ordinal)), $"it says '{line}', but:\n{Process.Text}", seconds);

    /// <summary>Fires a job, and waits for its tick to be taken.</summary>
    public async Task TickAsync(string job)
    {
        using var response = await Http.PostAsync(new Uri($"/v1/projects/local/locations/local/jobs/{job}:run", UriKind.Relative), null);
        ((int)(await response.EnsureSuccessStatusCode().Content.ReadFromJsonAsync<JsonObject>())!["status"]!["code"]!).ShouldBe(0, Process.Text);
    }

    public async Task<long> CountAsync(string from)
    {
        await using var command = Database.CreateCommand($"SELECT count(*) FROM {from}");
        return (long)(await command.ExecuteScalarAsync())!;
    }

    public async ValueTask DisposeAsync()
    {
        while (_parts.TryPop(out var part)) await part.DisposeAsync();
        Http?.Dispose();
        Home.Dispose();
    }
}
