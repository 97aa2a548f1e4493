using System.Globalization;
using System.Net;
using System.Text.Json.Nodes;
using Shouldly;
using Xunit;

namespace Landfall.Tests.Rest;

/// <summary>The document is OpenAPI 3.1, names every route, and what it shows as an example works.</summary>
public sealed class OpenApiTests : IAsyncLifetime
{
    private static readonly string[] Methods = ["get", "put", "post", "delete", "options", "head", "patch", "trace"];

    private ApiWorld _api = null!;
    private JsonObject _document = null!;

    public async Task InitializeAsync()
    {
        _api = await ApiWorld.StartAsync();
        _document = (await _api.JsonAsync("/openapi.json")).AsObject();
    }

    public async Task DisposeAsync() => await _api.DisposeAsync();

    [Fact]
    public void It_is_built_as_OpenAPI_says()
    {
        Text(_document["openapi"]).ShouldBe("3.1.0");
        Text(_document["info"]!["title"]).ShouldNotBeEmpty();
        Text(_document["info"]!["version"]).ShouldNotBeEmpty();
        var ids = new HashSet<string>();
        foreach (var (path, item) in _document["paths"]!.AsObject())
        {
            path.ShouldStartWith("/");
            foreach (var (method, operation) in item!.AsObject())
            {
                Methods.ShouldContain(method);
                ids.Add(Text(operation!["operationId"])).ShouldBeTrue($"{operation["operationId"]} stands twice");
                var parameters = operation["parameters"]?.AsArray() ?? [];
                foreach (var parameter in parameters)
                {
                    new[] { "path", "query", "header" }.ShouldContain(Text(parameter!["in"]));
                    parameter["schema"].ShouldNotBeNull();
                    Text(parameter["description"]).ShouldNotBeEmpty();
                    if (Text(parameter["in"]) == "path") parameter["required"]!.GetValue<bool>().ShouldBeTrue();
                }
                // Each value of the path is a parameter, and no parameter of the path is without a place in it.
                parameters.Where(p => Text(p!["in"]) == "path").Select(p => $"{{{Text(p!["name"])}}}").ShouldBe(System.Text.RegularExpressions.Regex.Matches(path, @"\{[^}]*\}").Select(m => m.Value), ignoreOrder: true);
                parameters.Select(p => (Text(p!["in"]), Text(p["name"]))).ShouldBeUnique();
                operation["responses"]!.AsObject().Count.ShouldBeGreaterThan(1);
                foreach (var (status, response) in operation["responses"]!.AsObject())
                {
                    status.ShouldMatch("^([1-5][0-9][0-9]|default)$");
                    (response!["$ref"] ?? response["description"]).ShouldNotBeNull();
                }
            }
        }
        References(_document).ShouldNotBeEmpty();
        foreach (var reference in References(_document))
        {
            JsonNode? node = _document;
            foreach (var part in reference["#/".Length..].Split('/')) node = node?[part];
            node.ShouldNotBeNull(reference);
        }
        foreach (var name in _document["components"]!["schemas"]!.AsObject().Select(schema => schema.Key)) name.ShouldMatch("^[a-zA-Z0-9._-]+$");
    }

    [Fact]
    public async Task Every_example_of_a_GET_works()
    {
        // The rows that the examples speak of.
        foreach (var (name, table) in Tables())
        {
            var values = table["example"]!.AsObject();
            var columns = string.Join(", ", values.Select(value => $"\"{value.Key}\""));
            var row = values.ToJsonString().Replace("'", "''", StringComparison.Ordinal);
            await _api.Database.ExecuteAsync($"SET session_replication_role = replica; INSERT INTO {name} ({columns}) SELECT {columns} FROM jsonb_populate_record(NULL::{name}, '{row}'::jsonb)");
        }
        var tried = 0;
        foreach (var (path, item) in _document["paths"]!.AsObject())
        {
            if (item!["get"] is not { } operation) continue;
            var all = operation["parameters"]?.AsArray().Where(parameter => parameter!["example"] is not null).ToList() ?? [];
            var address = all.Where(p => Text(p!["in"]) == "path").Aggregate(path, (a, p) => a.Replace($"{{{Text(p!["name"])}}}", Text(p["example"]), StringComparison.Ordinal));
            await GoodAsync(address, path);
            foreach (var parameter in all.Where(p => Text(p!["in"]) == "query"))
            {
                await GoodAsync($"{address}?{Text(parameter!["name"])}={Uri.EscapeDataString(Text(parameter["example"]))}", path);
                tried++;
            }
        }
        tried.ShouldBeGreaterThan(50);

        async Task GoodAsync(string address, string path)
        {
            using var response = await _api.Client.GetAsync(address);
            response.StatusCode.ShouldBe(HttpStatusCode.OK, $"{address}: {await response.Content.ReadAsStringAsync()}");
            if (path.EndsWith("{key}", StringComparison.Ordinal) && address.Contains('?', StringComparison.Ordinal)) return;
            var example = _document["paths"]![path]!["get"]!["responses"]!["200"]!["content"]?["application/json"]?["example"];
            if (example is null || path.Contains("lab.never", StringComparison.Ordinal) || address.Contains("select=", StringComparison.Ordinal) || address.Contains("neq.", StringComparison.Ordinal)) return;
            JsonNode.DeepEquals(JsonNode.Parse(await response.Content.ReadAsStringAsync()), example).ShouldBeTrue($"{address}: {await response.Content.ReadAsStringAsync()} and not {example.ToJsonString()}");
        }
    }

    [Fact]
    public void Every_route_of_the_table_is_described()
    {
        var paths = _document["paths"]!.AsObject().Select(path => path.Key).ToList();
        paths.ShouldContain("/tables");
        paths.ShouldContain("/tables/hiring.departments/rows");
        paths.ShouldContain("/tables/hiring.departments/rows/{key}");
        paths.ShouldNotContain("/tables/lab.log/rows/{key}", "it has no key");
        var things = _document["components"]!["schemas"]!["lab.things"]!;
        things["properties"]!["price"]!.ToJsonString().ShouldBe("""{"type":["number","null"],"minimum":0}""");
        things["properties"]!["id"]!.ToJsonString().ShouldBe("""{"type":"integer","format":"int64","description":"The key."}""");
        things["required"]!.ToJsonString().ShouldBe("""["id"]""");
        things["properties"]!.AsObject().ContainsKey("_landing_id").ShouldBeFalse();
    }

    [Fact]
    public async Task The_page_asks_nobody_but_us()
    {
        using var response = await _api.Client.GetAsync("/");
        var page = await response.Content.ReadAsStringAsync();
        response.Content.Headers.ContentType!.MediaType.ShouldBe("text/html");
        response.Headers.GetValues("Content-Security-Policy").Single().ShouldContain("default-src 'none'");
        System.Text.RegularExpressions.Regex.Matches(page, "(src|href)=\"?(https?:)?//").ShouldBeEmpty();
        page.ShouldContain("openapi.json");
        page.ShouldContain("prefers-color-scheme");
    }

    private IEnumerable<(string Name, JsonNode Table)> Tables() => _document["paths"]!.AsObject()
        .Where(path => path.Key.EndsWith("/rows", StringComparison.Ordinal) && !path.Key.Contains("lab.never", StringComparison.Ordinal))
        .Select(path => (path.Key.Split('/')[2], new JsonObject { ["example"] = path.Value!["get"]!["responses"]!["200"]!["content"]!["application/json"]!["example"]![0]!.DeepClone() } as JsonNode));

    private static IEnumerable<string> References(JsonNode? node) => node switch
    {
        JsonObject o => o.SelectMany(member => member.Key == "$ref" ? [Text(member.Value)] : References(member.Value)),
        JsonArray a => a.SelectMany(References),
        _ => [],
    };

    private static string Text(JsonNode? node) => node is JsonValue value && value.TryGetValue<string>(out var text) ? text : node is null ? "" : node.ToJsonString().Trim('"').ToString(CultureInfo.InvariantCulture);
}
