using System.Text.Json;
using System.Text.Json.Nodes;
using Shouldly;
using Xunit;

namespace Landfall.Tests.Local.BigQuery;

public sealed class QueryEndpointsTests(Database database) : IClassFixture<Database>, IAsyncLifetime
{
    private readonly string _dataset = $"d_{Guid.NewGuid():N}";
    private BigQueryServer _server = null!;

    public async Task InitializeAsync()
    {
        _server = await BigQueryServer.StartAsync(database.DataSource, TimeProvider.System);
        await _server.SendAsync("POST", "/datasets", $$$"""{"datasetReference":{"datasetId":"{{{_dataset}}}"}}""");
        (await _server.SendAsync("POST", $"/datasets/{_dataset}/tables", $$$"""
            {"tableReference":{"datasetId":"{{{_dataset}}}","tableId":"t"},"schema":{"fields":[{"name":"id","type":"INTEGER"},{"name":"name","type":"STRING"}]}}
            """)).Status.ShouldBe(200);
    }

    public async Task DisposeAsync() => await _server.DisposeAsync();

    [Fact]
    public async Task A_querys_answer_is_paged_in_BigQuerys_types()
    {
        const string sql = """
            SELECT n, TIMESTAMP '2024-01-05 06:00:00.123456+00' AS moment, DATE '2024-01-05' AS day, DATETIME '2024-01-05 06:00:00' AS local, CAST(2 AS FLOAT64) AS f, NUMERIC '1.50' AS price,
              n > 1 AS big, CAST(NULL AS STRING) AS nothing, b'ab' AS bytes
            FROM UNNEST([1, 2, 3]) AS n ORDER BY n
            """;
        var job = await InsertAsync(sql);
        var statistics = job["statistics"]!;
        ((string?)job["status"]!["state"], (string?)statistics["query"]!["statementType"], (bool?)statistics["query"]!["cacheHit"]).ShouldBe(("DONE", "SELECT", false));
        foreach (var time in (string[])["creationTime", "startTime", "endTime"]) long.Parse((string)statistics[time]!).ShouldBeGreaterThan(1_700_000_000_000);

        var first = (await _server.SendAsync("GET", $"/queries/{Id(job)}?maxResults=2")).Body;
        first["schema"]!["fields"]!.AsArray().Select(field => (string?)field!["type"])
            .ShouldBe(["INTEGER", "TIMESTAMP", "DATE", "DATETIME", "FLOAT", "NUMERIC", "BOOLEAN", "STRING", "BYTES"]);
        ((string?)first["totalRows"], (bool?)first["jobComplete"]).ShouldBe(("3", true));
        Cells(first).ShouldBe(["1|1.704434400123456E9|2024-01-05|2024-01-05T06:00:00|2.0|1.5|false|NULL|YWI=", "2|1.704434400123456E9|2024-01-05|2024-01-05T06:00:00|2.0|1.5|true|NULL|YWI="]);
        var second = (await _server.SendAsync("GET", $"/queries/{Id(job)}?maxResults=2&pageToken={(string?)first["pageToken"]}&formatOptions.useInt64Timestamp=true")).Body;
        Cells(second).ShouldBe(["3|1704434400123456|2024-01-05|2024-01-05T06:00:00|2.0|1.5|true|NULL|YWI="]);
        second["pageToken"].ShouldBeNull();
        Cells((await _server.SendAsync("GET", $"/queries/{Id(job)}?startIndex=3")).Body).ShouldBeEmpty();
    }

    [Fact]
    public async Task Changes_are_counted_and_definitions_named()
    {
        var insert = (await InsertAsync($"INSERT INTO {_dataset}.t (id) VALUES (1), (2)"))["statistics"]!["query"]!;
        ((string?)insert["statementType"], (string?)insert["numDmlAffectedRows"], (string?)insert["dmlStats"]!["insertedRowCount"]).ShouldBe(("INSERT", "2", "2"));
        var create = (await InsertAsync($"CREATE TABLE {_dataset}.made (x INT64)"))["statistics"]!["query"]!;
        ((string?)create["statementType"], (string?)create["ddlOperationPerformed"], (string?)create["ddlTargetTable"]!["tableId"]).ShouldBe(("CREATE_TABLE", "CREATE", "made"));
        var answer = await _server.SendAsync("POST", "/queries", Body($"DELETE FROM {_dataset}.t WHERE id = 1"));
        ((bool?)answer.Body["jobComplete"], (string?)answer.Body["numDmlAffectedRows"]).ShouldBe((true, "1"));
    }

    [Fact]
    public async Task A_scripts_statements_are_jobs_and_its_answer_is_the_last_SELECTs()
    {
        var job = await InsertAsync($"SELECT 1 AS a; INSERT INTO {_dataset}.t (id) VALUES (7); SELECT id FROM {_dataset}.t; DELETE FROM {_dataset}.t WHERE true");
        ((string?)job["statistics"]!["query"]!["statementType"], (string?)job["statistics"]!["numChildJobs"]).ShouldBe(("SCRIPT", "4"));
        Cells((await _server.SendAsync("GET", $"/queries/{Id(job)}")).Body).ShouldBe(["7"]);
        var children = (await _server.SendAsync("GET", $"/jobs?parentJobId={Id(job)}&projection=full")).Body["jobs"]!.AsArray();
        children.Select(child => (string?)child!["statistics"]!["query"]!["statementType"]).ShouldBe(["DELETE", "SELECT", "INSERT", "SELECT"]);
        Cells((await _server.SendAsync("GET", $"/queries/{Id(children[3]!)}")).Body).ShouldBe(["1"]);
        var all = (await _server.SendAsync("GET", "/jobs?projection=full&stateFilter=done&maxResults=1")).Body;
        (Id(all["jobs"]!.AsArray().Single()!), (string?)all["jobs"]![0]!["state"]).ShouldBe((Id(job), "DONE"));
    }

    [Theory]
    [InlineData("SELEC 1", "invalidQuery", 400)]
    [InlineData("SELECT 1 FROM DATASET.missing", "notFound", 404)]
    [InlineData("SELECT ERROR('as told')", "invalidQuery", 400)]
    public async Task A_job_that_fails_says_why(string sql, string reason, int status)
    {
        var job = await InsertAsync(sql.Replace("DATASET", _dataset, StringComparison.Ordinal));
        ((string?)job["status"]!["state"], (string?)job["status"]!["errorResult"]!["reason"]).ShouldBe(("DONE", reason));
        job["status"]!["errors"]!.AsArray().Count.ShouldBe(1);
        var results = await _server.SendAsync("GET", $"/queries/{Id(job)}");
        (results.Status, (string?)results.Body["error"]!["errors"]![0]!["reason"]).ShouldBe((status, reason));
        (await _server.SendAsync("POST", "/queries", Body(sql.Replace("DATASET", _dataset, StringComparison.Ordinal)))).Status.ShouldBe(status);
    }

    [Fact]
    public async Task Rows_just_streamed_can_be_read_but_not_changed()
    {
        (await _server.SendAsync("POST", $"/datasets/{_dataset}/tables/t/insertAll", """{"rows":[{"json":{"id":1}}]}""")).Body["insertErrors"].ShouldBeNull();
        Cells((await _server.SendAsync("POST", "/queries", Body($"SELECT id FROM {_dataset}.t"))).Body).ShouldBe(["1"]);
        var refused = await InsertAsync($"DELETE FROM {_dataset}.t WHERE id = 1");
        ((string)refused["status"]!["errorResult"]!["message"]!).ShouldContain("would affect rows in the streaming buffer, which is not supported");
    }

    [Theory]
    [InlineData("""{}""", 400)]
    [InlineData("""{"configuration":{"query":{}}}""", 200)]
    [InlineData("""{"configuration":{"copy":{}}}""", 400)]
    [InlineData("""{"configuration":{"extract":{}}}""", 400)]
    [InlineData("""{"jobReference":{"jobId":"a b"},"configuration":{"query":{"query":"SELECT 1","useLegacySql":false}}}""", 400)]
    public async Task What_is_no_job_is_refused(string body, int status) => (await _server.SendAsync("POST", "/jobs", body)).Status.ShouldBe(status);

    [Fact]
    public async Task A_job_that_a_killed_server_was_at_has_failed()
    {
        await database.ExecuteAsync("""
            INSERT INTO bigquery.jobs (id, created, job) VALUES ('cut', now(),
              '{"jobReference":{"projectId":"local","jobId":"cut","location":"US"},"configuration":{"jobType":"LOAD","load":{}},"status":{"state":"RUNNING"},"statistics":{"startTime":"1"}}')
            """);
        await using var again = await BigQueryServer.StartAsync(database.DataSource, TimeProvider.System);
        var job = (await again.SendAsync("GET", "/jobs/cut")).Body;
        ((string?)job["status"]!["state"], (string?)job["status"]!["errorResult"]!["reason"]).ShouldBe(("DONE", "jobInternalError"));
    }

    private async Task<JsonObject> InsertAsync(string sql)
    {
        var (status, job) = await _server.SendAsync("POST", "/jobs", $$$$"""{"configuration":{"query":{"query":{{{{JsonSerializer.Serialize(sql)}}}},"useLegacySql":false}}}""");
        status.ShouldBe(200, job.ToJsonString());
        return job;
    }

    private static string Body(string sql) => $$"""{"query":{{JsonSerializer.Serialize(sql)}},"useLegacySql":false}""";

    private static string Id(JsonNode job) => (string)job["jobReference"]!["jobId"]!;

    private static IEnumerable<string> Cells(JsonObject answer) =>
        (answer["rows"]?.AsArray() ?? []).Select(row => string.Join('|', row!["f"]!.AsArray().Select(cell => (string?)cell!["v"] ?? "NULL")));
}
