using System.Diagnostics;
using System.Globalization;
using System.Text.Json.Nodes;
using Landfall.Tests.Local.BigQuery;
using Shouldly;
using Xunit;
using Xunit.Abstractions;

namespace Landfall.Tests.Reports;

/// <summary>Reports as tables of BigQuery's.</summary>
public sealed class ReportPublishTests(ITestOutputHelper output)
{
    private const string Order = "department, job, q1, q2, q3, q4";

    private static readonly DateTimeOffset Due = new(2024, 1, 5, 5, 30, 0, TimeSpan.Zero);

    [Fact]
    public async Task What_is_published_is_what_the_API_answers()
    {
        var hiring = new Hiring(seed: 5, many: 40);
        await using var world = await ReportWorld.CreateAsync();
        await world.LandAsync(hiring.Departments, hiring.Jobs, hiring.Hires);

        var (status, answer) = await world.OrderAsync("""{"report":"hires_q"}""");

        var rows = await world.RowsAsync("/hires_q");
        rows.Count.ShouldBeGreaterThan(10);
        (status, (string)answer["table"]!, (int)answer["rows"]!, answer["parameters"]!.ToJsonString()).ShouldBe((200, "local.reports.hires_q", rows.Count, """{"year":"2021"}"""));
        (await world.PublishedAsync("hires_q", Order)).ShouldBe(rows);
        (await world.BigQuery.SendAsync("GET", $"/jobs/{(string)answer["job"]!}")).Body["configuration"]!["labels"]!.ToJsonString().ShouldBe("""{"landfall_report":"hires_q"}""");

        (await world.OrderAsync("""{"report":"hires_depa","parameters":{"year":"2022"}}""")).Status.ShouldBe(200);
        (await world.PublishedAsync("hires_depa", "hired DESC, id")).ShouldBe(await world.RowsAsync("/hires_depa?year=2022"));
    }

    [Fact]
    public async Task The_table_says_what_it_is_and_of_which_parameters()
    {
        await using var world = await ReportWorld.CreateAsync();
        await world.LandAsync("1,a\n", "1,x\n", "1,A,2021-02-03T04:05:06Z,1,1\n");
        await world.OrderAsync("""{"report":"hires_depa"}""");

        var table = (await world.BigQuery.SendAsync("GET", "/datasets/reports/tables/hires_depa")).Body;
        (string.Join(" ", table["schema"]!["fields"]!.AsArray().Select(field => $"{field!["name"]}:{field["type"]}:{field["mode"]}")), (string)table["schema"]!["fields"]![2]!["description"]!)
            .ShouldBe(("id:INTEGER:REQUIRED department:STRING:REQUIRED hired:INTEGER:REQUIRED", "Hires in the year."));
        (table["labels"]!.ToJsonString(), ((string)table["description"]!).EndsWith("then by id. (year = 2021)", StringComparison.Ordinal)).ShouldBe(("""{"landfall_report":"hires_depa"}""", true));

        await world.OrderAsync("""{"report":"hires_depa","parameters":{"year":2020}}""");

        table = (await world.BigQuery.SendAsync("GET", "/datasets/reports/tables/hires_depa")).Body;
        ((string)table["description"]!).ShouldEndWith("(year = 2020)");
        table["schema"]!["fields"]!.AsArray().Count.ShouldBe(3);
    }

    [Fact]
    public async Task An_empty_answer_is_an_empty_table()
    {
        await using var world = await ReportWorld.CreateAsync();
        await world.LandAsync("1,a\n", "1,x\n", "1,A,2021-02-03T04:05:06Z,1,1\n");

        var (status, answer) = await world.OrderAsync("""{"report":"hires_q","parameters":{"year":1999}}""");
        (status, (int)answer["rows"]!).ShouldBe((200, 0));
        (await world.PublishedAsync("hires_q", Order)).ShouldBeEmpty();

        (await world.OrderAsync("""{"report":"hires_q"}""")).Status.ShouldBe(200);
        (await world.PublishedAsync("hires_q", Order)).ShouldBe(["a|x|1|0|0|0"]);
        (await world.OrderAsync("""{"report":"hires_q","parameters":{"year":1999}}""")).Status.ShouldBe(200);
        (await world.PublishedAsync("hires_q", Order)).ShouldBeEmpty();
    }

    [Fact]
    public async Task A_tick_that_comes_again_is_the_same_job()
    {
        await using var world = await ReportWorld.CreateAsync();
        await world.LandAsync("1,a\n", "1,x\n", "1,A,2021-02-03T04:05:06Z,1,1\n");

        var ticks = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => world.TickAsync("hires_q-publish", Due)));
        ticks.Select(tick => (tick.Status, (string)tick.Answer!["job"]!)).Distinct().ShouldBe([(200, "landfall_report_hires_q_hires_q-publish-20240105T053000Z_0")]);

        await world.LandAsync("", "", "1,A,2021-05-03T04:05:06Z,1,1\n", day: 2);
        (await world.TickAsync("hires_q-publish", Due)).Status.ShouldBe(200);
        (await world.PublishedAsync("hires_q", Order)).ShouldBe(["a|x|1|0|0|0"]);
        var (status, answer) = await world.TickAsync("hires_q-publish", Due.AddDays(1), "?year=2021");
        (status, (string)answer!["job"]!).ShouldBe((200, "landfall_report_hires_q_hires_q-publish-20240106T053000Z_0"));
        (await world.PublishedAsync("hires_q", Order)).ShouldBe(["a|x|0|1|0|0"]);

        (await world.TickAsync("hires_x-publish", Due)).Status.ShouldBe(503);
        (await world.TickAsync("hires_q-publish", Due, "?jahr=2021")).Status.ShouldBe(400);
        var loads = (await world.BigQuery.SendAsync("GET", "/jobs?projection=full")).Body["jobs"]!.AsArray().Count(job => job!["configuration"]!["load"] is not null);
        loads.ShouldBe(2);
    }

    [Fact]
    public async Task An_order_with_a_key_is_carried_out_once()
    {
        await using var world = await ReportWorld.CreateAsync();
        await world.LandAsync("1,a\n", "1,x\n", "1,A,2021-02-03T04:05:06Z,1,1\n");
        var jobs = new List<string>();

        foreach (var (body, key) in new[] { ("{\"report\":\"hires_q\"}", "k"), ("{\"report\":\"hires_q\"}", "k"), ("{\"report\":\"hires_q\",\"parameters\":{\"year\":2020}}", "k"), ("{\"report\":\"hires_q\"}", null) })
        {
            var (status, answer) = await world.OrderAsync(body, key);
            status.ShouldBe(200, answer.ToJsonString());
            jobs.Add((string)answer["job"]!);
        }

        jobs[1].ShouldBe(jobs[0]);
        jobs.Distinct().Count().ShouldBe(3);
    }

    [Theory]
    [InlineData("", 400, "is no JSON in UTF-8")]
    [InlineData("[]", 400, "is no object")]
    [InlineData("{}", 400, "names no report")]
    [InlineData("{\"report\":1}", 400, "of another type")]
    [InlineData("{\"report\":\"hires_q\",\"year\":2021}", 400, "has a member that it can not have")]
    [InlineData("{\"report\":\"hires_q\",\"parameters\":{\"year\":null}}", 400, "neither a text, a number nor a truth value")]
    [InlineData("{\"report\":\"hires_q\",\"parameters\":{\"year\":\"x\"}}", 400, "year must be a whole number of 64 bits; found 'x': write year=2021, say.")]
    [InlineData("{\"report\":\"hires_q\",\"parameters\":{\"year\":1,\"year\":2}}", 400, "has a member twice")]
    [InlineData("{\"report\":\"hires_q\",\"report\":\"hires_depa\"}", 400, "has a member twice")]
    [InlineData("{\"report\":\"hires_q\",\"parameters\":{\"day\":1}}", 400, "no parameter 'day'")]
    [InlineData("{\"report\":\"hiresq\"}", 404, "did you mean hires_q?")]
    [InlineData("{\"report\":\"hires_q\"}", 503, "a table that is not there yet")]
    public async Task What_can_not_be_published_is_told(string body, int status, string detail)
    {
        await using var world = await ReportWorld.CreateAsync();

        var (found, answer) = await world.OrderAsync(body);

        found.ShouldBe(status, answer.ToJsonString());
        ((string)answer["detail"]!).ShouldContain(detail);
        using var get = await world.Publish.GetAsync("/publish");
        ((int)get.StatusCode).ShouldBe(405);
    }

    [Fact]
    public async Task A_new_file_is_published_and_so_are_its_new_columns()
    {
        const string text =
            """
            -- name: kinds
            -- description: A value of each kind.
            -- columns:
            --   - { name: n, logicalType: integer, required: true }
            --   - { name: d, logicalType: number }
            --   - { name: m, logicalType: number, physicalType: "numeric(28,16)" }
            --   - { name: r, logicalType: number, physicalType: double precision }
            --   - { name: b, logicalType: boolean }
            --   - { name: t, logicalType: string, description: "Quotes ' and \" and ; too" }
            --   - { name: day, logicalType: date }
            --   - { name: at, logicalType: timestamp }
            --   - { name: clock, logicalType: time }
            --   - { name: j, logicalType: object }
            SELECT v.* FROM (SELECT count(*) FROM ${jobs}) c, (VALUES
                (1::bigint, 12.50, round(1 / 3.0, 16), 1.5e300::float8, true, E'a"b\n\\é😀', '0001-01-01'::date, '9999-12-31 23:59:59.999999+00'::timestamptz, '23:59:59.999999'::time, '{"a": [1, null]}'::jsonb),
                (-9223372036854775808, -0.000000001, 0, 'NaN', false, '', '9999-12-31', '1969-12-31 23:59:59.5+00', '00:00', '[]'),
                (3, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL)) v (n, d, m, r, b, t, day, at, clock, j)
            ORDER BY n
            """;
        using var folder = new ReportFolder().With("kinds", text);
        await using (var world = await ReportWorld.CreateAsync(folder.Path, settings => settings with { ReportsDataset = Landfall.Contracts.Identifier.Parse("acme_reports") }))
        {
            await world.LandAsync("", "1,x\n", "");
            var (status, answer) = await world.OrderAsync("""{"report":"kinds"}""");
            (status, (string?)answer["table"]).ShouldBe((200, "local.acme_reports.kinds"), answer.ToJsonString());
            await Compare(world, "d, m, r, b, t, day, at, clock");

            // Another query under the same name: the table becomes another one.
            await using var next = await SameAsync(world, folder, text.Replace("--   - { name: n, logicalType: integer, required: true }", "--   - { name: n, logicalType: string, required: true }\n--   - { name: more, logicalType: integer }", StringComparison.Ordinal)
                .Replace("SELECT v.*", "SELECT n::text, c.count AS more, d, m, r, b, t, day, at, clock, j", StringComparison.Ordinal));
            (status, answer) = await next.OrderAsync("""{"report":"kinds"}""");
            status.ShouldBe(200, answer.ToJsonString());
            await Compare(next, "more, d, m, r, b, t, day, at, clock");
        }

        static async Task Compare(ReportWorld world, string columns)
        {
            var rows = new List<string>();
            await foreach (var row in world.Client.QueryAsync($"test_{Guid.NewGuid():N}", new($"SELECT n, `{columns.Replace(", ", "`, `", StringComparison.Ordinal)}` FROM acme_reports.kinds ORDER BY n"), default)) rows.Add(string.Join('|', row.Select(Plain)));
            var asked = JsonNode.Parse((await world.GetAsync("/kinds")).Text)!.AsArray().Select(row => string.Join('|', columns.Split(", ").Prepend("n").Select(name => Plain(row![name]?.ToString())))).ToList();
            asked.Count.ShouldBe(3);
            rows.ShouldBe(asked, ignoreOrder: true);
        }

        // Numbers without zeros at their end, large ones with one kind of E, moments as microseconds, and clocks with all their digits: BigQuery's text and ours differ in these.
        static string Plain(string? text) =>
            text is null ? "∅"
            : DateTimeOffset.TryParseExact(text, ["yyyy-MM-dd'T'HH:mm:ss.FFFFFFF'Z'"], CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var moment) ? $"{(moment - DateTimeOffset.UnixEpoch).Ticks / 10}"
            : TimeOnly.TryParse(text, CultureInfo.InvariantCulture, out var time) ? $"{time.Ticks}"
            : text.Contains("E+", StringComparison.OrdinalIgnoreCase) && double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var large) ? large.ToString("R", CultureInfo.InvariantCulture)
            : text.Contains('.', StringComparison.Ordinal) && decimal.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) ? $"{number / 1.000000000000000000000000000000m}"
            : text;
    }

    [Theory]
    [InlineData("SELECT 1 / 3.0 AS n", "a number of more than 9 digits behind the point")]
    [InlineData("SELECT 1e30::numeric AS n", "a number of more than 28 digits")]
    [InlineData("SELECT 'NaN'::numeric AS n", "a number of more than 28 digits, or none")]
    public async Task Nothing_is_rounded_on_its_way(string query, string detail)
    {
        using var folder = new ReportFolder().With("r", $"-- name: r\n-- description: d\n-- columns: [ {{ name: n, logicalType: number }} ]\n{query} FROM ${{jobs}}\n");
        await using var world = await ReportWorld.CreateAsync(folder.Path);
        await world.LandAsync("", "1,x\n", "");

        var (status, answer) = await world.OrderAsync("""{"report":"r"}""");

        status.ShouldBe(422);
        ((string)answer["detail"]!).ShouldContain(detail);
    }

    [Fact]
    public async Task A_publication_that_is_killed_leaves_the_table_as_it_was()
    {
        await using var world = await ReportWorld.CreateAsync();
        await world.LandAsync("1,a\n", "1,x\n", "1,A,2021-02-03T04:05:06Z,1,1\n");
        (await world.TickAsync("hires_q-publish", Due)).Status.ShouldBe(200);
        await world.LandAsync("", "", "1,A,2021-05-03T04:05:06Z,1,1\n", day: 2);
        await using var stuck = new StuckBigQuery(world.BigQuery.Endpoint) { IsStuck = true };
        await stuck.StartAsync();

        using (var process = Start(world, stuck.Endpoint, out var first))
        {
            using var client = first;
            var tick = ReportWorld.TickAsync(client, "hires_q-publish", Due.AddDays(1));
            await stuck.Kept.Task.WaitAsync(TimeSpan.FromSeconds(30));
            process.Kill();
            await process.WaitForExitAsync();
            await Should.ThrowAsync<HttpRequestException>(tick);
        }
        (await world.PublishedAsync("hires_q", Order)).ShouldBe(["a|x|1|0|0|0"]);

        // Its connection to Postgres is gone, and with it what kept others from publishing.
        stuck.IsStuck = false;
        using (var process = Start(world, stuck.Endpoint, out var second))
        {
            using var client = second;
            (await ReportWorld.TickAsync(client, "hires_q-publish", Due.AddDays(1))).Status.ShouldBe(200);
            process.Kill();
            await process.WaitForExitAsync();
        }
        (await world.PublishedAsync("hires_q", Order)).ShouldBe(["a|x|0|1|0|0"]);
    }

    [Fact]
    public async Task The_real_bq_reads_it()
    {
        if (!Bq.IsInstalled)
        {
            output.WriteLine("bq is not installed: nothing was tested");
            return;
        }
        using var home = new TempFolder();
        await using var world = await ReportWorld.CreateAsync();
        await world.LandAsync("1,a\n2,b\n", "1,x\n", "1,A,2021-02-03T04:05:06Z,1,1\n");
        await world.OrderAsync("""{"report":"hires_depa"}""");
        var bq = new Bq(world.BigQuery.Endpoint, home.Path, output.WriteLine);

        JsonNode.Parse(await bq.RunAsync("query", "--nouse_legacy_sql", "--format=json", "SELECT * FROM reports.hires_depa"))!.ToJsonString().ShouldBe("""[{"department":"a","hired":"1","id":"1"}]""");
        var shown = JsonNode.Parse(await bq.RunAsync("show", "--format=prettyjson", "reports.hires_depa"))!;
        ((string)shown["schema"]!["fields"]![0]!["description"]!, (string)shown["labels"]!["landfall_report"]!).ShouldBe(("Identifies the department.", "hires_depa"));
    }

    /// <summary>ReportPublish as it is deployed: a process of its own.</summary>
    private static Process Start(ReportWorld world, Uri bigQuery, out HttpClient client)
    {
        using (var listener = new System.Net.Sockets.TcpListener(System.Net.IPAddress.Loopback, 0))
        {
            listener.Start();
            client = new() { BaseAddress = new($"http://{listener.LocalEndpoint}") };
        }
        var start = new ProcessStartInfo("dotnet", [Repository.Program("functions/ReportPublish")]) { UseShellExecute = false, RedirectStandardOutput = true };
        foreach (var (name, value) in new Dictionary<string, string>
        {
            ["PORT"] = $"{client.BaseAddress.Port}", ["LANDFALL_POSTGRES"] = world.Database.ConnectionString, ["LANDFALL_BIGQUERY_ENDPOINT"] = bigQuery.AbsoluteUri, ["GOOGLE_CLOUD_PROJECT"] = "local",
            ["LANDFALL_CONTRACTS"] = world.Settings.Contracts, ["LANDFALL_REPORTS"] = world.Settings.Reports!,
        }) start.Environment[name] = value;
        var process = Process.Start(start)!;
        process.BeginOutputReadLine();
        var healthy = client;
        Until.TrueAsync(async () =>
        {
            try
            {
                using var alive = await healthy.GetAsync("/healthz");
                return alive.IsSuccessStatusCode;
            }
            catch (HttpRequestException)
            {
                return false;
            }
        }, "it serves", seconds: 30).Wait();
        return process;
    }

    /// <summary>The same database, with another text of the report.</summary>
    private static async Task<ReportWorld> SameAsync(ReportWorld world, ReportFolder folder, string text)
    {
        folder.With("kinds", text);
        return await ReportWorld.CreateAsync(folder.Path, settings => settings with { Postgres = world.Database.ConnectionString, BigQueryEndpoint = world.BigQuery.Endpoint, ReportsDataset = world.Settings.ReportsDataset });
    }
}
