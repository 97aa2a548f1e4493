using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;
using Landfall.Cloud;
using Landfall.Functions;
using Landfall.Hosting;
using Landfall.Tests.Hosting;
using Landfall.Tests.Landings;
using Landfall.Tests.Local.BigQuery;
using Microsoft.AspNetCore.Builder;
using Shouldly;

namespace Landfall.Tests.Reports;

/// <summary>The hiring tables in a Postgres, Api before them, and ReportPublish between them and the local BigQuery.</summary>
internal sealed class ReportWorld : IAsyncDisposable
{
    private readonly LogCapture _log = new();
    private readonly HttpClient _http = new();
    private LandingWorld _landings = null!;
    private WebApplication _api = null!;
    private WebApplication _publish = null!;

    public BigQueryServer BigQuery { get; private set; } = null!;

    public BigQueryClient Client { get; private set; } = null!;

    public HttpClient Api { get; private set; } = null!;

    public HttpClient Publish { get; private set; } = null!;

    public Database Database => _landings.Database;

    public Settings Settings { get; private set; } = null!;

    /// <param name="reports">The folder; null for the committed ones.</param>
    public static async Task<ReportWorld> CreateAsync(string? reports = null, Func<Settings, Settings>? change = null)
    {
        var world = new ReportWorld { _landings = await LandingWorld.CreateAsync(Repository.Path("shared/contracts")) };
        world.BigQuery = await BigQueryServer.StartAsync(world.Database.DataSource, TimeProvider.System);
        var settings = new Settings
        {
            Contracts = Repository.Path("shared/contracts"), Reports = reports ?? Repository.Path("shared/reports"), Postgres = world.Database.ConnectionString,
            Project = "local", BigQueryEndpoint = world.BigQuery.Endpoint, ApiOpen = true, Port = 0,
        };
        world.Settings = change?.Invoke(settings) ?? settings;
        world.Client = new BigQueryClient("local", "EU", world.Settings.BigQueryEndpoint!, world._http, TimeProvider.System, new Random(1));
        world._api = FunctionHost.BuildHttp<Api>(world.Settings, IPAddress.Loopback, services =>
        {
            world._log.Register(services);
            Functions.Api.Services(services);
        });
        world._publish = FunctionHost.BuildHttp<ReportPublish>(world.Settings, IPAddress.Loopback, services =>
        {
            world._log.Register(services);
            ReportPublish.Services(services);
        });
        await world._api.StartAsync();
        await world._publish.StartAsync();
        world.Api = new() { BaseAddress = new(world._api.Urls.Single()) };
        world.Publish = new() { BaseAddress = new(world._publish.Urls.Single()) };
        return world;
    }

    /// <summary>Lands the three files, newest last.</summary>
    public async Task LandAsync(string departments, string jobs, string hires, int day = 1)
    {
        foreach (var (name, text) in new[] { ("departments", departments), ("jobs", jobs), ("hired_employees", hires) })
        {
            if (text.Length == 0) continue;
            var receipt = await _landings.Lander.LandAsync(await _landings.DropAsync("drop-zone", $"hiring/{name}_202401{day:00}.csv", Encoding.UTF8.GetBytes(text)), default);
            receipt.Outcome.ShouldBe("landed", name);
        }
    }

    /// <summary>An answer of Api's: its status and its text.</summary>
    public async Task<(int Status, string Text, HttpResponseMessage Response)> GetAsync(string path, string? accept = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        if (accept is not null) request.Headers.Accept.Add(MediaTypeWithQualityHeaderValue.Parse(accept));
        var response = await Api.SendAsync(request);
        return ((int)response.StatusCode, await response.Content.ReadAsStringAsync(), response);
    }

    /// <summary>The rows of a report, each as its values with a bar between them.</summary>
    public async Task<List<string>> RowsAsync(string path)
    {
        var (status, text, _) = await GetAsync(path);
        status.ShouldBe(200, text);
        return [.. JsonNode.Parse(text)!.AsArray().Select(row => string.Join('|', row!.AsObject().Select(member => member.Value?.ToString() ?? "∅")))];
    }

    /// <summary>The rows of a published table, in the given order.</summary>
    public async Task<List<string>> PublishedAsync(string report, string order)
    {
        var rows = new List<string>();
        await foreach (var row in Client.QueryAsync($"test_{Guid.NewGuid():N}", new($"SELECT * FROM reports.{report} ORDER BY {order}"), default)) rows.Add(string.Join('|', row.Select(cell => cell ?? "∅")));
        return rows;
    }

    /// <summary>Orders a publication.</summary>
    public async Task<(int Status, JsonNode Answer)> OrderAsync(string json, string? key = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/publish") { Content = new StringContent(json, Encoding.UTF8, "application/json") };
        if (key is not null) request.Headers.Add("Idempotency-Key", key);
        using var response = await Publish.SendAsync(request);
        return ((int)response.StatusCode, JsonNode.Parse(await response.Content.ReadAsStringAsync())!);
    }

    /// <summary>A tick of the scheduler's.</summary>
    public Task<(int Status, JsonNode? Answer)> TickAsync(string job, DateTimeOffset due, string query = "") => TickAsync(Publish, job, due, query);

    public static async Task<(int Status, JsonNode? Answer)> TickAsync(HttpClient publish, string job, DateTimeOffset due, string query = "")
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/" + query);
        request.Headers.Add("X-CloudScheduler", "true");
        request.Headers.Add("X-CloudScheduler-JobName", job);
        request.Headers.Add("X-CloudScheduler-ScheduleTime", due.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture));
        using var response = await publish.SendAsync(request);
        return ((int)response.StatusCode, JsonNode.Parse(await response.Content.ReadAsStringAsync()));
    }

    public async ValueTask DisposeAsync()
    {
        Api.Dispose();
        Publish.Dispose();
        await _api.DisposeAsync();
        await _publish.DisposeAsync();
        await BigQuery.DisposeAsync();
        await _landings.DisposeAsync();
        _http.Dispose();
        _log.Dispose();
    }
}
