using System.Text.Json.Nodes;
using Landfall.Local.Storage;
using Shouldly;
using Xunit;
using Xunit.Abstractions;

namespace Landfall.Tests.Local.BigQuery;

/// <summary>The real <c>bq</c> is the acceptance client of the local BigQuery.</summary>
public sealed class BqTests(Database database, ITestOutputHelper output) : IClassFixture<Database>, IAsyncLifetime
{
    private readonly string _dataset = $"d_{Guid.NewGuid():N}";
    private readonly TempFolder _folder = new();
    private BigQueryServer _server = null!;
    private Bq _bq = null!;

    public async Task InitializeAsync()
    {
        _server = await BigQueryServer.StartAsync(database.DataSource, TimeProvider.System);
        _bq = new Bq(_server.Endpoint, _folder.Path, output.WriteLine);
    }

    public async Task DisposeAsync()
    {
        await _server.DisposeAsync();
        _folder.Dispose();
    }

    [Fact]
    public async Task Datasets_and_tables_are_made_shown_changed_and_removed()
    {
        if (!IsInstalled()) return;
        await _bq.RunAsync("--location=EU", "mk", "--dataset", "--label", "team:shop", "--description", "A dataset", _dataset);
        (await _bq.TryAsync("mk", "--dataset", _dataset)).Exit.ShouldBe(1);
        (await _bq.RunAsync("ls")).ShouldContain(_dataset);
        await _bq.RunAsync(
            "mk", "--table", "--time_partitioning_field=day", "--time_partitioning_type=DAY", "--clustering_fields=name", "--description=What was sold", $"{_dataset}.t",
            "day:DATE,name:STRING,price:NUMERIC");
        (await _bq.RunAsync("ls", _dataset)).ShouldContain("TABLE");
        Json(await _bq.RunAsync("show", "--schema", "--format=prettyjson", $"{_dataset}.t")).AsArray().Select(field => $"{field!["name"]} {field["type"]}")
            .ShouldBe(["day DATE", "name STRING", "price NUMERIC"]);
        await _bq.RunAsync("update", "--description", "new", "--set_label", "a:b", $"{_dataset}.t");
        var shown = Json(await _bq.RunAsync("show", "--format=prettyjson", $"{_dataset}.t"));
        ((string?)shown["description"], (string?)shown["labels"]!["a"], (string?)shown["location"]).ShouldBe(("new", "b", "EU"));
        var schema = Path.Combine(_folder.Path, "schema.json");
        await File.WriteAllTextAsync(schema, """[{"name":"day","type":"DATE"},{"name":"name","type":"STRING"},{"name":"price","type":"NUMERIC"},{"name":"more","type":"INTEGER"}]""");
        await _bq.RunAsync("update", $"{_dataset}.t", schema);
        (await _bq.RunAsync("show", "--schema", $"{_dataset}.t")).ShouldContain("more");
        (await _bq.TryAsync("show", $"{_dataset}.missing")).Exit.ShouldBe(2);
        await _bq.RunAsync("rm", "-f", "-t", $"{_dataset}.t");
        await _bq.RunAsync("rm", "-f", "-r", "-d", _dataset);
        (await _bq.TryAsync("show", _dataset)).Exit.ShouldBe(2);
    }

    [Fact]
    public async Task Files_are_loaded_from_here_and_from_a_bucket()
    {
        if (!IsInstalled()) return;
        await _bq.RunAsync("mk", "--dataset", _dataset);
        await _bq.RunAsync("mk", "--table", $"{_dataset}.t", "Id:INTEGER,NAME:STRING,at:TIMESTAMP");
        var csv = Path.Combine(_folder.Path, "a.csv");
        await File.WriteAllTextAsync(csv, "id,name,at\n1,Ada,2024-01-05 06:00:00.123456 UTC\n2,,2024-01-05T06:00:00Z\n");
        await _bq.RunAsync("load", "--skip_leading_rows=1", $"{_dataset}.t", csv);
        var head = Json(await _bq.RunAsync("head", "--format=json", $"{_dataset}.t")).AsArray();
        head.ToJsonString().ShouldBe("""[{"Id":"1","NAME":"Ada","at":"2024-01-05 06:00:00"},{"Id":"2","NAME":null,"at":"2024-01-05 06:00:00"}]""");

        await _server.Store.CreateBucketAsync("files");
        await _server.Store.PutAsync("files", "in/1.json", new MemoryStream("{\"Id\":3,\"name\":\"\"}\n"u8.ToArray()), new PutOptions());
        await _server.Store.PutAsync("files", "in/2.json", new MemoryStream("{\"Id\":4}\n"u8.ToArray()), new PutOptions());
        await _bq.RunAsync("load", "--source_format=NEWLINE_DELIMITED_JSON", $"{_dataset}.t", "gs://files/in/*.json");
        (await CountAsync("t")).ShouldBe(4);
        await _bq.RunAsync("load", "--replace", "--source_format=NEWLINE_DELIMITED_JSON", $"{_dataset}.t", "gs://files/in/2.json");
        (await CountAsync("t")).ShouldBe(1);

        await File.WriteAllTextAsync(csv, "x,Ada,\n1,Bob\n");
        var (exit, text) = await _bq.TryAsync("load", $"{_dataset}.t", csv);
        (exit, text.Contains("CSV table encountered too many errors", StringComparison.Ordinal)).ShouldBe((1, true));
        (await CountAsync("t")).ShouldBe(1);
        var rows = Path.Combine(_folder.Path, "rows.json");
        await File.WriteAllTextAsync(rows, "{\"Id\":5,\"NAME\":\"Eve\"}\n");
        await _bq.RunAsync("insert", $"{_dataset}.t", rows);
        (await CountAsync("t")).ShouldBe(2);
        (await _bq.RunAsync("ls", "-j")).ShouldContain("load");
    }

    [Fact]
    public async Task Queries_answer_change_and_fail()
    {
        if (!IsInstalled()) return;
        await _bq.RunAsync("mk", "--dataset", _dataset);
        await _bq.RunAsync("mk", "--table", $"{_dataset}.t", "id:INTEGER,name:STRING");
        (await QueryAsync($"INSERT INTO {_dataset}.t (id, name) VALUES (1, 'Ada'), (2, NULL)")).ShouldContain("Number of affected rows: 2");
        Json(await QueryAsync($"SELECT id, name, TIMESTAMP '2024-01-05 06:00:00+00' AS moment, 1.5 AS price, TRUE AS ok FROM {_dataset}.t ORDER BY id")).ToJsonString().ShouldBe(
            """[{"id":"1","moment":"2024-01-05 06:00:00","name":"Ada","ok":"true","price":"1.5"},{"id":"2","moment":"2024-01-05 06:00:00","name":null,"ok":"true","price":"1.5"}]""");
        Json(await QueryAsync($"SELECT name FROM {_dataset}.t WHERE id = @id", "--parameter=id:INT64:1")).ToJsonString().ShouldBe("""[{"name":"Ada"}]""");
        (await QueryAsync($"BEGIN TRANSACTION; UPDATE {_dataset}.t SET name = 'Bob' WHERE id = 2; COMMIT TRANSACTION; SELECT COUNT(*) AS n FROM {_dataset}.t WHERE name = 'Bob'"))
            .ShouldContain("""[{"n":"1"}]""");
        await QueryAsync($"CREATE TABLE {_dataset}.made AS SELECT id FROM {_dataset}.t");
        (await CountAsync("made")).ShouldBe(2);

        await QueryAsync($"SELECT id FROM {_dataset}.t", "--destination_table", $"{_dataset}.d");
        (await CountAsync("d")).ShouldBe(2);
        (await WordsAsync("query", "--nouse_legacy_sql", "--destination_table", $"{_dataset}.d", $"SELECT id FROM {_dataset}.t")).Text.ShouldContain("Already Exists: Table");
        await QueryAsync($"SELECT id FROM {_dataset}.t WHERE id = 1", "--replace", "--destination_table", $"{_dataset}.d");
        (await CountAsync("d")).ShouldBe(1);
        await _bq.RunAsync("mk", "--nouse_legacy_sql", "--view", $"SELECT id + 1 AS next FROM `{_dataset}.t`", $"{_dataset}.v");
        Json(await QueryAsync($"SELECT next FROM {_dataset}.v ORDER BY next")).ToJsonString().ShouldBe("""[{"next":"2"},{"next":"3"}]""");

        var (exit, text) = await WordsAsync("query", "--nouse_legacy_sql", $"SELECT missing FROM {_dataset}.t");
        (exit, text.Contains("missing", StringComparison.Ordinal)).ShouldBe((1, true));
        (exit, text) = await WordsAsync("query", "--nouse_legacy_sql", $"SELECT 1 FROM {_dataset}.missing");
        (exit, text.Contains($"Not found: Table local:{_dataset}.missing", StringComparison.Ordinal)).ShouldBe((2, true));
        (await WordsAsync("query", "--use_legacy_sql", $"SELECT 1")).Text.ShouldContain("not supported by the local BigQuery");
        (await _bq.RunAsync("query", "--nouse_legacy_sql", "--dry_run", $"SELECT id FROM {_dataset}.t")).ShouldContain("Query successfully validated");
        (await WordsAsync("query", "--nouse_legacy_sql", "--job_id=twice", "SELECT 1")).Exit.ShouldBe(0);
        (await WordsAsync("query", "--nouse_legacy_sql", "--job_id=twice", "SELECT 1")).Text.ShouldContain("Already Exists: Job");
        (await _bq.RunAsync("show", "-j", "twice")).ShouldContain("SUCCESS");
    }

    /// <summary>It breaks its messages into lines where they are long.</summary>
    private async Task<(int Exit, string Text)> WordsAsync(params string[] command)
    {
        var (exit, text) = await _bq.TryAsync(command);
        return (exit, string.Join(' ', text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries)));
    }

    private Task<string> QueryAsync(string sql, params string[] flags) => _bq.RunAsync(["query", "--nouse_legacy_sql", "--format=json", .. flags, sql]);

    private async Task<long> CountAsync(string table) => await database.ScalarAsync<long>($"""SELECT count(*) FROM "bq_{_dataset}"."{table}" """);

    private static JsonNode Json(string text) => JsonNode.Parse(text)!;

    private bool IsInstalled()
    {
        if (!Bq.IsInstalled) output.WriteLine("SKIPPED: bq is not installed");
        return Bq.IsInstalled;
    }
}
