using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Landfall.Tests.Local;
using Shouldly;

namespace Landfall.Tests.EndToEnd;

/// <summary>The catalog's bucket and its tables in a local cloud that runs as people run it.</summary>
internal sealed class LocalCatalog : IAsyncDisposable
{
    private readonly TempFolder _home = new();
    private readonly HttpClient _http = new();
    private readonly LocalProcess _local;

    private LocalCatalog(string[] options) => _local = LocalProcess.Start(_home.Path, ["--port", "0", "--no-samples", .. options]);

    /// <summary>Where everything answers.</summary>
    public Uri Address { get; private set; } = null!;

    public string Home => _home.Path;

    /// <summary>How many files have landed.</summary>
    public int Landed => _local.Output.Count(line => line.StartsWith("landed ", StringComparison.Ordinal));

    public static async Task<LocalCatalog> StartAsync(params string[] options)
    {
        var catalog = new LocalCatalog(options);
        catalog.Address = new Uri((await catalog._local.ReadyAsync())["http"]!.GetValue<string>());
        return catalog;
    }

    public async ValueTask DisposeAsync()
    {
        await _local.DisposeAsync();
        _http.Dispose();
        _home.Dispose();
    }

    /// <summary>Uploads an object.</summary>
    /// <returns>Its generation.</returns>
    public async Task<long> UploadAsync(string name, byte[] content)
    {
        using var response = await _http.PostAsync(new Uri(Address, $"/upload/storage/v1/b/catalog/o?uploadType=media&name={name}"), new ByteArrayContent(content));
        return Generation(await response.EnsureSuccessStatusCode().Content.ReadFromJsonAsync<JsonObject>());
    }

    public async Task<long> GenerationAsync(string name) => Generation(await _http.GetFromJsonAsync<JsonObject>(new Uri(Address, $"/storage/v1/b/catalog/o/{name}")));

    /// <summary>Waits for the line that tells how a landing ended.</summary>
    public async Task<string> EndedAsync(string name, long generation)
    {
        string? line = null;
        var source = $"  catalog/{name}#{generation}";
        await Until.TrueAsync(() => (line = _local.Output.FirstOrDefault(l => l.Contains(source, StringComparison.Ordinal))) is not null, $"{source} has ended", seconds: 60);
        return line!;
    }

    /// <summary>What a query answers, by <c>jobs.query</c>, on one page.</summary>
    public async Task<List<string?[]>> QueryAsync(string sql)
    {
        var query = new JsonObject { ["query"] = sql, ["useLegacySql"] = false, ["maxResults"] = 100_000, ["timeoutMs"] = 60_000 };
        using var response = await _http.PostAsJsonAsync(new Uri(Address, "/bigquery/v2/projects/local/queries"), query);
        var answer = JsonNode.Parse(await response.Content.ReadAsStringAsync())!;
        ((bool?)answer["jobComplete"], answer["pageToken"]).ShouldBe((true, null), answer["error"]?.ToJsonString());
        return [.. (answer["rows"]?.AsArray() ?? []).Select(row => row!["f"]!.AsArray().Select(cell => (string?)cell!["v"]).ToArray())];
    }

    /// <summary>Every job there was, in full, the newest first.</summary>
    public async Task<List<JsonNode>> JobsAsync()
    {
        var jobs = new List<JsonNode>();
        for (var page = ""; ;)
        {
            var answer = (await _http.GetFromJsonAsync<JsonNode>(new Uri(Address, $"/bigquery/v2/projects/local/jobs?allUsers=true&maxResults=1000&projection=full{page}")))!;
            jobs.AddRange((answer["jobs"]?.AsArray() ?? []).Select(job => job!));
            if (answer["nextPageToken"] is not { } next) return jobs;
            page = $"&pageToken={next}";
        }
    }

    private static long Generation(JsonNode? resource) => long.Parse((string)resource!["generation"]!);
}
