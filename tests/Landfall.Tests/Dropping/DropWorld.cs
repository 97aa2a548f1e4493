using System.Net;
using System.Text;
using System.Text.Json;
using Landfall.Functions;
using Landfall.Hosting;
using Landfall.Tests.Hosting;
using Landfall.Tests.Landings;
using Microsoft.AspNetCore.Builder;
using Shouldly;

namespace Landfall.Tests.Dropping;

/// <summary>Drop by its real host over the contracts of the house and a bucket; nothing lands here but by hand.</summary>
internal sealed class DropWorld : IAsyncDisposable
{
    private WebApplication _app = null!;

    public LandingWorld Landing { get; private set; } = null!;

    public HttpClient Client { get; private set; } = null!;

    public LogCapture Log { get; } = new();

    /// <param name="settings">Changes the settings, which let everybody in.</param>
    public static async Task<DropWorld> StartAsync(Func<Settings, Settings>? settings = null)
    {
        var world = new DropWorld { Landing = await LandingWorld.CreateAsync(Repository.Path("shared/contracts")) };
        var open = new Settings { Port = 0, Contracts = Repository.Path("shared/contracts"), StorageEndpoint = world.Landing.Endpoint, ApiOpen = true };
        world._app = FunctionHost.BuildHttp<Drop>(settings?.Invoke(open) ?? open, IPAddress.Loopback, services =>
        {
            Drop.Services(services);
            world.Log.Register(services);
        });
        await world._app.StartAsync();
        world.Client = new() { BaseAddress = new(world._app.Urls.Single()) };
        return world;
    }

    public Task<HttpResponseMessage> PostAsync(string path, string body, params (string Name, string Value)[] headers) => SendAsync(HttpMethod.Post, path, new ByteArrayContent(Encoding.UTF8.GetBytes(body)), headers);

    public async Task<HttpResponseMessage> SendAsync(HttpMethod method, string path, HttpContent? body, params (string Name, string Value)[] headers)
    {
        using var request = new HttpRequestMessage(method, path) { Content = body };
        foreach (var (name, value) in headers)
        {
            if (!request.Headers.TryAddWithoutValidation(name, value)) request.Content!.Headers.TryAddWithoutValidation(name, value).ShouldBeTrue();
        }
        return await Client.SendAsync(request);
    }

    /// <summary>The answer's document, when its status is the expected one.</summary>
    public static async Task<JsonElement> JsonAsync(Task<HttpResponseMessage> answer, HttpStatusCode status)
    {
        using var response = await answer;
        var text = await response.Content.ReadAsStringAsync();
        response.StatusCode.ShouldBe(status, text);
        return JsonDocument.Parse(text).RootElement;
    }

    /// <summary>A problem that says why.</summary>
    public static async Task<string> ProblemAsync(Task<HttpResponseMessage> answer, int status, params string[] words)
    {
        using var response = await answer;
        var text = await response.Content.ReadAsStringAsync();
        ((int)response.StatusCode).ShouldBe(status, text);
        response.Content.Headers.ContentType!.MediaType.ShouldBe("application/problem+json");
        var problem = JsonDocument.Parse(text).RootElement;
        problem.GetProperty("detail").GetString().ShouldNotBeNullOrWhiteSpace();
        var said = $"{problem.GetProperty("detail").GetString()} ({(problem.TryGetProperty("hint", out var hint) ? hint.GetString() : "")})";
        foreach (var word in words) said.ShouldContain(word, Case.Sensitive);
        return said;
    }

    /// <summary>The objects of the buckets that files are dropped into.</summary>
    public async Task<string> ObjectsAsync() => string.Join(' ', [.. await Landing.NamesAsync("drop-zone"), .. await Landing.NamesAsync("matrix"), .. await Landing.NamesAsync("catalog")]);

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await _app.DisposeAsync();
        await Landing.DisposeAsync();
        Log.Dispose();
    }
}
