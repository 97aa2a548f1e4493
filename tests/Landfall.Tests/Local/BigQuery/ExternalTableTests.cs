using System.Text;
using System.Text.Json.Nodes;
using Landfall.Avro;
using Landfall.Local.Storage;
using Shouldly;
using Xunit;
using Xunit.Abstractions;

namespace Landfall.Tests.Local.BigQuery;

/// <summary>External tables of the local BigQuery: a query answers from the objects as they are at that moment.</summary>
public sealed class ExternalTableTests(Database database, ITestOutputHelper output) : IClassFixture<Database>, IAsyncLifetime
{
    private const string Schema = """{"fields":[{"name":"id","type":"INTEGER"},{"name":"name","type":"STRING"}]}""";

    private readonly string _dataset = $"d_{Guid.NewGuid():N}";
    private readonly string _bucket = $"b-{Guid.NewGuid():N}";
    private BigQueryServer _server = null!;

    public async Task InitializeAsync()
    {
        _server = await BigQueryServer.StartAsync(database.DataSource, TimeProvider.System);
        await _server.Store.CreateBucketAsync(_bucket);
        await SendAsync("POST", "/datasets", $$$"""{"datasetReference":{"datasetId":"{{{_dataset}}}"},"location":"EU"}""");
    }

    public async Task DisposeAsync() => await _server.DisposeAsync();

    [Fact]
    public async Task It_is_made_shown_changed_and_dropped_and_a_query_reads_its_objects()
    {
        await PutAsync("a_1.csv", "id,name\n1,a\n");
        var made = await CreateAsync("t", $$$"""
            "schema":{{{Schema}}},"externalDataConfiguration":{"sourceFormat":"CSV","sourceUris":["gs://{{{_bucket}}}/a_*.csv"],"csvOptions":{"skipLeadingRows":"1"},"connectionId":"projects/local/locations/eu/connections/c"}
            """);
        ((string?)made["type"], (string?)made["externalDataConfiguration"]!["connectionId"]).ShouldBe(("EXTERNAL", "projects/local/locations/eu/connections/c"));
        (await AskAsync($"SELECT id, name FROM {_dataset}.t")).ShouldBe("1|a");

        await PutAsync("a_2.csv", "id,name\n2,b\n");
        await PutAsync("b_3.csv", "id,name\n3,c\n");
        (await AskAsync($"SELECT STRING_AGG(name, '' ORDER BY id) FROM {_dataset}.t")).ShouldBe("ab");
        await PutAsync("a_1.csv", "id,name\n9,z\n");
        (await AskAsync($"SELECT STRING_AGG(name, '' ORDER BY id) FROM {_dataset}.t")).ShouldBe("bz");
        await AskAsync($"CREATE VIEW {_dataset}.v AS SELECT MAX(id) AS most FROM {_dataset}.t");
        await PutAsync("a_3.csv", "id,name\n10,y\n");
        (await AskAsync($"SELECT most FROM {_dataset}.v")).ShouldBe("10");
        await _server.Store.DeleteAsync(_bucket, "a_3.csv");
        (await AskAsync($"SELECT most FROM {_dataset}.v")).ShouldBe("9");

        var patched = await SendAsync("PATCH", $"/datasets/{_dataset}/tables/t", $$$"""{"schema":{"fields":[{"name":"only","type":"STRING"}]},"externalDataConfiguration":{"sourceUris":["gs://{{{_bucket}}}/b_*.csv"],"ignoreUnknownValues":true}}""");
        patched.Status.ShouldBe(200, patched.Body.ToJsonString());
        (await AskAsync($"SELECT only FROM {_dataset}.t")).ShouldBe("3");
        ((string?)(await SendAsync("GET", $"/datasets/{_dataset}/tables/t")).Body["externalDataConfiguration"]!["csvOptions"]!["skipLeadingRows"]).ShouldBe("1");
        (await FailAsync($"DROP TABLE {_dataset}.t")).ShouldContain("currently a EXTERNAL");
        await AskAsync($"DROP EXTERNAL TABLE {_dataset}.t");
        (await SendAsync("GET", $"/datasets/{_dataset}/tables/t")).Status.ShouldBe(404);
    }

    [Fact]
    public async Task What_can_not_be_read_is_passed_over_as_often_as_it_is_allowed()
    {
        await PutAsync("r_1.csv", "1,a\nx,b\n3,c\n");
        var external = $$"""{"sourceFormat":"CSV","sourceUris":["gs://{{_bucket}}/r_*.csv"],"schema":{{Schema}}""";
        await CreateAsync("strict", $$"""
            "externalDataConfiguration":{{external}}}
            """);
        await CreateAsync("lenient", $$"""
            "externalDataConfiguration":{{external}},"maxBadRecords":1}
            """);
        (await FailAsync($"SELECT id FROM {_dataset}.strict")).ShouldContain("Error while reading data");
        (await AskAsync($"SELECT COUNT(*) FROM {_dataset}.lenient")).ShouldBe("2");
        await PutAsync("r_1.csv", "1,a\n");
        (await AskAsync($"SELECT id FROM {_dataset}.strict")).ShouldBe("1");
        await _server.Store.DeleteAsync(_bucket, "r_1.csv");
        (await FailAsync($"SELECT id FROM {_dataset}.strict")).ShouldContain("matched no files");
    }

    [Fact]
    public async Task Avro_brings_its_columns_along()
    {
        await PutAsync("n.jsonl", "{\"name\":\"a\",\"id\":\"1\",\"more\":1}\n");
        await AskAsync($"CREATE EXTERNAL TABLE {_dataset}.n (id INT64, name STRING) WITH CONNECTION `local.eu.c` OPTIONS (format = 'JSON', uris = ['gs://{_bucket}/n.jsonl'], ignore_unknown_values = TRUE, max_bad_records = 3)");
        (await AskAsync($"SELECT id, name FROM {_dataset}.n")).ShouldBe("1|a");
        await PutAsync("o.avro", await AvroAsync(7, "seven"));
        await AskAsync($"CREATE OR REPLACE EXTERNAL TABLE {_dataset}.n OPTIONS (format = 'AVRO', uris = ['gs://{_bucket}/*.avro'], enable_logical_types = TRUE)");
        (await AskAsync($"SELECT id, name FROM {_dataset}.n")).ShouldBe("7|seven");
        ((string?)(await SendAsync("GET", $"/datasets/{_dataset}/tables/n")).Body["schema"]!["fields"]![0]!["type"]).ShouldBe("INTEGER");
    }

    [Fact]
    public async Task Nothing_is_written_to_it()
    {
        await PutAsync("w.csv", "1,a\n");
        await AskAsync($"CREATE EXTERNAL TABLE {_dataset}.w (id INT64, name STRING) OPTIONS (format = 'CSV', uris = ['gs://{_bucket}/w.csv'])");
        foreach (var statement in (string[])[$"INSERT INTO {_dataset}.w VALUES (2, 'b')", $"DELETE FROM {_dataset}.w WHERE TRUE", $"UPDATE {_dataset}.w SET id = 3 WHERE TRUE"])
            (await FailAsync(statement)).ShouldContain("not allowed for this operation");
        (await SendAsync("POST", $"/datasets/{_dataset}/tables/w/insertAll", """{"rows":[{"json":{"id":1}}]}""")).Status.ShouldBe(400);
        (await SendAsync("GET", $"/datasets/{_dataset}/tables/w/data")).Status.ShouldBe(400);
        (await AskAsync($"SELECT id FROM {_dataset}.w")).ShouldBe("1");
    }

    [Theory]
    [InlineData("""{"sourceFormat":"PARQUET","sourceUris":["gs://b/a"]}""", "PARQUET")]
    [InlineData("""{"sourceFormat":"CSV","sourceUris":["gs://b/*/*"],"schema":{"fields":[{"name":"a","type":"STRING"}]}}""", "one '*'")]
    [InlineData("""{"sourceFormat":"CSV","sourceUris":[]}""", "sourceUris")]
    [InlineData("""{"sourceFormat":"CSV","sourceUris":["gs://b/a"],"connectionId":"eu.c","schema":{"fields":[{"name":"a","type":"STRING"}]}}""", "associated connection_id")]
    [InlineData("""{"sourceFormat":"CSV","sourceUris":["gs://b/a"]}""", "No schema")]
    public async Task What_is_wrong_with_it_is_told(string external, string reason)
    {
        var (status, body) = await SendAsync("POST", $"/datasets/{_dataset}/tables", $$$"""{"tableReference":{"datasetId":"{{{_dataset}}}","tableId":"wrong"},"externalDataConfiguration":{{{external}}}}""");
        status.ShouldBe(400);
        ((string?)body["error"]!["message"]).ShouldNotBeNull().ShouldContain(reason);
    }

    [Fact]
    public async Task Bq_makes_one_and_asks_it()
    {
        if (!Bq.IsInstalled) return;
        using var folder = new TempFolder();
        var bq = new Bq(_server.Endpoint, folder.Path, output.WriteLine);
        await PutAsync("bq_1.csv", "id,name\n1,a\n");
        var definition = Path.Combine(folder.Path, "definition.json");
        await File.WriteAllTextAsync(definition, $$"""{"sourceFormat":"CSV","sourceUris":["gs://{{_bucket}}/bq_*.csv"],"csvOptions":{"skipLeadingRows":1},"schema":{{Schema}} }""");
        await bq.RunAsync("mk", $"--external_table_definition={definition}", $"{_dataset}.q");
        (await bq.RunAsync("ls", _dataset)).ShouldContain("EXTERNAL");
        await PutAsync("bq_2.csv", "id,name\n2,b\n");
        (await bq.RunAsync("query", "--nouse_legacy_sql", "--format=csv", $"SELECT id, name FROM {_dataset}.q ORDER BY id")).ShouldContain("1,a\n2,b");
        await bq.RunAsync("rm", "-f", "-t", $"{_dataset}.q");
    }

    /// <summary>A file of one record, of a number and a text.</summary>
    internal static async Task<byte[]> AvroAsync(long id, string name, string second = "name")
    {
        var file = new MemoryStream();
        var writer = new AvroFileWriter(file, $$"""{"type":"record","name":"r","fields":[{"name":"id","type":"long"},{"name":"{{second}}","type":"string"}]}""", AvroCodec.Deflate);
        writer.Long(id);
        writer.Bytes(Encoding.UTF8.GetBytes(name));
        writer.End();
        await writer.CompleteAsync(default);
        return file.ToArray();
    }

    private Task PutAsync(string name, string content) => PutAsync(name, Encoding.UTF8.GetBytes(content));

    private async Task PutAsync(string name, byte[] content) => (await _server.Store.PutAsync(_bucket, name, new MemoryStream(content), new PutOptions())).ShouldNotBeNull();

    private Task<(int Status, JsonObject Body)> SendAsync(string method, string path, string? json = null) => _server.SendAsync(method, path, json);

    private async Task<JsonObject> CreateAsync(string name, string members)
    {
        var (status, body) = await SendAsync("POST", $"/datasets/{_dataset}/tables", $$$"""{"tableReference":{"projectId":"local","datasetId":"{{{_dataset}}}","tableId":"{{{name}}}"},{{{members}}}}""");
        status.ShouldBe(200, body.ToJsonString());
        return body;
    }

    private async Task<string> AskAsync(string sql)
    {
        var (status, body) = await QueryAsync(sql);
        status.ShouldBe(200, body.ToJsonString());
        return string.Join('\n', (body["rows"]?.AsArray() ?? []).Select(row => string.Join('|', row!["f"]!.AsArray().Select(cell => (string?)cell!["v"] ?? "NULL"))));
    }

    private async Task<string> FailAsync(string sql)
    {
        var (status, body) = await QueryAsync(sql);
        status.ShouldNotBe(200, body.ToJsonString());
        return (string)body["error"]!["message"]!;
    }

    private Task<(int Status, JsonObject Body)> QueryAsync(string sql) => SendAsync("POST", "/queries", new JsonObject { ["query"] = sql, ["useLegacySql"] = false, ["timeoutMs"] = 60_000 }.ToJsonString());
}
