using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;
using Landfall.Avro;
using Landfall.Contracts;
using Landfall.Tests.Contracts;
using Landfall.Tests.Rest;
using Landfall.Tests.Rows;
using Shouldly;
using Xunit.Abstractions;

namespace Landfall.Tests.Published;

/// <summary>What every function does once, done by the programs that are deployed: a native one lacks what its compiler did not see that it needs.</summary>
public sealed class PublishedTests(ITestOutputHelper output)
{
    private static readonly string[] Formats = ["csv", "ndjson", "xlsx", "avro"];

    [PublishedFact]
    public async Task The_samples_land_and_numbers_rise()
    {
        Describe("Fetch", "CatalogLoad", "MatrixLoad", "DropZoneLoad", "CustomerExport", "CustomerChunk", "EmployeeUplift", "Reconcile");
        await using var cloud = await PublishedCloud.StartAsync(Repository.Path("shared/contracts"));
        foreach (var contract in (string[])["people", "departments", "jobs", "hired_employees", "relations", "product_catalog", "product_catalog_full", "customers"]) await cloud.SaysAsync($"landed     {contract} ", seconds: 60);
        // The stand-in's 45, by pages of at most twenty.
        (await cloud.CountAsync("bq_coding_exercise.customers")).ShouldBe(45);
        (await cloud.CountAsync("(SELECT DISTINCT _page FROM bq_coding_exercise.customers) p")).ShouldBe(3);
        await cloud.TickAsync("customers-uplift");
        await cloud.SaysAsync("uplifted   customers");
        await cloud.TickAsync("reconcile");
    }

    [PublishedFact]
    public async Task Every_format_lands_in_both_warehouses_and_what_is_refused_says_why()
    {
        Describe("DropZoneLoad");
        using var contracts = new ContractFolder();
        foreach (var (format, sink) in Formats.SelectMany(format => new[] { (format, "postgres"), (format, "bigquery") }))
        {
            contracts.With($"{format}_{sink}", ContractFolder.Plain($"{format}_{sink}", "[ { name: id, logicalType: integer }, { name: name, logicalType: string, required: true } ]")
                .Replace("type: postgres, schema: t", sink == "postgres" ? "type: postgres, schema: t" : "type: bigquery, dataset: t").Replace(".csv", $".{format}"));
        }
        await using var cloud = await PublishedCloud.StartAsync(contracts.Path, "--no-samples");
        foreach (var (format, sink) in Formats.SelectMany(format => new[] { (format, "postgres"), (format, "bigquery") }))
        {
            await cloud.DropAsync($"drop-zone/t/{format}_{sink}_20240105.{format}", await FileAsync(format));
            await cloud.SaysAsync($"landed     {format}_{sink}  1 rows, 1 rejected");
            (await cloud.CountAsync($"{(sink == "postgres" ? "t" : "bq_t")}.{format}_{sink} WHERE id = 1 AND name = 'Ada'")).ShouldBe(1);
            var folder = Path.Combine(cloud.Home.Path, "buckets", "rejects", $"{format}_{sink}");
            await Until.TrueAsync(() => Directory.Exists(folder) && Directory.EnumerateFiles(folder, "*.csv", SearchOption.AllDirectories).Any(), "the quarantine shows");
            (await File.ReadAllTextAsync(Directory.EnumerateFiles(folder, "*.csv", SearchOption.AllDirectories).First())).ShouldContain("name,required,,name is required and empty");
        }
    }

    [PublishedFact]
    public async Task What_answers_HTTP_does()
    {
        Describe("Api", "Drop", "TableBackup", "ReportPublish");
        using var keys = new TokenKeys();
        using var folder = new TempFolder();
        await File.WriteAllTextAsync(folder["keys.json"], keys.Json);
        (string, string)[] access =
        [
            ("LANDFALL_API_AUDIENCE", TokenKeys.Audience), ("LANDFALL_API_KEYS", folder["keys.json"]), ("LANDFALL_PUSH_AUDIENCE", "ticks"), ("LANDFALL_PUSH_EMAIL", "ticks@example.com"),
            ("LANDFALL_API_ROLES", string.Join(',', ContractReader.Read(Repository.Path("shared/contracts"), null).All.SelectMany(contract => contract.Roles).Select(role => $"{role.Name}={TokenKeys.Email}").Distinct())),
        ];
        await using var cloud = await PublishedCloud.StartAsync(Repository.Path("shared/contracts"));
        foreach (var contract in (string[])["departments", "jobs", "hired_employees"]) await cloud.SaysAsync($"landed     {contract} ");

        using var api = await cloud.StartAsync("Api", access);
        (await SendAsync(api, HttpMethod.Get, "/tables/jobs/rows")).Status.ShouldBe(HttpStatusCode.Unauthorized);
        api.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", keys.Token("ES256"));
        JsonNode.Parse((await OkAsync(api, HttpMethod.Get, "/openapi.json")))!["paths"]!.AsObject().Count.ShouldBeGreaterThan(5);
        JsonNode.Parse(await OkAsync(api, HttpMethod.Get, "/tables/departments/rows?id=gt.1&select=id,department&order=department.desc"))!.AsArray().ShouldNotBeEmpty();
        var bulk = JsonNode.Parse(await OkAsync(api, HttpMethod.Post, "/bulk", """{"table":"jobs","data":[{"id":9001,"job":"Tester"},{"id":9002}]}"""))!;
        bulk.ToJsonString().ShouldSatisfyAllConditions(text => text.ShouldContain("\"required\""), text => text.ShouldContain("\"index\":1"));
        using (var form = new MultipartFormDataContent { { new StringContent("9003,Baker\n9004,\n"), "file", "jobs.csv" } })
        using (var uploaded = await api.PostAsync(new Uri("/upload", UriKind.Relative), form)) (await uploaded.Content.ReadAsStringAsync()).ShouldContain("\"landed\"");
        (await cloud.CountAsync("hiring.jobs WHERE id > 9000")).ShouldBe(2);
        (await cloud.CountAsync("landfall.rejects")).ShouldBe(2);
        JsonNode.Parse(await OkAsync(api, HttpMethod.Get, "/hires_q?year=2024"))!.AsArray().ShouldNotBeEmpty();

        using var backups = await cloud.StartAsync("TableBackup", access);
        backups.DefaultRequestHeaders.Authorization = api.DefaultRequestHeaders.Authorization;
        (await OkAsync(backups, HttpMethod.Post, "/backup", """{"table":"hired_employees"}""")).ShouldContain("gs://backups/hiring.hired_employees/");
        var before = await cloud.CountAsync("hiring.hired_employees");
        await using (var delete = cloud.Database.CreateCommand("DELETE FROM hiring.hired_employees WHERE id % 2 = 0")) (await delete.ExecuteNonQueryAsync()).ShouldBePositive();
        await OkAsync(backups, HttpMethod.Post, "/restore", """{"table":"hired_employees"}""");
        (await cloud.CountAsync("hiring.hired_employees")).ShouldBe(before);

        using var drop = await cloud.StartAsync("Drop", access);
        drop.DefaultRequestHeaders.Authorization = api.DefaultRequestHeaders.Authorization;
        (await SendAsync(drop, HttpMethod.Post, "/drop/hiring/departments?date=2024-02-01", "9001,Night shift\n", "text/csv")).Status.ShouldBe(HttpStatusCode.Accepted);
        await Until.TrueAsync(async () => await cloud.CountAsync("hiring.departments WHERE id = 9001") == 1, "what was dropped has landed");

        using var reports = await cloud.StartAsync("ReportPublish");
        (await OkAsync(reports, HttpMethod.Post, "/publish", """{"report":"hires_depa","parameters":{"year":2024}}""")).ShouldContain("local.reports.hires_depa");
        (await cloud.CountAsync("bq_reports.hires_depa")).ShouldBePositive();
    }

    private void Describe(params string[] functions)
    {
        foreach (var function in functions) output.WriteLine($"{function}: {(PublishedCloud.IsNative(function) ? "native" : "with the runtime")}");
    }

    /// <summary>A good row, and one that lacks its name.</summary>
    private static async Task<byte[]> FileAsync(string format)
    {
        switch (format)
        {
            case "csv": return "id,name\n1,Ada\n2,\n"u8.ToArray();
            case "ndjson": return """{"id":1,"name":"Ada"}"""u8.ToArray().Concat("\n{\"id\":2}\n"u8.ToArray()).ToArray();
            case "xlsx":
                return XlsxBuilder.Of("""<row r="1"><c r="A1" t="str"><v>id</v></c><c r="B1" t="str"><v>name</v></c></row><row r="2"><c r="A2"><v>1</v></c><c r="B2" t="str"><v>Ada</v></c></row><row r="3"><c r="A3"><v>2</v></c></row>""");
            default:
                using (var file = new MemoryStream())
                {
                    var writer = new AvroRowWriter(file, Identifier.Parse("t"), [
                        new() { Name = Identifier.Parse("id"), Source = "id", Type = ColumnType.Int64 }, new() { Name = Identifier.Parse("name"), Source = "name", Type = ColumnType.Text }]);
                    writer.Begin(1);
                    writer.Int64(1);
                    writer.Utf8("Ada"u8);
                    writer.End();
                    writer.Begin(2);
                    writer.Int64(2);
                    writer.Null();
                    writer.End();
                    await writer.CompleteAsync(default);
                    return file.ToArray();
                }
        }
    }

    private static async Task<string> OkAsync(HttpClient client, HttpMethod method, string path, string? body = null)
    {
        var (status, text) = await SendAsync(client, method, path, body);
        ((int)status).ShouldBeInRange(200, 299, $"{path}: {text}");
        return text;
    }

    private static async Task<(HttpStatusCode Status, string Text)> SendAsync(HttpClient client, HttpMethod method, string path, string? body = null, string type = "application/json")
    {
        using var request = new HttpRequestMessage(method, path) { Content = body is null ? null : new StringContent(body, Encoding.UTF8, type) };
        using var response = await client.SendAsync(request);
        return (response.StatusCode, await response.Content.ReadAsStringAsync());
    }
}
