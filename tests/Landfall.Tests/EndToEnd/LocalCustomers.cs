using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Landfall.Local.Bloomreach;
using Landfall.Sinks.Postgres;
using Landfall.Tests.Local;
using Npgsql;

namespace Landfall.Tests.EndToEnd;

/// <summary>A local cloud as people run it, with so many customers at Bloomreach, whose table is <c>jane_doe_coding_exercise.customers</c>.</summary>
internal sealed class LocalCustomers : IAsyncDisposable
{
    public const string Table = "bq_jane_doe_coding_exercise.customers";

    private readonly HttpClient _http = new() { Timeout = TimeSpan.FromMinutes(5) };
    private readonly string _home;

    private LocalCustomers(LocalProcess process, string home) => (Process, _home) = (process, home);

    public LocalProcess Process { get; }

    public NpgsqlDataSource Database { get; private set; } = null!;

    /// <summary>Where it serves.</summary>
    public Uri Cloud => _http.BaseAddress!;

    /// <summary>What a function in a process of its own is set to, so that it works on this cloud.</summary>
    public IReadOnlyDictionary<string, string> Variables { get; private set; } = null!;

    public static async Task<LocalCustomers> StartAsync(string home, int customers, params string[] options)
    {
        File.Delete(Path.Combine(home, "endpoints.json"));
        var variables = new Dictionary<string, string> { ["BLOOMREACH_CUSTOMERS"] = $"{customers}", ["LANDFALL_DATASETS"] = "coding_exercise=jane_doe_coding_exercise" };
        var local = new LocalCustomers(LocalProcess.Start(home, variables, ["--port", "0", "--no-samples", .. options]), home);
        var endpoints = await local.Process.ReadyAsync();
        local._http.BaseAddress = new Uri(endpoints["http"]!.GetValue<string>());
        var postgres = PostgresUri.Parse(endpoints["postgres"]!.GetValue<string>()).ConnectionString;
        local.Database = NpgsqlDataSource.Create(postgres);
        var root = local.Cloud.GetLeftPart(UriPartial.Authority);
        local.Variables = new Dictionary<string, string>(variables)
        {
            ["GOOGLE_CLOUD_PROJECT"] = "local", ["LANDFALL_POSTGRES"] = postgres,
            ["LANDFALL_STORAGE_ENDPOINT"] = root, ["LANDFALL_BIGQUERY_ENDPOINT"] = root, ["LANDFALL_PUBSUB_ENDPOINT"] = root, ["LANDFALL_LANDINGS_TOPIC"] = "landings",
            ["LANDFALL_BLOOMREACH_URL"] = root + StandIn.Path, ["LANDFALL_BLOOMREACH_PROJECT"] = StandIn.Project, ["LANDFALL_BLOOMREACH_KEY"] = StandIn.Key, ["LANDFALL_BLOOMREACH_SECRET"] = StandIn.Secret,
        };
        return local;
    }

    public async ValueTask DisposeAsync()
    {
        await Database.DisposeAsync();
        await Process.DisposeAsync();
        _http.Dispose();
    }

    /// <summary>Fires a job and waits for its tick to be taken.</summary>
    /// <returns>The status code of google.rpc that the job has then.</returns>
    public async Task<int> TickAsync(string job = "customers")
    {
        using var response = await _http.PostAsync(new Uri($"/v1/projects/local/locations/local/jobs/{job}:run", UriKind.Relative), null);
        return (int)(await response.EnsureSuccessStatusCode().Content.ReadFromJsonAsync<JsonObject>())!["status"]!["code"]!;
    }

    /// <summary>Waits until so many runs have landed.</summary>
    /// <returns>The line that says so of the last.</returns>
    public async Task<string> LandedAsync(int runs, int seconds = 60)
    {
        await Until.TrueAsync(() => Landed().Count >= runs, $"{runs} runs have landed", seconds);
        return Landed()[^1];
    }

    public List<string> Landed() => [.. Process.Output.Where(line => line.StartsWith("landed     customers ", StringComparison.Ordinal))];

    /// <summary>The id of a function's process, with <c>--spawn</c>.</summary>
    public int ProcessId(string function) => int.Parse(File.ReadAllText(Path.Combine(_home, "run", function + ".pid")));

    /// <summary>The most memory a function's process has had, in MiB.</summary>
    public long PeakMemory(string function) =>
        long.Parse(File.ReadLines($"/proc/{ProcessId(function)}/status").Single(line => line.StartsWith("VmHWM:", StringComparison.Ordinal)).Split(' ', StringSplitOptions.RemoveEmptyEntries)[1]) / 1024;

    /// <summary>The rows of a query, their values with | between them; none while its tables do not stand.</summary>
    public async Task<List<string>> ReadAsync(string sql)
    {
        try
        {
            await using var command = Database.CreateCommand(sql);
            await using var reader = await command.ExecuteReaderAsync();
            var rows = new List<string>();
            while (await reader.ReadAsync()) rows.Add(string.Join('|', Enumerable.Range(0, reader.FieldCount).Select(i => reader.IsDBNull(i) ? "∅" : reader.GetValue(i).ToString())));
            return rows;
        }
        catch (PostgresException e) when (e.SqlState is PostgresErrorCodes.UndefinedTable or PostgresErrorCodes.InvalidSchemaName)
        {
            return [];
        }
    }
}
