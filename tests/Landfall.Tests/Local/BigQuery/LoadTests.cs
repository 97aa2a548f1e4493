using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;
using Landfall.Avro;
using Landfall.Contracts;
using Landfall.Local.Storage;
using Shouldly;
using Xunit;

namespace Landfall.Tests.Local.BigQuery;

public sealed class LoadTests(Database database) : IClassFixture<Database>, IAsyncLifetime
{
    private static int _jobs;

    private readonly string _dataset = $"d_{Guid.NewGuid():N}";
    private BigQueryServer _server = null!;

    public async Task InitializeAsync()
    {
        _server = await BigQueryServer.StartAsync(database.DataSource, TimeProvider.System);
        (await _server.SendAsync("POST", "/datasets", $$$"""{"datasetReference":{"datasetId":"{{{_dataset}}}"}}""")).Status.ShouldBe(200);
        await _server.Store.CreateBucketAsync("files");
    }

    public async Task DisposeAsync() => await _server.DisposeAsync();

    [Theory]
    [InlineData("a,1\nb,\n", "", "a|1,b|")]
    [InlineData("x;y\na;1\n\"b;c\";2\n", ""","skipLeadingRows":"1","fieldDelimiter":";" """, "a|1,b;c|2")]
    [InlineData("NA,1\n,2\n", ""","nullMarker":"NA" """, "|1,|2")]
    [InlineData("\"a\nb\",1\n", ""","allowQuotedNewlines":true""", "a\nb|1")]
    [InlineData("a\nb,1,2\n", ""","allowJaggedRows":true,"ignoreUnknownValues":true""", "a|,b|1")]
    [InlineData("a,x\nb,1\nc,y\n", ""","maxBadRecords":2""", "b|1")]
    public async Task CSV_lands_as_its_options_say(string csv, string options, string rows)
    {
        await TableAsync("""{"name":"name","type":"STRING"},{"name":"n","type":"INTEGER"}""");
        Fault(await LoadAsync(csv, options)).ShouldBe("");
        (await RowsAsync("name || '|' || coalesce(n::text, '')", "coalesce(name, '') || '|' || coalesce(n::text, '')")).ShouldBe(rows);
    }

    [Theory]
    [InlineData("a,x\n", "", "CSV table encountered too many errors, giving up. Rows: 1; errors: 1.")]
    [InlineData("a,1,2\n", "", "CSV table encountered too many errors")]
    [InlineData("\"a\nb\",1\n", "", "CSV table encountered too many errors")]
    [InlineData("\"a,1\n", "", "Error while reading data, error message")]
    [InlineData("\"a\0\",1\n", "", "CSV table encountered too many errors")]
    [InlineData("{\"other\":1}\n", ""","sourceFormat":"NEWLINE_DELIMITED_JSON" """, "JSON table encountered too many errors")]
    [InlineData("[1]\n", ""","sourceFormat":"NEWLINE_DELIMITED_JSON" """, "JSON table encountered too many errors")]
    [InlineData("no avro", ""","sourceFormat":"AVRO" """, "The Apache Avro library failed to parse the header")]
    [InlineData("a,1\n", ""","schema":{"fields":[{"name":"name","type":"INTEGER"},{"name":"n","type":"INTEGER"}]}""", "Field name has changed type from STRING to INT64")]
    [InlineData("a,1\n", ""","autodetect":true,"sourceFormat":"PARQUET" """, "is not supported by the local BigQuery")]
    public async Task What_is_wrong_lands_nothing(string file, string options, string why)
    {
        await TableAsync("""{"name":"name","type":"STRING"},{"name":"n","type":"INTEGER"}""");
        await LoadAsync("before,0\n");
        Fault(await LoadAsync(file, options)).ShouldContain(why);
        (await RowsAsync("name")).ShouldBe("before");
    }

    [Fact]
    public async Task NDJSON_keeps_empty_strings_and_knows_what_is_required()
    {
        await TableAsync("""{"name":"name","type":"STRING","mode":"REQUIRED"},{"name":"at","type":"TIMESTAMP"},{"name":"price","type":"NUMERIC"},{"name":"more","type":"JSON"}""");
        const string format = ""","sourceFormat":"NEWLINE_DELIMITED_JSON" """;
        Fault(await LoadAsync("""
            {"NAME":"","at":"2024-01-05 08:00:00.5+02:00","price":"1.5","more":{"a":[1]}}
            {"name":"x","at":1704434400.25,"price":2}
            """, format)).ShouldBe("");
        (await RowsAsync("name || '|' || to_char(at AT TIME ZONE 'UTC', 'HH24:MI:SS.MS') || '|' || price || '|' || coalesce(more::text, '')"))
            .ShouldBe("""|06:00:00.500|1.5|{"a": [1]},x|06:00:00.250|2|""");
        var failed = await LoadAsync("{\"name\":null}\n{}\n", format);
        failed["status"]!["errors"]!.AsArray().Select(error => (string?)error!["message"]).First().ShouldBe(
            "Error while reading data, error message: JSON parsing error: Missing required field: name. Field: name; row 1");
    }

    [Fact]
    public async Task Avro_keeps_its_types_and_makes_a_table_of_its_own()
    {
        var file = await AvroAsync();
        await _server.Store.PutAsync("files", "a.avro", new MemoryStream(file), new PutOptions());
        const string options = ""","sourceFormat":"AVRO","useAvroLogicalTypes":true,"sourceUris":["gs://files/a.avro"]""";
        Fault(await InsertAsync(options + ""","createDisposition":"CREATE_NEVER" """)).ShouldBe($"Not found: Table local:{_dataset}.t");
        var job = await InsertAsync(options);
        Fault(job).ShouldBe("");
        job["statistics"]!["load"]!.ToJsonString().ShouldBe($$"""{"inputFiles":"1","badRecords":"0","outputRows":"3","outputBytes":"{{file.Length}}","inputFileBytes":"{{file.Length}}"}""");
        var table = (await _server.SendAsync("GET", $"/datasets/{_dataset}/tables/t")).Body;
        table["schema"]!["fields"]!.AsArray().Select(field => $"{field!["name"]} {field["type"]} {field["mode"]}")
            .ShouldBe(["name STRING NULLABLE", "n INTEGER REQUIRED", "price NUMERIC NULLABLE", "day DATE NULLABLE", "at TIMESTAMP NULLABLE"]);
        var data = (await _server.SendAsync("GET", $"/datasets/{_dataset}/tables/t/data?formatOptions.useInt64Timestamp=true")).Body;
        data["rows"]!.AsArray().Select(row => string.Join('|', row!["f"]!.AsArray().Select(cell => (string?)cell!["v"] ?? "NULL")))
            .ShouldBe(["|1|-12.345|2024-01-05|1704434400123456", "NULL|2|NULL|NULL|NULL", "ä|3|0|1969-12-31|-1"]);
        data = (await _server.SendAsync("GET", $"/datasets/{_dataset}/tables/t/data?maxResults=1")).Body;
        ((string?)data["rows"]![0]!["f"]![4]!["v"], (string?)data["pageToken"], (string?)data["totalRows"]).ShouldBe(("1.704434400123456E9", "1", "3"));
        (await _server.SendAsync("GET", $"/datasets/{_dataset}/tables/t/data?maxResults=5&pageToken=1")).Body["rows"]!.AsArray().Count.ShouldBe(2);
        Fault(await InsertAsync(""","sourceFormat":"AVRO","sourceUris":["gs://files/a.avro"]""")).ShouldContain("Field day has changed type from DATE to INT64");
    }

    [Fact]
    public async Task A_partition_takes_its_own_rows_only_and_is_replaced_alone()
    {
        await TableAsync("""{"name":"day","type":"DATE"},{"name":"n","type":"INTEGER"}""", ""","timePartitioning":{"type":"DAY","field":"day"}""");
        Fault(await LoadAsync("2024-01-05,1\n2024-01-05,2\n", table: "t$20240105")).ShouldBe("");
        Fault(await LoadAsync("2024-01-06,3\n", table: "t$20240106")).ShouldBe("");
        Fault(await LoadAsync("2024-01-05,4\n", ""","writeDisposition":"WRITE_TRUNCATE" """, "t$20240105")).ShouldBe("");
        (await RowsAsync("n::text")).ShouldBe("3,4");
        Fault(await LoadAsync("2024-01-05,5\n2024-01-06,6\n", table: "t$20240105")).ShouldBe("Some rows belong to different partitions rather than destination partition 20240105");
        Fault(await LoadAsync(",7\n", table: "t$20240105")).ShouldContain("Some rows belong to different partitions");
        Fault(await LoadAsync("2024-01-07,8\n", ""","writeDisposition":"WRITE_EMPTY" """, "t$20240107")).ShouldBe("");
        Fault(await LoadAsync("2024-01-07,9\n", ""","writeDisposition":"WRITE_EMPTY" """, "t$20240107")).ShouldBe($"Already Exists: Table local:{_dataset}.t");
        (await RowsAsync("n::text")).ShouldBe("3,4,8");
        Fault(await LoadAsync("2024-01-07,1\n", ""","writeDisposition":"WRITE_TRUNCATE" """)).ShouldBe("");
        (await RowsAsync("n::text")).ShouldBe("1");
    }

    [Fact]
    public async Task Objects_are_found_by_name_and_never_by_generation()
    {
        await TableAsync("""{"name":"n","type":"INTEGER"}""");
        var version = (await _server.Store.PutAsync("files", "many/1.csv", new MemoryStream("1\n"u8.ToArray()), new PutOptions()))!;
        await _server.Store.PutAsync("files", "many/2.csv", new MemoryStream("2\n"u8.ToArray()), new PutOptions());
        await _server.Store.PutAsync("files", "many/3.txt", new MemoryStream("x\n"u8.ToArray()), new PutOptions());
        Fault(await InsertAsync(""","sourceUris":["gs://files/many/*.csv"]""")).ShouldBe("");
        (await RowsAsync("n::text")).ShouldBe("1,2");
        Fault(await InsertAsync($$$""","sourceUris":["gs://files/many/1.csv#{{{version.Generation}}}"]""")).ShouldStartWith("Not found: URI gs://files/many/1.csv#");
        Fault(await InsertAsync(""","sourceUris":["gs://files/none/*"]""")).ShouldBe("Not found: URI gs://files/none/*");
    }

    [Fact]
    public async Task A_jobs_id_is_used_once_whatever_became_of_it()
    {
        await TableAsync("""{"name":"n","type":"INTEGER"}""");
        await _server.Store.PutAsync("files", "bad.csv", new MemoryStream("x\n"u8.ToArray()), new PutOptions());
        var body = $$$$"""{"jobReference":{"jobId":"once"},"configuration":{"load":{"destinationTable":{"datasetId":"{{{{_dataset}}}}","tableId":"t"},"sourceUris":["gs://files/bad.csv"]}}}""";
        var first = await _server.SendAsync("POST", "/jobs", body);
        (first.Status, (string?)first.Body["status"]!["state"], (string?)first.Body["status"]!["errorResult"]!["reason"]).ShouldBe((200, "DONE", "invalid"));
        var second = await _server.SendAsync("POST", "/jobs", body);
        (second.Status, (string?)second.Body["error"]!["errors"]![0]!["reason"], (string?)second.Body["error"]!["message"]).ShouldBe((409, "duplicate", "Already Exists: Job local:US.once"));
        var kept = (await _server.SendAsync("GET", "/jobs/once")).Body;
        ((string?)kept["id"], (string?)kept["configuration"]!["jobType"]).ShouldBe(("local:US.once", "LOAD"));
        var start = await _server.Http.PostAsync("/upload/bigquery/v2/projects/local/jobs?uploadType=resumable", new StringContent(body, Encoding.UTF8, "application/json"));
        ((int)start.StatusCode).ShouldBe(409);
        (await _server.SendAsync("GET", "/jobs/never")).Status.ShouldBe(404);
        (await _server.SendAsync("GET", "/queries/once")).Status.ShouldBe(400);
    }

    [Fact]
    public async Task An_upload_that_was_cut_goes_on_and_its_job_runs_once()
    {
        await TableAsync("""{"name":"n","type":"INTEGER"}""");
        var content = Encoding.ASCII.GetBytes(string.Concat(Enumerable.Range(0, 100_000).Select(i => $"{i:000000}\n")));
        var body = $$$$$"""{"jobReference":{"jobId":"chunks"},"configuration":{"load":{"destinationTable":{"datasetId":"{{{{{_dataset}}}}}","tableId":"t"}}}}""";
        using var start = await _server.Http.PostAsync("/upload/bigquery/v2/projects/local/jobs?uploadType=resumable", new StringContent(body, Encoding.UTF8, "application/json"));
        var session = start.Headers.Location!;
        (await PutAsync(session, content, 0, 262_143)).Status.ShouldBe(308);
        var asked = await PutAsync(session, content, null, null);
        (asked.Status, asked.Range).ShouldBe((308, "bytes=0-262143"));
        (await PutAsync(session, content, 262_144, content.Length - 1)).Status.ShouldBe(200);
        var again = await PutAsync(session, content, null, null);
        (again.Status, (string?)JsonNode.Parse(again.Body)!["statistics"]!["load"]!["outputRows"]).ShouldBe((200, "100000"));
        (await database.ScalarAsync<long>($"""SELECT count(DISTINCT n) FROM "bq_{_dataset}".t""")).ShouldBe(100_000);
    }

    private async Task<(int Status, string? Range, string Body)> PutAsync(Uri session, byte[] content, int? from, int? to)
    {
        using var part = new ByteArrayContent(from is null ? [] : content[from.Value..(to!.Value + 1)]);
        part.Headers.ContentRange = from is null ? new ContentRangeHeaderValue(content.Length) : new ContentRangeHeaderValue(from.Value, to!.Value, content.Length);
        using var response = await _server.Http.PutAsync(session, part);
        return ((int)response.StatusCode, response.Headers.TryGetValues("Range", out var range) ? range.Single() : null, await response.Content.ReadAsStringAsync());
    }

    private static async Task<byte[]> AvroAsync()
    {
        Column Of(string name, ColumnType type, bool required = false) => new() { Name = Identifier.Parse(name), Source = name, Type = type, Required = required };
        var output = new MemoryStream();
        var rows = new AvroRowWriter(output, Identifier.Parse("t"),
            [Of("name", ColumnType.Text), Of("n", ColumnType.Int64, required: true), Of("price", ColumnType.Numeric), Of("day", ColumnType.Date), Of("at", ColumnType.Timestamp)]);
        Row(1, ""u8.ToArray(), -12.345m, 19727, 1704434400123456);
        Row(2, null, null, null, null);
        Row(3, "ä"u8.ToArray(), 0, -1, -1);
        await rows.CompleteAsync(default);
        return output.ToArray();

        void Row(long n, byte[]? name, decimal? price, int? day, long? at)
        {
            rows.Begin(n);
            if (name is null) rows.Null();
            else rows.Utf8(name);
            rows.Int64(n);
            if (price is null) rows.Null();
            else rows.Numeric(price.Value);
            if (day is null) rows.Null();
            else rows.Date(day.Value);
            if (at is null) rows.Null();
            else rows.Timestamp(at.Value);
            rows.End();
        }
    }

    private async Task TableAsync(string fields, string more = "") => (await _server.SendAsync(
        "POST", $"/datasets/{_dataset}/tables", $$$"""{"tableReference":{"datasetId":"{{{_dataset}}}","tableId":"t"},"schema":{"fields":[{{{fields}}}]}{{{more}}}}""")).Status.ShouldBe(200);

    private async Task<JsonObject> LoadAsync(string content, string options = "", string table = "t")
    {
        await _server.Store.PutAsync("files", "one", new MemoryStream(Encoding.UTF8.GetBytes(content)), new PutOptions());
        return await InsertAsync(""","sourceUris":["gs://files/one"]""" + options, table);
    }

    private async Task<JsonObject> InsertAsync(string options, string table = "t")
    {
        var (status, job) = await _server.SendAsync("POST", "/jobs", $$$$"""
            {"jobReference":{"jobId":"load{{{{Interlocked.Increment(ref _jobs)}}}}"},"configuration":{"load":{"destinationTable":{"datasetId":"{{{{_dataset}}}}","tableId":"{{{{table}}}}"}{{{{options}}}}}}}
            """);
        status.ShouldBe(200, job.ToJsonString());
        return job;
    }

    private static string Fault(JsonObject job) => (string?)job["status"]!["errorResult"]?["message"] ?? "";

    private async Task<string?> RowsAsync(string row, string? lenient = null) =>
        await database.ScalarAsync<string>($"""SELECT string_agg({lenient ?? row}, ',' ORDER BY {lenient ?? row}) FROM "bq_{_dataset}".t""");
}
