using Landfall.Cloud;
using Shouldly;
using Xunit;

namespace Landfall.Tests.Cloud;

/// <summary>Load jobs by resumable upload (https://cloud.google.com/bigquery/docs/reference/api-uploads), request by request.</summary>
public sealed class BigQueryLoadTests : IAsyncLifetime
{
    private const int Granule = 256 << 10;
    private const string Jobs = "/bigquery/v2/projects/my-project/jobs";
    private const string Open = $"POST /upload{Jobs}?uploadType=resumable";
    private const string Done = """{"jobReference":{"jobId":"l_0"},"status":{"state":"DONE"},"statistics":{"load":{"outputRows":"42","badRecords":"0"}}}""";

    private static readonly TableName Into = new("staging", "rows_1");
    private static readonly byte[] Content = Bytes((5 * Granule) + 17);

    private readonly HttpClient _http = new();
    private readonly RecordedWaits _waits = new();
    private ScriptedService _service = null!;
    private BigQueryClient _bigQuery = null!;

    [Fact]
    public async Task An_Avro_file_goes_up_in_chunks_and_becomes_a_job()
    {
        Opened("s").More(2 * Granule).More(4 * Granule).Service.Answer(200, """{"jobReference":{"jobId":"l_0"},"status":{"state":"PENDING"}}""").Answer(200, Done);
        (await LoadAsync()).ShouldBe(42);
        _service.Asked.Select(a => a.Line).ShouldBe([Open, "PUT /s", "PUT /s", "PUT /s", $"GET {Jobs}/l_0?location=EU"]);
        _service.Asked[0].ShouldSend("""
            {"jobReference":{"projectId":"my-project","jobId":"l_0","location":"EU"},
             "configuration":{"labels":{"contract":"people"},"load":{"destinationTable":{"projectId":"my-project","datasetId":"staging","tableId":"rows_1"},
              "sourceFormat":"AVRO","useAvroLogicalTypes":true,"decimalTargetTypes":["NUMERIC","BIGNUMERIC"],
              "createDisposition":"CREATE_NEVER","writeDisposition":"WRITE_APPEND","maxBadRecords":0}}}
            """);
        _service.Asked[0].Headers["X-Upload-Content-Type"].ShouldBe("application/octet-stream");
        _service.Asked[0].Headers["X-Upload-Content-Length"].ShouldBe($"{Content.Length}");
        Ranges().ShouldBe(["bytes 0-524287/1310737", "bytes 524288-1048575/1310737", "bytes 1048576-1310736/1310737"]);
        Puts().SelectMany(a => a.Body).SequenceEqual(Content).ShouldBeTrue();
    }

    [Fact]
    public async Task A_broken_chunk_is_resumed_where_it_broke()
    {
        Opened("s").Service.Answer(0);
        More(Granule).More(3 * Granule).Service.Answer(503);
        More(3 * Granule).More(5 * Granule).Service.Answer(200, Done);
        (await LoadAsync()).ShouldBe(42);
        Ranges().ShouldBe(
        [
            "bytes 0-524287/1310737", "bytes */1310737", "bytes 262144-786431/1310737", "bytes 786432-1310719/1310737", "bytes */1310737",
            "bytes 786432-1310719/1310737", "bytes 1310720-1310736/1310737",
        ]);
    }

    [Fact]
    public async Task What_BigQuery_forgot_goes_up_again()
    {
        Opened("s").More(2 * Granule).More(4 * Granule);
        _service.Answer(0).Answer(308);
        More(2 * Granule).More(4 * Granule).Service.Answer(200, Done);
        (await LoadAsync()).ShouldBe(42);
        Ranges()[4].ShouldBe("bytes 0-524287/1310737");
    }

    [Fact]
    public async Task An_upload_that_gets_nowhere_is_given_up()
    {
        Opened("s");
        for (var i = 0; i < 8; i++) _service.Answer(308);
        await Should.ThrowAsync<RetryException>(LoadAsync);
        // Google's own client asks twice more how much has arrived.
        _service.Asked.Count.ShouldBeInRange(6, 8);
    }

    [Fact]
    public async Task A_job_whose_reply_was_lost_is_told_by_the_upload()
    {
        Opened("s").More(2 * Granule).More(4 * Granule).Service.Answer(0).Answer(200, Done);
        (await LoadAsync()).ShouldBe(42);
        _service.Asked.Count.ShouldBe(5);
    }

    [Theory]
    [InlineData(200, "{}")]
    [InlineData(200, "")]
    [InlineData(404, "")]
    [InlineData(410, "")]
    public async Task Or_else_by_its_id(int status, string body)
    {
        Opened("s").More(2 * Granule).More(4 * Granule).Service.Answer(0).Answer(status, body).Answer(200, Done);
        (await LoadAsync()).ShouldBe(42);
        _service.Asked[^1].Line.ShouldBe($"GET {Jobs}/l_0?location=EU");
        _service.Asked.Count(a => a.Line == Open).ShouldBe(1);
    }

    [Theory]
    [InlineData(404)]
    [InlineData(410)]
    public async Task An_upload_that_is_lost_begins_again_under_the_same_id(int status)
    {
        Opened("s").More(2 * Granule).Service.Answer(status).Refuse(404, "notFound");
        Opened("t").More(2 * Granule).More(4 * Granule).Service.Answer(200, Done);
        (await LoadAsync()).ShouldBe(42);
        _service.Asked.Where(a => a.Line == Open).Select(a => (string?)a.Json["jobReference"]!["jobId"]).ShouldBe(["l_0", "l_0"]);
        _service.Asked.Where(a => a.Line == "PUT /t").SelectMany(a => a.Body).SequenceEqual(Content).ShouldBeTrue();
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task An_id_that_is_taken_is_a_job_to_wait_for(bool atOnce)
    {
        if (!atOnce) Opened("s").More(2 * Granule).More(4 * Granule);
        _service.Refuse(409, "duplicate").Answer(200, Done);
        (await LoadAsync()).ShouldBe(42);
    }

    [Fact]
    public async Task A_load_that_failed_in_passing_goes_up_again_under_the_next_id()
    {
        foreach (var reason in new[] { "backendError", "jobRateLimitExceeded" })
            Opened("s").More(2 * Granule).More(4 * Granule).Service.Answer(200, Failed(reason));
        Opened("s").More(2 * Granule).More(4 * Granule).Service.Answer(200, Done);
        (await LoadAsync()).ShouldBe(42);
        _service.Asked.Where(a => a.Line == Open).Select(a => (string?)a.Json["jobReference"]!["jobId"]).ShouldBe(["l_0", "l_1", "l_2"]);
        _waits.Waits.Count(w => w > TimeSpan.FromSeconds(0.7)).ShouldBe(2, "it rests before each");
    }

    [Theory]
    [InlineData("invalid")]
    [InlineData("quotaExceeded")]
    [InlineData("notFound")]
    public async Task A_load_that_failed_for_good_is_not_repeated(string reason)
    {
        Opened("s").More(2 * Granule).More(4 * Granule).Service.Answer(200, Failed(reason));
        var failed = await Should.ThrowAsync<BigQueryException>(LoadAsync);
        (failed.Reason, failed.Status, failed.IsPassing).ShouldBe((reason, 0, false));
        failed.Message.ShouldStartWith($"BigQuery failed loading 1310737 bytes of Avro into staging.rows_1 (job l_0) with {reason}: It broke");
        _waits.Waits.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_rate_limit_at_the_last_byte_is_waited_out()
    {
        Opened("s").More(2 * Granule).More(4 * Granule).Service.Refuse(403, "rateLimitExceeded");
        Opened("t").More(2 * Granule).More(4 * Granule).Service.Answer(200, Done);
        (await LoadAsync()).ShouldBe(42);
        _waits.Waits.Single().TotalSeconds.ShouldBeInRange(0.8, 1.6);
    }

    [Fact]
    public async Task Who_may_not_is_told_so_before_anything_goes_up()
    {
        _service.Refuse(403, "accessDenied", "Access Denied: Project my-project").Refuse(404, "notFound");
        var refused = await Should.ThrowAsync<BigQueryException>(LoadAsync);
        (refused.Reason, refused.Status).ShouldBe(("accessDenied", 403));
        refused.Message.ShouldEndWith("Grant bigquery.jobs.create on the project and bigquery.tables.updateData to the account that runs this.");
        _service.Asked.ShouldNotContain(a => a.Method == "PUT");
    }

    public async Task InitializeAsync()
    {
        _service = await ScriptedService.StartAsync();
        _bigQuery = new BigQueryClient("my-project", "EU", _service.Address, _http, _waits, new Random(1)) { ChunkSize = 2 * Granule };
    }

    public async Task DisposeAsync()
    {
        await _service.DisposeAsync();
        _http.Dispose();
    }

    private static string Failed(string reason) =>
        $$$"""{"jobReference":{"jobId":"l"},"status":{"state":"DONE","errorResult":{"reason":"{{{reason}}}","message":"It broke"} } }""";

    private static byte[] Bytes(int length)
    {
        var bytes = new byte[length];
        new Random(1).NextBytes(bytes);
        return bytes;
    }

    private Task<long> LoadAsync() =>
        _bigQuery.LoadAvroAsync("l", Into, Content, new Dictionary<string, string> { ["contract"] = "people" }, CancellationToken.None);

    private IEnumerable<ServiceRequest> Puts() => _service.Asked.Where(a => a.Method == "PUT");

    private List<string> Ranges() => [.. Puts().Select(a => a.Headers["Content-Range"])];

    private Script Opened(string session)
    {
        _service.Answer(200, "", ("Location", $"{{address}}/{session}"));
        return new Script(_service);
    }

    private Script More(int has) => new Script(_service).More(has);

    private readonly record struct Script(ScriptedService Service)
    {
        public Script More(int has)
        {
            Service.Answer(308, "", ("Range", $"bytes=0-{has - 1}"));
            return this;
        }
    }
}
