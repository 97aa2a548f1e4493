using System.Net.Http.Headers;
using System.Text.Json.Nodes;
using Landfall.Tests.Hosting;
using Shouldly;
using Xunit;

namespace Landfall.Tests.Reports;

/// <summary>Reports as Api serves them.</summary>
public sealed class ReportRouteTests
{
    private const string Third =
        """
        -- name: job_names
        -- description: Jobs whose name begins with some letters, with as many copies as are asked for.
        -- parameters:
        --   - { name: prefix, logicalType: string, required: true, example: V, logicalTypeOptions: { maxLength: 5 } }
        --   - { name: copies, logicalType: integer, default: 1, logicalTypeOptions: { minimum: 1, maximum: 100000 } }
        --   - { name: since, logicalType: date }
        -- columns:
        --   - { name: id, logicalType: integer, required: true, example: 7 }
        --   - { name: job, logicalType: string, description: "The name, in quotes.", example: VP Sales }
        --   - { name: share, logicalType: number, required: true, example: 12.5 }
        --   - { name: since, logicalType: date }
        --   - { name: at, logicalType: timestamp, required: true, example: "2024-01-05T06:07:08Z" }
        --   - { name: more, logicalType: object }
        SELECT id, nullif(job, '') AS job, id / 8.0 AS share, @since AS since, '2024-01-05 06:07:08.5+00'::timestamptz AS at, jsonb_build_object('copy', n) AS more
        FROM ${jobs}, generate_series(1, @copies) n
        WHERE starts_with(job, @prefix)
        ORDER BY id, n
        """;

    [Fact]
    public async Task Rows_come_as_JSON_and_as_CSV()
    {
        await using var world = await ReportWorld.CreateAsync();
        await world.LandAsync("1,\"=A1, \"\"x\"\"\"\n", "1,b\n", "1,A,2021-02-03T04:05:06Z,1,1\n2,A,2021-12-03T04:05:06Z,1,1\n");

        var (_, json, response) = await world.GetAsync("/hires_q?year=2021");
        JsonNode.DeepEquals(JsonNode.Parse(json), JsonNode.Parse("""[{"department":"=A1, \"x\"","job":"b","q1":1,"q2":0,"q3":0,"q4":1}]""")).ShouldBeTrue(json);
        (response.Content.Headers.ContentType!.MediaType, string.Join(",", response.Headers.Vary)).ShouldBe(("application/json", "Accept"));

        var (_, csv, asCsv) = await world.GetAsync("/hires_q?year=2021", "text/csv");
        csv.ShouldBe("department,job,q1,q2,q3,q4\r\n\"=A1, \"\"x\"\"\",b,1,0,0,1\r\n");
        asCsv.Content.Headers.ContentType!.MediaType.ShouldBe("text/csv");
        (await world.GetAsync("/hires_q", "application/pdf")).Status.ShouldBe(406);
    }

    [Theory]
    [InlineData("year=x", "year must be a whole number of 64 bits; found 'x'", "write year=2021, say")]
    [InlineData("year=2021%3B%20DROP%20TABLE%20hiring.jobs", "found '2021; DROP TABLE hiring.jobs'", "write year=2021")]
    [InlineData("year=0", "year must be", "write year=2021")]
    [InlineData("year=10000", "year must be", "write year=2021")]
    [InlineData("year=99999999999999999999", "must be a whole number of 64 bits", "write year=2021")]
    [InlineData("year=2021.5", "must be a whole number", "write year=2021")]
    [InlineData("year=", "year has no value", "leave it out for 2021")]
    [InlineData("year=2021&year=2022", "year is said twice", "keep one of the two")]
    [InlineData("yaer=2021", "hires_q has no parameter 'yaer'", "did you mean year?")]
    [InlineData("year=2021&%00", "hires_q has no parameter", "did you mean year?")]
    public async Task A_parameter_that_is_none_is_refused(string query, string detail, string hint)
    {
        await using var world = await ReportWorld.CreateAsync();

        var (status, text, _) = await world.GetAsync($"/hires_q?{query}");

        status.ShouldBe(400, text);
        var problem = JsonNode.Parse(text)!;
        ((string)problem["detail"]!).ShouldContain(detail);
        ((string)problem["hint"]!).ShouldContain(hint);
    }

    [Fact]
    public async Task A_new_file_is_a_new_report()
    {
        using var folder = new ReportFolder().With("job_names", Third);
        await using var world = await ReportWorld.CreateAsync(folder.Path);
        await world.LandAsync("", "7,VP Sales\n8,Chef\n9,Vet\n", "");

        (await world.GetAsync("/job_names?prefix=V&since=2024-01-05")).Text.ShouldBe(
            """
            [{"id":7,"job":"VP Sales","share":0.87500000000000000000,"since":"2024-01-05","at":"2024-01-05T06:07:08.5Z","more":{"copy": 1}},
            {"id":9,"job":"Vet","share":1.1250000000000000,"since":"2024-01-05","at":"2024-01-05T06:07:08.5Z","more":{"copy": 1}}]
            """);
        (await world.GetAsync("/job_names?prefix=Ch", "text/csv")).Text.ShouldBe("id,job,share,since,at,more\r\n8,Chef,1.00000000000000000000,,2024-01-05T06:07:08.5Z,\"{\"\"copy\"\": 1}\"\r\n");
        (await world.RowsAsync("/job_names?prefix=%25")).ShouldBeEmpty();
        (await world.GetAsync("/job_names")).Text.ShouldContain("prefix is missing");
        (await world.GetAsync("/hires_q")).Status.ShouldBe(404);

        var list = JsonNode.Parse((await world.GetAsync("/reports")).Text)!.AsArray().ShouldHaveSingleItem()!;
        list["parameters"]!.AsArray().Select(p => $"{p!["name"]} {p["type"]} {p["required"]} {p["default"]}").ShouldBe(["prefix string true ", "copies integer false 1", "since date false "]);
        ((string)list["links"]!["rows"]!, list["tables"]!.ToJsonString()).ShouldBe(("/job_names", """["hiring.jobs"]"""));

        var operation = JsonNode.Parse((await world.GetAsync("/openapi.json")).Text)!["paths"]!["/job_names"]!["get"]!;
        operation["parameters"]!.AsArray().Select(p => $"{p!["name"]} {p["schema"]!["type"]} {p["schema"]!["default"]} {p["example"]} {p["required"]}")
            .ShouldBe(["prefix string  V true", "copies integer 1 1 ", "since string   "]);
        JsonNode.DeepEquals(
            operation["responses"]!["200"]!["content"]!["application/json"]!["example"],
            JsonNode.Parse("""[{"id":7,"job":"VP Sales","share":12.5,"since":null,"at":"2024-01-05T06:07:08Z","more":null}]""")).ShouldBeTrue(operation.ToJsonString());
    }

    [Fact]
    public async Task A_long_answer_is_streamed()
    {
        using var folder = new ReportFolder().With("job_names", Third);
        await using var world = await ReportWorld.CreateAsync(folder.Path);
        await world.LandAsync("", "7,VP Sales\n", "");

        var (_, text, response) = await world.GetAsync("/job_names?prefix=V&copies=50000");

        JsonNode.Parse(text)!.AsArray().Select(row => (int)row!["more"]!["copy"]!).ShouldBe(Enumerable.Range(1, 50_000));
        response.Headers.TransferEncodingChunked.ShouldBe(true);
        text.Length.ShouldBeGreaterThan(3 << 20);
    }

    [Theory]
    [InlineData("id, job", "id AS number, job", "The query of r gives number where its header has id")]
    [InlineData("id, job", "id::int, job", "The query of r gives id as integer, and its header says bigint")]
    [InlineData("id, job", "id", "The query of r gives no column job, which its header has")]
    [InlineData("id, job", "id, job, 1 AS one", "The query of r gives the column one, which its header does not have")]
    [InlineData("id, job", "id, (SELECT setval('hiring.s', 5))::text AS job", "Postgres")]
    [InlineData("id, job", "id, pg_sleep(20)::text AS job", "did not answer in time")]
    public async Task A_query_that_is_not_what_its_header_says_is_told(string old, string @new, string detail)
    {
        using var folder = new ReportFolder().With("r", ReportFolder.Plain("r").Replace($"SELECT {old}", $"SELECT {@new}", StringComparison.Ordinal));
        await using var world = await ReportWorld.CreateAsync(folder.Path, settings => settings with { Timeout = TimeSpan.FromSeconds(2) });
        await world.LandAsync("", "1,x\n", "");
        await world.Database.ExecuteAsync("CREATE SEQUENCE hiring.s");

        var (status, text, _) = await world.GetAsync("/r");

        status.ShouldBeInRange(503, 504, text);
        text.ShouldContain(detail);
        (await world.Database.ScalarAsync<bool>("SELECT is_called FROM hiring.s")).ShouldBeFalse("it can not write");
    }

    [Fact]
    public async Task The_committed_queries_give_what_their_headers_say()
    {
        await using var world = await ReportWorld.CreateAsync();
        await world.LandAsync("1,a\n", "1,x\n", "1,A,2021-02-03T04:05:06Z,1,1\n");

        foreach (var report in JsonNode.Parse((await world.GetAsync("/reports")).Text)!.AsArray())
        {
            var (status, text, _) = await world.GetAsync((string)report!["links"]!["rows"]!);
            status.ShouldBe(200, text);
        }
    }

    [Fact]
    public async Task Whoever_may_not_read_all_its_tables_may_not_ask()
    {
        using var contracts = new TempFolder();
        foreach (var file in Directory.GetFiles(Repository.Path("shared/contracts")))
        {
            var contract = await File.ReadAllTextAsync(file);
            // Somebody may read all but jobs.
            if (Path.GetFileName(file) == "jobs.odcs.yaml") contract = contract.Replace("hiring_readers", "job_readers", StringComparison.Ordinal);
            await File.WriteAllTextAsync(contracts[Path.GetFileName(file)], contract);
        }
        await using var issuer = await TokenIssuer.StartAsync();
        await using var world = await ReportWorld.CreateAsync(change: settings => settings with
        {
            // As on Cloud Run, where the platform has verified the signature.
            Contracts = contracts.Path, ApiOpen = false, ApiAudience = "api", Service = "api", BehindIam = true, ApiRoles = [("hiring_readers", "ana@example.com")],
        });
        await world.LandAsync("1,a\n", "1,x\n", "1,A,2021-02-03T04:05:06Z,1,1\n");

        (await world.GetAsync("/hires_depa")).Status.ShouldBe(401);
        world.Api.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", issuer.Token(claims => (claims["aud"], claims["email"]) = ("api", "ana@example.com")));

        (await world.GetAsync("/hires_depa")).Status.ShouldBe(200);
        var (status, text, _) = await world.GetAsync("/hires_q");
        (status, text.Contains("it reads hiring.jobs, and you may not", StringComparison.Ordinal)).ShouldBe((403, true), text);
        text.ShouldContain("ask hiring, who own it, for the role hiring_editors or job_readers");
        JsonNode.Parse((await world.GetAsync("/reports")).Text)!.AsArray().Select(report => (string)report!["name"]!).ShouldBe(["hires_depa", "hires_mean"]);
        var paths = JsonNode.Parse((await world.GetAsync("/openapi.json")).Text)!["paths"]!.AsObject();
        (paths.ContainsKey("/hires_depa"), paths.ContainsKey("/hires_q")).ShouldBe((true, false));
    }
}
