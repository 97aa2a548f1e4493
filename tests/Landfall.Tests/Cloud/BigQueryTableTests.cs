using Landfall.Cloud;
using Shouldly;
using Xunit;

namespace Landfall.Tests.Cloud;

/// <summary>Datasets, tables and streamed rows, as https://cloud.google.com/bigquery/docs/reference/rest has them.</summary>
public sealed class BigQueryTableTests : IAsyncLifetime
{
    private static readonly TableName Name = new("catalog", "products");

    private readonly HttpClient _http = new();
    private readonly RecordedWaits _waits = new();
    private ScriptedService _service = null!;
    private BigQueryClient _bigQuery = null!;

    [Fact]
    public async Task A_dataset_is_made_in_the_location()
    {
        _service.Refuse(404, "notFound").Answer(200, "{}");
        var dataset = new DatasetResource("staging")
        {
            Description = "Rows on their way", Labels = new Dictionary<string, string> { ["owner"] = "landfall" }, TableExpiration = TimeSpan.FromDays(1),
        };
        (await _bigQuery.CreateDatasetAsync(dataset, CancellationToken.None)).ShouldBeTrue();
        _service.Asked.Select(request => request.Line).ShouldBe(["GET /bigquery/v2/projects/my-project/datasets/staging", "POST /bigquery/v2/projects/my-project/datasets"]);
        _service.Asked[1].ShouldSend("""
            {"datasetReference":{"projectId":"my-project","datasetId":"staging"},"location":"EU","description":"Rows on their way",
             "labels":{"owner":"landfall"},"defaultTableExpirationMs":"86400000"}
            """);
    }

    [Fact]
    public async Task What_stands_already_is_no_failure()
    {
        _service.Refuse(404, "notFound").Refuse(409, "duplicate").Refuse(409, "duplicate");
        (await _bigQuery.CreateDatasetAsync(new DatasetResource("d"), CancellationToken.None)).ShouldBeFalse();
        (await _bigQuery.CreateTableAsync(new TableResource(Name), CancellationToken.None)).ShouldBeFalse();
        _service.Asked[1].ShouldSend("""{"datasetReference":{"projectId":"my-project","datasetId":"d"},"location":"EU"}""");
    }

    /// <summary>To ask takes less of a right than to make: who may not make datasets still lands in one that stands.</summary>
    [Fact]
    public async Task A_dataset_that_stands_is_not_made_again()
    {
        _service.Answer(200, "{}");
        (await _bigQuery.CreateDatasetAsync(new DatasetResource("d"), CancellationToken.None)).ShouldBeFalse();
        _service.Asked.Single().Line.ShouldBe("GET /bigquery/v2/projects/my-project/datasets/d");
    }

    [Fact]
    public async Task A_table_is_made_with_all_it_is_given()
    {
        _service.Answer(200, "{}");
        var table = new TableResource(Name)
        {
            Fields =
            [
                new TableField("id", "INT64", Required: true) { Description = "The key" },
                new TableField("price", "NUMERIC") { Precision = 10, Scale = 2 },
                new TableField("email", "STRING") { PolicyTags = ["projects/p/locations/eu/taxonomies/1/policyTags/2"] },
                new TableField("day", "DATE"),
            ],
            Description = "Products", Labels = new Dictionary<string, string> { ["contract"] = "product_catalog" },
            PartitionField = "day", PartitionExpiration = TimeSpan.FromDays(400), Clustering = ["id", "email"], PrimaryKey = ["id"],
            ExpiresAt = DateTimeOffset.FromUnixTimeMilliseconds(1_700_000_000_123),
        };
        (await _bigQuery.CreateTableAsync(table, CancellationToken.None)).ShouldBeTrue();
        _service.Asked.Single().Line.ShouldBe("POST /bigquery/v2/projects/my-project/datasets/catalog/tables");
        _service.Asked[0].Headers["Content-Type"].Split(';')[0].ShouldBe("application/json");
        _service.Asked[0].ShouldSend("""
            {"tableReference":{"projectId":"my-project","datasetId":"catalog","tableId":"products"},
             "schema":{"fields":[
               {"name":"id","type":"INT64","mode":"REQUIRED","description":"The key"},
               {"name":"price","type":"NUMERIC","mode":"NULLABLE","precision":"10","scale":"2"},
               {"name":"email","type":"STRING","mode":"NULLABLE","policyTags":{"names":["projects/p/locations/eu/taxonomies/1/policyTags/2"]}},
               {"name":"day","type":"DATE","mode":"NULLABLE"}]},
             "description":"Products","labels":{"contract":"product_catalog"},
             "timePartitioning":{"type":"DAY","field":"day","expirationMs":"34560000000"},
             "clustering":{"fields":["id","email"]},"tableConstraints":{"primaryKey":{"columns":["id"]}},"expirationTime":"1700000000123"}
            """);
    }

    [Fact]
    public async Task A_view_is_made_in_GoogleSQL()
    {
        _service.Answer(200, "{}");
        var view = new TableResource(Name) { ViewQuery = "SELECT 1 AS one" };
        (await _bigQuery.CreateTableAsync(view, CancellationToken.None)).ShouldBeTrue();
        _service.Asked.Single().ShouldSend("""
            {"tableReference":{"projectId":"my-project","datasetId":"catalog","tableId":"products"},"view":{"query":"SELECT 1 AS one","useLegacySql":false}}
            """);
    }

    [Fact]
    public async Task A_table_is_read_in_GoogleSQLs_types()
    {
        _service.Answer(200, """
            {"kind":"bigquery#table","etag":"\"abc==\"","id":"my-project:catalog.products","numRows":"12","type":"TABLE","location":"EU",
             "tableReference":{"projectId":"my-project","datasetId":"catalog","tableId":"products"},
             "schema":{"fields":[
               {"name":"id","type":"INTEGER","mode":"REQUIRED","description":"The key"},
               {"name":"price","type":"NUMERIC","precision":"10","scale":"2"},
               {"name":"weight","type":"FLOAT","mode":"NULLABLE"},
               {"name":"sold","type":"BOOLEAN","policyTags":{"names":["t"]}},
               {"name":"tags","type":"STRING","mode":"REPEATED"},
               {"name":"more","type":"RECORD","fields":[{"name":"x","type":"STRING"}]}]},
             "description":"Products","labels":{"a":"b"},"timePartitioning":{"type":"DAY","field":"day","expirationMs":"86400000"},
             "clustering":{"fields":["id"]},"tableConstraints":{"primaryKey":{"columns":["id"]}},"expirationTime":"1700000000123",
             "view":{"query":"SELECT 1","useLegacySql":false}}
            """);
        var table = (await _bigQuery.GetTableAsync(Name, CancellationToken.None)).ShouldNotBeNull();
        _service.Asked.Single().Line.ShouldBe("GET /bigquery/v2/projects/my-project/datasets/catalog/tables/products?view=BASIC");
        table.Fields.Select(f => $"{f.Name} {f.Type} {f.Required} {f.Precision} {f.Scale} {string.Join(',', f.PolicyTags)}").ShouldBe(
        [
            "id INT64 True   ", "price NUMERIC False 10 2 ", "weight FLOAT64 False   ", "sold BOOL False   t", "tags ARRAY<STRING> False   ", "more STRUCT False   ",
        ]);
        table.Fields[0].Description.ShouldBe("The key");
        (table.ETag, table.Description, table.Labels["a"]).ShouldBe(("\"abc==\"", "Products", "b"));
        (table.PartitionField, table.PartitionExpiration, table.ViewQuery).ShouldBe(("day", TimeSpan.FromDays(1), "SELECT 1"));
        (table.Clustering.Single(), table.PrimaryKey.Single(), table.ExpiresAt!.Value.ToUnixTimeMilliseconds()).ShouldBe(("id", "id", 1_700_000_000_123));
    }

    [Fact]
    public async Task A_bare_table_is_read()
    {
        _service.Answer(200, """{"etag":"e","timePartitioning":{"type":"HOUR","field":"at"}}""");
        var table = (await _bigQuery.GetTableAsync(Name, CancellationToken.None)).ShouldNotBeNull();
        (table.Fields.Count, table.Labels.Count, table.PartitionField, table.ExpiresAt, table.ViewQuery).ShouldBe((0, 0, null, null, null));
    }

    [Fact]
    public async Task What_is_not_there_is_no_failure()
    {
        _service.Refuse(404, "notFound").Refuse(404, "notFound").Answer(204);
        (await _bigQuery.GetTableAsync(Name, CancellationToken.None)).ShouldBeNull();
        (await _bigQuery.DeleteTableAsync(Name, CancellationToken.None)).ShouldBeFalse();
        (await _bigQuery.DeleteTableAsync(Name, CancellationToken.None)).ShouldBeTrue();
        _service.Asked[2].Line.ShouldBe("DELETE /bigquery/v2/projects/my-project/datasets/catalog/tables/products");
    }

    [Fact]
    public async Task A_patch_holds_only_if_nobody_came_between()
    {
        _service.Answer(200, "{}").Refuse(412, "conditionNotMet");
        var table = new TableResource(Name)
        {
            Fields = [new TableField("id", "INT64")], Description = "New", Labels = new Dictionary<string, string> { ["a"] = "b" }, ViewQuery = "SELECT 2",
            PartitionField = "day", Clustering = ["id"], PrimaryKey = ["id"], ExpiresAt = DateTimeOffset.UnixEpoch, ETag = "\"abc==\"",
        };
        (await _bigQuery.PatchTableAsync(table, CancellationToken.None)).ShouldBeTrue();
        (await _bigQuery.PatchTableAsync(table, CancellationToken.None)).ShouldBeFalse();
        _service.Asked[0].Line.ShouldBe("PATCH /bigquery/v2/projects/my-project/datasets/catalog/tables/products");
        _service.Asked[0].Headers["If-Match"].ShouldBe("\"abc==\"");
        _service.Asked[0].ShouldSend("""
            {"schema":{"fields":[{"name":"id","type":"INT64","mode":"NULLABLE"}]},"description":"New","labels":{"a":"b"},"view":{"query":"SELECT 2","useLegacySql":false}}
            """);
        await Should.ThrowAsync<ArgumentException>(() => _bigQuery.PatchTableAsync(table with { ETag = null }, CancellationToken.None));
    }

    [Fact]
    public async Task Rows_are_streamed_as_they_are_given()
    {
        _service.Answer(0).Answer(503).Answer(200, """{"kind":"bigquery#tableDataInsertAllResponse"}""");
        var body = """{"rows":[{"insertId":"1","json":{"id":"1"}}]}"""u8.ToArray();
        await _bigQuery.InsertAllAsync(Name, body, CancellationToken.None);
        _service.Asked.Select(a => a.Line).Distinct().Single().ShouldBe("POST /bigquery/v2/projects/my-project/datasets/catalog/tables/products/insertAll");
        _service.Asked.Count.ShouldBe(3);
        _service.Asked.ShouldAllBe(a => a.Body.SequenceEqual(body));
    }

    [Fact]
    public async Task A_refused_row_is_a_failure_that_names_it()
    {
        _service.Answer(200, """
            {"insertErrors":[{"index":0,"errors":[{"reason":"stopped","message":""}]},
              {"index":1,"errors":[{"reason":"invalid","location":"id","message":"Cannot convert value to integer"}]}]}
            """);
        var refused = await Should.ThrowAsync<BigQueryException>(() => _bigQuery.InsertAllAsync(Name, "{}"u8.ToArray(), CancellationToken.None));
        (refused.Reason, refused.Status, refused.IsPassing).ShouldBe(("invalid", 0, false));
        refused.Message.ShouldBe("BigQuery failed inserting rows into catalog.products: row 1 of the request (from 0) with invalid: Cannot convert value to integer");
    }

    [Fact]
    public async Task Who_may_not_is_told_what_to_grant()
    {
        _service.Refuse(403, "accessDenied", "Access Denied: Table catalog.products");
        var refused = await Should.ThrowAsync<BigQueryException>(() => _bigQuery.CreateTableAsync(new TableResource(Name), CancellationToken.None));
        (refused.Reason, refused.Status, refused.IsPassing).ShouldBe(("accessDenied", 403, false));
        refused.Message.ShouldBe(
            "BigQuery answered creating table catalog.products with 403 accessDenied: Access Denied: Table catalog.products"
            + " — Grant bigquery.tables.create to the account that runs this.");
        _waits.Waits.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_dataset_that_is_missing_is_named_with_what_to_check()
    {
        _service.Refuse(404, "notFound", "Not found: Dataset my-project:catalog");
        var refused = await Should.ThrowAsync<BigQueryException>(() => _bigQuery.CreateTableAsync(new TableResource(Name), CancellationToken.None));
        refused.Message.ShouldContain("Not found: Dataset my-project:catalog — Create what it names");
        refused.Message.ShouldContain("GOOGLE_CLOUD_PROJECT");
    }

    [Fact]
    public async Task A_rate_limit_is_waited_out_for_seconds_and_a_few_times()
    {
        for (var i = 0; i < 3; i++) _service.Refuse(403, "rateLimitExceeded");
        _service.Answer(204);
        (await _bigQuery.DeleteTableAsync(Name, CancellationToken.None)).ShouldBeTrue();
        for (var i = 0; i < 3; i++) _waits.Waits[i].TotalSeconds.ShouldBeInRange(0.8 * Math.Pow(2, i), 1.6 * Math.Pow(2, i));
        for (var i = 0; i < 6; i++) _service.Refuse(403, "rateLimitExceeded");
        var refused = await Should.ThrowAsync<BigQueryException>(() => _bigQuery.DeleteTableAsync(Name, CancellationToken.None));
        (refused.Reason, refused.Status, refused.IsPassing).ShouldBe(("rateLimitExceeded", 403, true));
        _service.Unasked.ShouldBe(1, "five attempts are enough");
    }

    [Fact]
    public async Task A_quota_is_not_waited_for()
    {
        _service.Refuse(403, "quotaExceeded", "Too many changes today");
        var refused = await Should.ThrowAsync<BigQueryException>(() => _bigQuery.DeleteTableAsync(Name, CancellationToken.None));
        (refused.Reason, refused.Status, refused.IsPassing).ShouldBe(("quotaExceeded", 403, false));
        _waits.Waits.ShouldBeEmpty();
    }

    [Theory]
    [InlineData(503, "backendError", true)]
    [InlineData(500, "backendError", true)]
    [InlineData(429, "rateLimitExceeded", true)]
    public async Task An_answer_without_a_reason_is_known_by_its_status(int status, string reason, bool passing)
    {
        for (var i = 0; i < 5; i++) _service.Answer(status, "<html>a proxy's</html>");
        var refused = await Should.ThrowAsync<BigQueryException>(() => _bigQuery.GetTableAsync(Name, CancellationToken.None));
        (refused.Reason, refused.Status, refused.IsPassing).ShouldBe((reason, status, passing));
        _service.Unasked.ShouldBe(0);
    }

    [Fact]
    public async Task What_is_not_BigQuery_is_said_to_be()
    {
        _service.Answer(200, "<html>Welcome</html>");
        var retry = await Should.ThrowAsync<RetryException>(() => _bigQuery.GetTableAsync(Name, CancellationToken.None));
        retry.Message.ShouldStartWith("BigQuery answered asking for table catalog.products with JSON that is none of its own");
        // A parser's message quotes what it found: of an answer with rows, a cell.
        retry.Message.ShouldNotContain("<");
        retry.Hint.ShouldBe("Check LANDFALL_BIGQUERY_ENDPOINT.");
    }

    [Fact]
    public async Task Nobody_there_is_a_retry()
    {
        var address = _service.Address;
        await _service.DisposeAsync();
        var nobody = new BigQueryClient("my-project", "EU", address, _http, _waits, new Random(1));
        (await Should.ThrowAsync<RetryException>(() => nobody.GetTableAsync(Name, CancellationToken.None))).Message.ShouldStartWith($"BigQuery at {address.ToString().TrimEnd('/')} can not be reached");
    }

    public async Task InitializeAsync()
    {
        _service = await ScriptedService.StartAsync();
        _bigQuery = new BigQueryClient("my-project", "EU", _service.Address, _http, _waits, new Random(1));
    }

    public async Task DisposeAsync()
    {
        await _service.DisposeAsync();
        _http.Dispose();
    }
}
