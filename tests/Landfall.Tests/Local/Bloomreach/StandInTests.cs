using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;
using Landfall.Local.Bloomreach;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.Logging;
using Shouldly;
using Xunit;

namespace Landfall.Tests.Local.Bloomreach;

/// <summary>The stand-in answers as Bloomreach's pages say.</summary>
public sealed class StandInTests : IAsyncLifetime
{
    private readonly StandIn _standIn = new(45, TimeProvider.System);
    private WebApplication _app = null!;
    private HttpClient _http = null!;

    [Fact]
    public async Task Both_formats_hold_the_same_customers()
    {
        var table = await PostAsync("data/v2", "customers/export", """{"format":"table_json"}""");
        ((bool)table["success"]!).ShouldBeTrue();
        table["header"]!.AsArray().Select(name => (string?)name).ShouldBe(["registered", "cookie", "first_name", "last_name", "email", "company", "employees", "country"]);
        var rows = table["rows"]!.AsArray();
        rows.Count.ShouldBe(45);
        rows.ShouldAllBe(row => row!.AsArray().Count == 8 && row[1] is JsonArray);
        rows.Select(row => row![1]!.AsArray().Count).Distinct().Order().ShouldBe([0, 1, 2, 3]);
        var employees = rows.Select(row => row![6]?.ToJsonString() ?? "null").ToList();
        foreach (var odd in (string[])["\"\"", "null", "\"n/a\"", "\"-5\"", "\"10.5\""]) employees.ShouldContain(odd);
        employees.Count(one => int.TryParse(one.Trim('"'), out var number) && number >= 0).ShouldBeGreaterThan(35);
        employees.ShouldContain(one => char.IsAsciiDigit(one[0]), "a number");

        var native = await PostAsync("data/v2", "customers/export", """{"format":"native_json","execution_time":1704434400,"filter":{"type":"all"},"timezone":"UTC"}""");
        native["fields"]!.ToJsonString().ShouldStartWith("""[{"id":"registered","type":"id"},{"id":"cookie","type":"id"},{"property":"first_name","type":"property"}""");
        JsonNode.DeepEquals(native["data"], rows).ShouldBeTrue();
        JsonNode.DeepEquals(await PostAsync("data/v2", "customers/export", """{"format":"table_json"}"""), table).ShouldBeTrue("it is always the same");
    }

    [Fact]
    public async Task Some_attributes_come_in_the_order_of_the_list()
    {
        var some = await PostAsync("data/v2", "customers/export",
            """{"format":"table_json","attributes":{"type":"some","list":[{"type":"property","property":"employees"},{"type":"id","id":"registered"},{"type":"property","property":"unknown"}]}}""");
        some["header"]!.ToJsonString().ShouldBe("""["employees","registered","unknown"]""");
        some["rows"]![0]!.ToJsonString().ShouldBe("""["7","customer-000001",null]""");
    }

    [Theory]
    [InlineData("""{}""")]
    [InlineData("""{"format":"csv"}""")]
    [InlineData("""{"format":"table_json","filter":{"type":"segment"}}""")]
    [InlineData("""{"format":"table_json","attributes":{"type":"some","list":[{"type":"aggregate","id":"x"}]}}""")]
    [InlineData("[]")]
    [InlineData("no json")]
    public async Task What_it_does_not_know_it_refuses(string body) => ((bool)(await PostAsync("data/v2", "customers/export", body, 400))["success"]!).ShouldBeFalse();

    [Fact]
    public async Task Only_its_own_key_and_project_get_in()
    {
        await PostAsync("data/v2", "customers/export", """{"format":"table_json"}""", 403, project: "other");
        _http.DefaultRequestHeaders.Authorization = new("Basic", Convert.ToBase64String("local-key:x"u8));
        await PostAsync("data/v2", "customers/export", """{"format":"table_json"}""", 401);
        _http.DefaultRequestHeaders.Authorization = null;
        await PostAsync("track/v2", "batch", """{"commands":[]}""", 401);
    }

    [Fact]
    public async Task What_is_written_back_is_exported_and_the_latest_timestamp_wins()
    {
        (await PostAsync("track/v2", "customers", Update("customer-000001", "8", 100))).ToJsonString().ShouldBe("""{"success":true,"errors":[]}""");
        await PostAsync("track/v2", "customers", Update("customer-000001", "9", 99));
        (await EmployeesAsync()).ShouldBe("8");
        await PostAsync("track/v2", "customers", Update("customer-000001", "\"ten\"", 100));
        (await EmployeesAsync()).ShouldBe("8", "properties with an older time are updated, and no other");
        await PostAsync("track/v2", "customers", Update("customer-000001", "\"ten\"", 101));
        (await EmployeesAsync()).ShouldBe("\"ten\"");
        await PostAsync("track/v2", "customers", """{"properties":{}}""", 400);
    }

    [Fact]
    public async Task A_batch_has_a_result_for_each_of_at_most_50_commands()
    {
        var reply = await PostAsync("track/v2", "batch", $$$"""{"commands":[{"name":"customers","data":{{{Update("customer-000001", "11", 100)}}}},{"name":"customers","data":{}},{"name":"customers/events","data":{}},7]}""");
        reply["results"]!.AsArray().Select(result => (bool)result!["success"]!).ShouldBe([true, false, false, false]);
        ((double)reply["end_time"]!).ShouldBeGreaterThanOrEqualTo((double)reply["start_time"]!);
        (await EmployeesAsync()).ShouldBe("11");
        var many = string.Join(',', Enumerable.Repeat($$$"""{"name":"customers","data":{{{Update("customer-000001", "12", 200)}}}}""", 51));
        await PostAsync("track/v2", "batch", $$"""{"commands":[{{many}}]}""", 400);
        (await EmployeesAsync()).ShouldBe("11");
    }

    [Theory]
    [InlineData(null, 45)]
    [InlineData("", 45)]
    [InlineData("0", 0)]
    [InlineData("100000", 100_000)]
    public void The_environment_says_how_many(string? variable, int customers) => StandIn.CustomersOf(variable).ShouldBe(customers);

    [Theory]
    [InlineData("-1")]
    [InlineData("many")]
    [InlineData("10000001")]
    public void Or_says_what_can_not_be(string variable) => Should.Throw<FormatException>(() => StandIn.CustomersOf(variable)).Message.ShouldContain("BLOOMREACH_CUSTOMERS");

    public async Task InitializeAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Logging.ClearProviders();
        _app = builder.Build();
        _standIn.Map(_app);
        await _app.StartAsync();
        _http = new HttpClient { BaseAddress = new Uri(_app.Urls.Single()) };
        _http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Basic", Convert.ToBase64String("local-key:local-secret"u8));
    }

    public async Task DisposeAsync()
    {
        _http.Dispose();
        await _app.DisposeAsync();
    }

    private static string Update(string customer, string employees, int time) =>
        $$$"""{"customer_ids":{"registered":"{{{customer}}}"},"properties":{"employees":{{{employees}}}},"update_timestamp":{{{time}}}}""";

    private async Task<string> EmployeesAsync() => (await PostAsync("data/v2", "customers/export", """{"format":"table_json"}"""))["rows"]![0]![6]!.ToJsonString();

    private async Task<JsonNode> PostAsync(string api, string path, string body, int status = 200, string project = "local-project")
    {
        using var content = new StringContent(body, Encoding.UTF8, "application/json");
        using var response = await _http.PostAsync($"bloomreach/{api}/projects/{project}/{path}", content);
        var text = await response.Content.ReadAsStringAsync();
        ((int)response.StatusCode).ShouldBe(status, text);
        return JsonNode.Parse(text)!;
    }
}
