using System.Text.Json.Nodes;
using Shouldly;
using Xunit;

namespace Landfall.Tests.Rest.Writing;

/// <summary>What <c>openapi.json</c> says of the routes that write is so.</summary>
public sealed class DocumentTests : IAsyncLifetime
{
    private WriteWorld _world = null!;

    public async Task InitializeAsync() => _world = await WriteWorld.StartAsync();

    public async Task DisposeAsync() => await _world.DisposeAsync();

    [Fact]
    public async Task Every_example_works()
    {
        var paths = JsonNode.Parse((await _world.SendAsync(HttpMethod.Get, "/openapi.json", null)).Body)!["paths"]!.AsObject();
        var operations = paths.SelectMany(path => path.Value!.AsObject().Select(method => (Path: path.Key, Method: method.Key, Operation: method.Value!)))
            // Parents before children, and a row before what becomes of it.
            .OrderBy(o => o.Path.Contains("hired_employees", StringComparison.Ordinal)).ThenBy(o => Array.IndexOf(["post", "put", "patch"], o.Method)).ToList();
        var tried = 0;
        foreach (var (path, method, operation) in operations)
        {
            if (operation["requestBody"]?["content"]?["application/json"]?["example"] is not { } example) continue;
            var key = operation["parameters"]!.AsArray().Select(p => p!).FirstOrDefault(p => (string)p["name"]! == "key")?["example"];
            var answer = await _world.SendAsync(new(method.ToUpperInvariant()), path.Replace("{key}", Uri.EscapeDataString(key?.ToString() ?? "").Replace("%2C", ",", StringComparison.Ordinal), StringComparison.Ordinal), example.ToJsonString(), path == "/bulk" ? "Prefer: resolution=merge-duplicates" : "Prefer: none");
            answer.Status.ShouldBeInRange(200, 204, $"{method} {path}: {answer.Body}");
            operation["responses"]!.AsObject().Select(r => r.Key).ShouldContain($"{answer.Status}", $"{method} {path}");
            tried++;
        }
        // Six tables can be written, five of them have a key, and there is bulk.
        tried.ShouldBe(6 + 5 + 5 + 1);
        paths.ContainsKey("/upload").ShouldBeTrue();
        paths["/tables/shop.rates/rows"]!.AsObject().ContainsKey("post").ShouldBeFalse();
    }
}
