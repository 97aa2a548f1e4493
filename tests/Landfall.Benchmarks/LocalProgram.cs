using System.Text.Json.Nodes;
using Landfall.Local;

namespace Landfall.Benchmarks;

/// <summary>The local cloud as a process of its own, with a Postgres of its own: where the objects are.</summary>
internal sealed class LocalProgram : IAsyncDisposable
{
    private readonly Leash _process;
    private readonly HttpClient _http;

    private LocalProgram(Leash process, Uri address, string postgres)
    {
        _process = process;
        _http = new HttpClient { BaseAddress = address, Timeout = Timeout.InfiniteTimeSpan };
        Postgres = postgres;
    }

    public Uri Address => _http.BaseAddress!;

    /// <summary>Where its function lands: a URI.</summary>
    public string Postgres { get; }

    public static async Task<LocalProgram> StartAsync(string home, string contracts)
    {
        var process = Leash.Start(
            ["dotnet", Path.Combine(AppContext.BaseDirectory, "Local.dll"), "--home", home, "--port", "0", "--no-samples"],
            "TERM", AppContext.BaseDirectory, home + ".log", variables: new Dictionary<string, string> { ["LANDFALL_CONTRACTS"] = contracts });
        var file = Path.Combine(home, "endpoints.json");
        while (!File.Exists(file))
        {
            if (process.HasExited) throw new CannotStartException($"functions/Local does not start: {await File.ReadAllTextAsync(home + ".log")}");
            await Task.Delay(50);
        }
        var endpoints = JsonNode.Parse(await File.ReadAllTextAsync(file))!;
        var local = new LocalProgram(process, new Uri((string)endpoints["http"]! + "/"), (string)endpoints["postgres"]!);
        using var bucket = await local._http.PostAsync("storage/v1/b?project=local", new StringContent($$"""{"name":"{{CatalogContracts.Bucket}}"}""", null, "application/json"));
        bucket.EnsureSuccessStatusCode();
        return local;
    }

    /// <returns>The object as Cloud Storage describes it, which is what its event carries.</returns>
    public async Task<JsonNode> UploadAsync(string bucket, string name, Stream content)
    {
        using var body = new StreamContent(content);
        using var response = await _http.PostAsync($"upload/storage/v1/b/{bucket}/o?uploadType=media&name={Uri.EscapeDataString(name)}", body);
        response.EnsureSuccessStatusCode();
        return JsonNode.Parse(await response.Content.ReadAsStringAsync())!;
    }

    public async ValueTask DisposeAsync()
    {
        _http.Dispose();
        await _process.DisposeAsync();
    }
}
