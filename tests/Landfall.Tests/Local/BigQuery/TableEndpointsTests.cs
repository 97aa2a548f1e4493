using System.Text.Json.Nodes;
using Landfall.Cloud;
using Shouldly;
using Xunit;

namespace Landfall.Tests.Local.BigQuery;

public sealed class TableEndpointsTests(Database database) : IClassFixture<Database>, IAsyncLifetime
{
    private const string Fields = """[{"name":"Day","type":"DATE","mode":"REQUIRED"},{"name":"name","type":"STRING"},{"name":"price","type":"NUMERIC","precision":"5","scale":"2"}]""";

    private readonly SettableTime _clock = new(new(2024, 1, 5, 6, 0, 0, TimeSpan.Zero));
    private readonly string _dataset = $"d_{Guid.NewGuid():N}";
    private BigQueryServer _server = null!;

    public async Task InitializeAsync()
    {
        _server = await BigQueryServer.StartAsync(database.DataSource, _clock);
        (await SendAsync("POST", "/datasets", $$$"""{"datasetReference":{"datasetId":"{{{_dataset}}}"},"location":"EU","labels":{"a":"1"}}""")).Status.ShouldBe(200);
    }

    public async Task DisposeAsync() => await _server.DisposeAsync();

    [Fact]
    public async Task A_table_is_made_shown_listed_and_deleted()
    {
        var made = await CreateAsync("sales", $$$"""
            "schema":{"fields":{{{Fields}}}},"timePartitioning":{"type":"DAY","field":"Day"},"clustering":{"fields":["name"]},"description":"What was sold","labels":{"team":"shop"},
            "tableConstraints":{"primaryKey":{"columns":["name"]}}
            """);
        made.Status.ShouldBe(200);
        var shown = (await SendAsync("GET", $"/datasets/{_dataset}/tables/sales")).Body;
        foreach (var (member, value) in new Dictionary<string, string>
        {
            ["kind"] = "bigquery#table", ["id"] = $"local:{_dataset}.sales", ["type"] = "TABLE", ["location"] = "EU", ["numRows"] = "0", ["numBytes"] = "0",
            ["creationTime"] = "1704434400000", ["lastModifiedTime"] = "1704434400000", ["description"] = "What was sold",
        }) ((string?)shown[member]).ShouldBe(value, member);
        shown["schema"]!.ToJsonString().ShouldBe(
            """{"fields":[{"mode":"REQUIRED","name":"Day","type":"DATE"},{"mode":"NULLABLE","name":"name","type":"STRING"},{"mode":"NULLABLE","name":"price","type":"NUMERIC","scale":"2","precision":"5"}]}""");
        ((string?)shown["etag"]).ShouldBe((string?)made.Body["etag"]);

        (await database.ScalarAsync<string>($"SELECT string_agg(column_name || ' ' || is_nullable || ' ' || coalesce(collation_name, ''), ',' ORDER BY ordinal_position) FROM information_schema.columns WHERE table_schema = 'bq_{_dataset}'"))
            .ShouldBe("day NO ,name YES C,price YES ");
        (await CreateAsync("sales", "")).Body["error"]!["message"]!.ToString().ShouldBe($"Already Exists: Table local:{_dataset}.sales");
        var list = (await SendAsync("GET", $"/datasets/{_dataset}/tables")).Body;
        list["tables"]!.AsArray().Select(table => (string?)table!["tableReference"]!["tableId"]).ShouldBe(["sales"]);

        (await SendAsync("DELETE", $"/datasets/{_dataset}")).Body["error"]!["errors"]![0]!["reason"]!.ToString().ShouldBe("resourceInUse");
        (await SendAsync("DELETE", $"/datasets/{_dataset}/tables/sales")).Status.ShouldBe(204);
        var gone = await SendAsync("GET", $"/datasets/{_dataset}/tables/sales");
        (gone.Status, gone.Body["error"]!["message"]!.ToString()).ShouldBe((404, $"Not found: Table local:{_dataset}.sales"));
        (await SendAsync("DELETE", $"/datasets/{_dataset}?deleteContents=true")).Status.ShouldBe(204);
        (await SendAsync("GET", $"/datasets/{_dataset}")).Status.ShouldBe(404);
    }

    [Theory]
    [InlineData("""{"name":"name","type":"INTEGER"}""", "Field name has changed type from STRING to INT64")]
    [InlineData("""{"name":"name","type":"STRING","mode":"REQUIRED"}""", "Field name has changed mode from NULLABLE to REQUIRED")]
    [InlineData("""{"name":"other","type":"STRING"}""", "Field name is missing in new schema")]
    [InlineData("""{"name":"name","type":"STRING"},{"name":"more","type":"STRING","mode":"REQUIRED"}""", "Cannot add required fields to an existing schema. (field: more)")]
    public async Task A_schema_changes_no_other_way_than_BigQuerys(string field, string why)
    {
        await CreateAsync("t", """ "schema":{"fields":[{"name":"name","type":"STRING"}]} """);
        var (status, body) = await SendAsync("PATCH", $"/datasets/{_dataset}/tables/t", $$$"""{"schema":{"fields":[{{{field}}}]}}""");
        status.ShouldBe(400);
        ((string?)body["error"]!["message"]).ShouldBe($"Provided Schema does not match Table local:{_dataset}.t. {why}");
    }

    [Fact]
    public async Task A_patch_adds_lifts_and_widens_and_an_old_ETag_refuses_it()
    {
        var etag = (string?)(await CreateAsync("t", $$""" "schema":{"fields":{{Fields}}},"labels":{"a":"1","b":"2"} """)).Body["etag"];
        await database.ExecuteAsync($"""INSERT INTO "bq_{_dataset}".t VALUES ('2024-01-05', 'x', 1.25)""");
        const string patch = """
            {"schema":{"fields":[{"name":"Day","type":"DATE"},{"name":"name","type":"STRING","description":"Who"},{"name":"price","type":"NUMERIC","precision":7,"scale":3},{"name":"more","type":"FLOAT64"}]},
             "labels":{"a":null,"c":"3"},"description":"new"}
            """;
        var patched = await SendAsync("PATCH", $"/datasets/{_dataset}/tables/t", patch, etag);
        patched.Status.ShouldBe(200, patched.Body.ToJsonString());
        patched.Body["labels"]!.ToJsonString().ShouldBe("""{"b":"2","c":"3"}""");
        patched.Body["schema"]!["fields"]!.AsArray().Count.ShouldBe(4);
        (await database.ScalarAsync<decimal>($"""SELECT price FROM "bq_{_dataset}".t""")).ShouldBe(1.25m);
        await database.ExecuteAsync($"""INSERT INTO "bq_{_dataset}".t VALUES (NULL, 'x', 1234.567, 1.5)""");

        (await SendAsync("PATCH", $"/datasets/{_dataset}/tables/t", """{"description":"late"}""", etag)).Status.ShouldBe(412);
        var unchanged = await SendAsync("PUT", $"/datasets/{_dataset}/tables/t", """{"schema":null,"expirationTime":"1704434400500"}""", (string?)patched.Body["etag"]);
        (unchanged.Status, unchanged.Body["schema"]!["fields"]!.AsArray().Count).ShouldBe((200, 4));
        _clock.Now += TimeSpan.FromSeconds(1);
        (await SendAsync("GET", $"/datasets/{_dataset}/tables/t")).Status.ShouldBe(404);
    }

    [Fact]
    public async Task What_has_expired_is_gone()
    {
        await SendAsync("PATCH", $"/datasets/{_dataset}", """{"defaultTableExpirationMs":3600000}""");
        await CreateAsync("short", """ "schema":{"fields":[{"name":"a","type":"INT64"}]} """);
        await CreateAsync("long", """ "schema":{"fields":[{"name":"day","type":"DATE"}]},"expirationTime":"1804434400000","timePartitioning":{"type":"DAY","field":"day","expirationMs":"86400000"} """);
        await database.ExecuteAsync($"""INSERT INTO "bq_{_dataset}".long VALUES ('2024-01-04'), ('2024-01-05')""");
        _clock.Now += TimeSpan.FromMinutes(59);
        (await NamesAsync()).ShouldBe(["long", "short"]);
        (await database.ScalarAsync<long>($"""SELECT count(*) FROM "bq_{_dataset}".long""")).ShouldBe(1);

        _clock.Now += TimeSpan.FromMinutes(1);
        (await NamesAsync()).ShouldBe(["long"]);
        (await _server.BigQuery.Tables.NamesAsync(default)).ShouldNotContain(new TableName(_dataset, "short"));
        (await CreateAsync("short", """ "schema":{"fields":[{"name":"b","type":"INT64"}]} """)).Status.ShouldBe(200);
        _clock.Now += TimeSpan.FromHours(17);
        await NamesAsync();
        (await database.ScalarAsync<long>($"""SELECT count(*) FROM "bq_{_dataset}".long""")).ShouldBe(0);
    }

    [Fact]
    public async Task A_view_outlives_its_table()
    {
        _server.BigQuery.Tables.Translate = (_, _) => Task.FromResult($"""SELECT a, a > 1 AS big FROM "bq_{_dataset}".t""");
        await CreateAsync("t", """ "schema":{"fields":[{"name":"a","type":"INT64"}]} """);
        (await CreateAsync("v", """ "view":{"query":"SELECT a, a > 1 AS big FROM t","useLegacySql":false} """)).Status.ShouldBe(200);
        var shown = (await SendAsync("GET", $"/datasets/{_dataset}/tables/v")).Body;
        ((string?)shown["type"], (string?)shown["view"]!["query"]).ShouldBe(("VIEW", "SELECT a, a > 1 AS big FROM t"));
        shown["schema"]!["fields"]!.AsArray().Select(field => (string?)field!["type"]).ShouldBe(["INTEGER", "BOOLEAN"]);

        await SendAsync("PATCH", $"/datasets/{_dataset}/tables/t", """{"schema":{"fields":[{"name":"a","type":"NUMERIC"}]}}""");
        await database.ExecuteAsync($"""INSERT INTO "bq_{_dataset}".t VALUES (1.5)""");
        (await database.ScalarAsync<bool>($"""SELECT big FROM "bq_{_dataset}".v""")).ShouldBeTrue();
        await SendAsync("DELETE", $"/datasets/{_dataset}/tables/t");
        (await SendAsync("GET", $"/datasets/{_dataset}/tables/v")).Status.ShouldBe(200);
        await CreateAsync("t", """ "schema":{"fields":[{"name":"a","type":"INT64"}]} """);
        (await database.ScalarAsync<long>($"""SELECT count(*) FROM "bq_{_dataset}".v""")).ShouldBe(0);
        (await SendAsync("DELETE", $"/datasets/{_dataset}?deleteContents=true")).Status.ShouldBe(204);
    }

    [Theory]
    [InlineData("""{"tableReference":{"datasetId":"DATASET","tableId":"a.b"}}""", 400, "invalid")]
    [InlineData("""{"tableReference":{"datasetId":"other","tableId":"a"}}""", 400, "invalid")]
    [InlineData("""{"tableReference":{"datasetId":"DATASET","tableId":"a"},"schema":{"fields":[{"name":"x","type":"STRING","mode":"REPEATED"}]}}""", 400, "invalidQuery")]
    [InlineData("""{"tableReference":{"datasetId":"DATASET","tableId":"a"},"schema":{"fields":[{"name":"x","type":"STRING"},{"name":"X","type":"STRING"}]}}""", 400, "invalid")]
    [InlineData("""{"tableReference":{"datasetId":"DATASET","tableId":"a"},"schema":{"fields":[{"name":"1x","type":"STRING"}]}}""", 400, "invalid")]
    [InlineData("not json", 400, "invalid")]
    public async Task Refuses_as_BigQuery_does(string body, int status, string reason)
    {
        var answer = await SendAsync("POST", $"/datasets/{_dataset}/tables", body.Replace("DATASET", _dataset, StringComparison.Ordinal));
        (answer.Status, (string?)answer.Body["error"]!["errors"]![0]!["reason"]).ShouldBe((status, reason));
        (await SendAsync("GET", "/datasets/unknown/tables")).Status.ShouldBe(404);
    }

    private Task<(int Status, JsonObject Body)> SendAsync(string method, string path, string? json = null, string? ifMatch = null) => _server.SendAsync(method, path, json, ifMatch);

    private Task<(int Status, JsonObject Body)> CreateAsync(string table, string members) => SendAsync(
        "POST", $"/datasets/{_dataset}/tables", $$$"""{"tableReference":{"datasetId":"{{{_dataset}}}","tableId":"{{{table}}}"}{{{(members.Length > 0 ? "," : "")}}}{{{members}}}}""");

    private async Task<IEnumerable<string?>> NamesAsync() =>
        (await SendAsync("GET", $"/datasets/{_dataset}/tables")).Body["tables"]!.AsArray().Select(table => (string?)table!["tableReference"]!["tableId"]);
}
