using Landfall.Cloud;
using Shouldly;
using Xunit;

namespace Landfall.Tests.Cloud;

/// <summary>Query jobs: their requests, and what is done when one is lost, fails or is refused.</summary>
public sealed class BigQueryJobTests : IAsyncLifetime
{
    private const string Jobs = "/bigquery/v2/projects/my-project/jobs";
    private const string Done = """{"jobReference":{"jobId":"j"},"status":{"state":"DONE"},"statistics":{"query":{"numDmlAffectedRows":"7"}}}""";
    private const string Running = """{"jobReference":{"jobId":"j"},"status":{"state":"RUNNING"}}""";

    private readonly HttpClient _http = new();
    private readonly RecordedWaits _waits = new();
    private ScriptedService _service = null!;
    private BigQueryClient _bigQuery = null!;

    [Fact]
    public async Task A_statement_is_a_job_with_typed_named_parameters()
    {
        _service.Answer(200, Done);
        var query = new QueryRequest("UPDATE t SET a = @a WHERE b IN UNNEST(@b)")
        {
            Parameters =
            [
                QueryParameter.Scalar("a", "INT64", "-5"), QueryParameter.Scalar("n", "DATE", null), QueryParameter.Array("b", "STRING", ["x", ""]),
                QueryParameter.Array("none", "INT64", []),
                QueryParameter.Table("rows", [new TableField("id", "INT64"), new TableField("at", "TIMESTAMP")], [["1", "2024-01-05 06:00:00+00:00"], ["2", null]]),
            ],
            Labels = new Dictionary<string, string> { ["contract"] = "product_catalog" },
        };
        (await _bigQuery.ExecuteAsync("commit-1", query, CancellationToken.None)).ShouldBe(7);
        _service.Asked.Single().Line.ShouldBe($"POST {Jobs}");
        _service.Asked[0].ShouldSend("""
            {"jobReference":{"projectId":"my-project","jobId":"commit-1","location":"EU"},
             "configuration":{"labels":{"contract":"product_catalog"},"query":{"query":"UPDATE t SET a = @a WHERE b IN UNNEST(@b)","useLegacySql":false,
              "parameterMode":"NAMED","queryParameters":[
               {"name":"a","parameterType":{"type":"INT64"},"parameterValue":{"value":"-5"}},
               {"name":"n","parameterType":{"type":"DATE"},"parameterValue":{"value":null}},
               {"name":"b","parameterType":{"type":"ARRAY","arrayType":{"type":"STRING"}},"parameterValue":{"arrayValues":[{"value":"x"},{"value":""}]}},
               {"name":"none","parameterType":{"type":"ARRAY","arrayType":{"type":"INT64"}},"parameterValue":{"arrayValues":[]}},
               {"name":"rows","parameterType":{"type":"ARRAY","arrayType":{"type":"STRUCT","structTypes":[
                  {"name":"id","type":{"type":"INT64"}},{"name":"at","type":{"type":"TIMESTAMP"}}]}},
                "parameterValue":{"arrayValues":[
                  {"structValues":{"id":{"value":"1"},"at":{"value":"2024-01-05 06:00:00+00:00"}}},
                  {"structValues":{"id":{"value":"2"},"at":{"value":null}}}]}}]}}}
            """);
    }

    [Fact]
    public async Task A_script_changes_an_unknown_number_of_rows()
    {
        _service.Answer(200, """{"jobReference":{"jobId":"j"},"status":{"state":"DONE"},"statistics":{"numChildJobs":"4","query":{"statementType":"SCRIPT"}}}""");
        (await _bigQuery.ExecuteAsync("j", new QueryRequest("BEGIN TRANSACTION; COMMIT TRANSACTION"), CancellationToken.None)).ShouldBeNull();
        _service.Asked.Single().ShouldSend("""
            {"jobReference":{"projectId":"my-project","jobId":"j","location":"EU"},
             "configuration":{"query":{"query":"BEGIN TRANSACTION; COMMIT TRANSACTION","useLegacySql":false}}}
            """);
    }

    [Fact]
    public async Task A_job_is_asked_for_in_its_location_less_and_less_often()
    {
        for (var i = 0; i < 14; i++) _service.Answer(200, Running);
        _service.Answer(200, Done);
        await _bigQuery.ExecuteAsync("j", new QueryRequest("x"), CancellationToken.None);
        _service.Asked.Skip(1).Select(a => a.Line).Distinct().Single().ShouldBe($"GET {Jobs}/j?location=EU");
        _waits.Waits.Count.ShouldBe(14);
        _waits.Waits.ShouldBe(_waits.Waits.Order());
        (_waits.Waits[0].TotalMilliseconds, _waits.Waits[^1].TotalSeconds).ShouldBe((50, 2));
    }

    [Fact]
    public async Task Cancelling_ends_the_waiting()
    {
        using var cancel = new CancellationTokenSource(200);
        for (var i = 0; i < 100; i++) _service.Answer(200, Running);
        var patient = new BigQueryClient("my-project", "EU", _service.Address, _http, TimeProvider.System, new Random(1));
        await Should.ThrowAsync<OperationCanceledException>(() => patient.ExecuteAsync("j", new QueryRequest("x"), cancel.Token));
    }

    [Fact]
    public async Task After_a_lost_reply_the_same_job_is_sent_again_and_found()
    {
        _service.Answer(0).Answer(503).Refuse(409, "duplicate", "Already Exists: Job my-project:EU.j").Answer(200, Running).Answer(200, Done);
        (await _bigQuery.ExecuteAsync("j", new QueryRequest("x"), CancellationToken.None)).ShouldBe(7);
        _service.Asked.Select(a => a.Line).ShouldBe([$"POST {Jobs}", $"POST {Jobs}", $"POST {Jobs}", $"GET {Jobs}/j?location=EU", $"GET {Jobs}/j?location=EU"]);
        _service.Asked.Take(3).ShouldAllBe(a => a.Body.SequenceEqual(_service.Asked[0].Body));
    }

    [Fact]
    public async Task A_job_that_is_not_known_yet_is_sent_again_under_its_id()
    {
        _service.Refuse(409, "duplicate").Refuse(404, "notFound").Refuse(409, "duplicate").Answer(200, Done);
        (await _bigQuery.ExecuteAsync("j", new QueryRequest("x"), CancellationToken.None)).ShouldBe(7);
        _service.Asked.Where(a => a.Method == "POST").Select(a => (string?)a.Json["jobReference"]!["jobId"]).ShouldBe(["j", "j"]);
    }

    [Fact]
    public async Task A_job_that_is_taken_and_never_found_is_said_to_be()
    {
        for (var i = 0; i < 5; i++) _service.Refuse(409, "duplicate", "Already Exists: Job my-project:US.j").Refuse(404, "notFound");
        var refused = await Should.ThrowAsync<BigQueryException>(() => _bigQuery.ExecuteAsync("j", new QueryRequest("x"), CancellationToken.None));
        (refused.Reason, refused.Status).ShouldBe(("duplicate", 409));
        refused.Message.ShouldContain("my-project:US.j");
        _service.Unasked.ShouldBe(0);
    }

    [Theory]
    [InlineData("backendError", true)]
    [InlineData("internalError", true)]
    [InlineData("jobInternalError", true)]
    [InlineData("rateLimitExceeded", true)]
    [InlineData("quotaExceeded", false)]
    [InlineData("invalidQuery", false)]
    public async Task A_statement_that_failed_is_not_run_again(string reason, bool passing)
    {
        _service.Answer(200, Failed(reason));
        var failed = await Should.ThrowAsync<BigQueryException>(() => _bigQuery.ExecuteAsync("j", new QueryRequest("x"), CancellationToken.None));
        (failed.Reason, failed.Status, failed.IsPassing).ShouldBe((reason, 0, passing));
        failed.Message.ShouldStartWith($"BigQuery failed running a statement (job j) with {reason}: It broke at [3:1]");
        _service.Asked.Count.ShouldBe(1);
    }

    [Fact]
    public async Task A_refusal_after_a_lost_reply_is_no_proof_that_nothing_happened()
    {
        _service.Answer(0).Refuse(403, "quotaExceeded").Answer(200, Done);
        (await _bigQuery.ExecuteAsync("j", new QueryRequest("x"), CancellationToken.None)).ShouldBe(7);
        _service.Asked[2].Line.ShouldBe($"GET {Jobs}/j?location=EU");
    }

    [Fact]
    public async Task A_refusal_is_thrown_when_there_is_no_such_job()
    {
        _service.Refuse(403, "quotaExceeded", "No more today").Refuse(404, "notFound");
        var refused = await Should.ThrowAsync<BigQueryException>(() => _bigQuery.ExecuteAsync("j", new QueryRequest("x"), CancellationToken.None));
        (refused.Reason, refused.Status, refused.IsPassing).ShouldBe(("quotaExceeded", 403, false));
        _waits.Waits.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_query_that_failed_in_passing_is_run_again_under_the_next_id_and_read_page_by_page()
    {
        _service.Answer(200, Failed("backendError")).Refuse(409, "duplicate").Answer(200, Failed("jobInternalError")).Answer(200, Done)
            .Answer(200, """{"jobComplete":true,"totalRows":"3","pageToken":"a+b/c=","schema":{},"rows":[{"f":[{"v":"1"},{"v":null}]},{"f":[{"v":"2"},{"v":""}]}]}""")
            .Answer(200, """{"jobComplete":true,"totalRows":"3","rows":[{"f":[{"v":"1704434400000000"},{"v":[{"v":"x"}]}]}]}""");
        (await RowsAsync("q")).ShouldBe(["1|NULL", "2|", """1704434400000000|[{"v":"x"}]"""]);
        _service.Asked.Where(a => a.Method == "POST").Select(a => (string?)a.Json["jobReference"]!["jobId"]).ShouldBe(["q_0", "q_1", "q_2"]);
        const string Rows = "GET /bigquery/v2/projects/my-project/queries/q_2?formatOptions.useInt64Timestamp=true&location=EU&maxResults=10000";
        _service.Asked.TakeLast(2).Select(a => a.Ordered).ShouldBe([Rows, Rows + "&pageToken=a%2Bb%2Fc%3D"]);
    }

    [Fact]
    public async Task A_query_without_rows_has_none()
    {
        _service.Answer(200, Done).Answer(200, """{"jobComplete":true,"totalRows":"0"}""");
        (await RowsAsync("q")).ShouldBeEmpty();
    }

    [Fact]
    public async Task A_query_fails_after_three_ids()
    {
        for (var i = 0; i < 4; i++) _service.Answer(200, Failed("backendError"));
        (await Should.ThrowAsync<BigQueryException>(() => RowsAsync("q"))).Message.ShouldContain("(job q_2) with backendError");
        _service.Unasked.ShouldBe(1);
    }

    [Fact]
    public async Task A_wrong_query_fails_at_once()
    {
        _service.Answer(200, Failed("invalidQuery"));
        (await Should.ThrowAsync<BigQueryException>(() => RowsAsync("q"))).IsPassing.ShouldBeFalse();
        _service.Asked.Count.ShouldBe(1);
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

    private static string Failed(string reason) =>
        $$$"""{"jobReference":{"jobId":"j"},"status":{"state":"DONE","errorResult":{"reason":"{{{reason}}}","message":"It broke at [3:1]"},"errors":[]}}""";

    private async Task<List<string>> RowsAsync(string jobId)
    {
        var rows = new List<string>();
        await foreach (var row in _bigQuery.QueryAsync(jobId, new QueryRequest("SELECT 1"), CancellationToken.None))
            rows.Add(string.Join('|', row.Select(cell => cell ?? "NULL")));
        return rows;
    }
}
