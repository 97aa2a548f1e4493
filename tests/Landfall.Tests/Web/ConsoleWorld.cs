using System.Net;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using Landfall.Cloud;
using Landfall.Functions;
using Landfall.Hosting;
using Landfall.Tests.Hosting;
using Landfall.Tests.Landings;
using Landfall.Tests.Local.BigQuery;
using Landfall.Web;
using Microsoft.AspNetCore.Builder;
using Shouldly;

namespace Landfall.Tests.Web;

/// <summary>Console and Api by their real hosts, over a Postgres, a bucket and a BigQuery.</summary>
internal sealed partial class ConsoleWorld : IAsyncDisposable
{
    private readonly LogCapture _log = new();
    private BigQueryServer _bigQuery = null!;
    private WebApplication _console = null!;
    private WebApplication _api = null!;

    public LandingWorld Landing { get; private set; } = null!;

    /// <summary>Asks for pages.</summary>
    public HttpClient Pages { get; private set; } = null!;

    public HttpClient Api { get; private set; } = null!;

    public string Log => _log.Text;

    /// <param name="settings">Changes the settings, which let everybody in.</param>
    /// <param name="contracts">A folder of other contracts than the project's own.</param>
    public static async Task<ConsoleWorld> StartAsync(Func<Settings, Settings>? settings = null, string? contracts = null)
    {
        contracts ??= Repository.Path("shared/contracts");
        var world = new ConsoleWorld { Landing = await LandingWorld.CreateAsync(contracts) };
        world._bigQuery = await BigQueryServer.StartAsync(world.Landing.Database.DataSource, TimeProvider.System, world.Landing.Store);
        var open = new Settings
        {
            Port = 0, Contracts = contracts, Reports = Repository.Path("shared/reports"), StorageEndpoint = world.Landing.Endpoint, Postgres = world.Landing.Database.ConnectionString,
            Project = "local", BigQueryEndpoint = world._bigQuery.Endpoint, ApiOpen = true,
        };
        var set = settings?.Invoke(open) ?? open;
        world._console = FunctionHost.BuildHttp<Functions.Console>(set, IPAddress.Loopback, services =>
        {
            world._log.Register(services);
            Services.Add(services);
        });
        world._api = FunctionHost.BuildHttp<Api>(set, IPAddress.Loopback, services =>
        {
            world._log.Register(services);
            Functions.Api.Services(services);
        });
        await world._console.StartAsync();
        await world._api.StartAsync();
        world.Pages = new(new SocketsHttpHandler { AllowAutoRedirect = false }) { BaseAddress = new(world._console.Urls.Single()) };
        world.Api = new() { BaseAddress = new(world._api.Urls.Single()) };
        return world;
    }

    /// <summary>A page that must be there.</summary>
    public async Task<string> GetAsync(string path, int status = 200, string? token = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        if (token is not null) request.Headers.Add("Authorization", $"Bearer {token}");
        using var response = await Pages.SendAsync(request);
        var text = await response.Content.ReadAsStringAsync();
        ((int)response.StatusCode).ShouldBe(status, $"{path}\n{text}\n{Log}");
        return text;
    }

    public async Task<JsonElement> ApiAsync(string path) => JsonDocument.Parse(await Api.GetStringAsync(path)).RootElement;

    /// <summary>Runs statements in BigQuery.</summary>
    public async Task RunAsync(string sql)
    {
        using var http = new HttpClient();
        var client = new BigQueryClient("local", "EU", _bigQuery.Endpoint, http, TimeProvider.System, new Random(1));
        await foreach (var _ in client.QueryAsync($"test_{Guid.NewGuid():N}", new(sql), default))
        {
        }
    }

    /// <summary>Lands a file.</summary>
    /// <returns>Its landing's id, as pages name it.</returns>
    public async Task<string> LandAsync(string name, string text, string outcome = "landed")
    {
        var receipt = await Landing.Lander.LandAsync(await Landing.DropAsync("drop-zone", name, Encoding.UTF8.GetBytes(text)), default);
        receipt.Outcome.ShouldBe(outcome);
        return receipt.LandingId!;
    }

    /// <summary>What a page says to its reader: its text, without elements.</summary>
    public static string TextOf(string html) => WebUtility.HtmlDecode(Elements().Replace(html, " "));

    /// <summary>The names of what is drawn: the labels of pictures.</summary>
    public static List<string> Drawn(string html) => [.. Labels().Matches(html).Select(label => WebUtility.HtmlDecode(label.Groups[1].Value))];

    public async ValueTask DisposeAsync()
    {
        Pages.Dispose();
        Api.Dispose();
        await _console.DisposeAsync();
        await _api.DisposeAsync();
        await _bigQuery.DisposeAsync();
        await Landing.DisposeAsync();
        _log.Dispose();
    }

    [GeneratedRegex("<[^>]*>", RegexOptions.None, 5000)]
    private static partial Regex Elements();

    [GeneratedRegex("<svg viewBox[^>]* role=\"img\" aria-label=\"([^\"]*)\"", RegexOptions.None, 5000)]
    private static partial Regex Labels();
}
