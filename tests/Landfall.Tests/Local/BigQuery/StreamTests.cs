using System.Text.Json.Nodes;
using Shouldly;
using Xunit;

namespace Landfall.Tests.Local.BigQuery;

public sealed class StreamTests(Database database) : IClassFixture<Database>, IAsyncLifetime
{
    private readonly string _dataset = $"d_{Guid.NewGuid():N}";
    private BigQueryServer _server = null!;

    public async Task InitializeAsync()
    {
        _server = await BigQueryServer.StartAsync(database.DataSource, TimeProvider.System);
        await _server.SendAsync("POST", "/datasets", $$$"""{"datasetReference":{"datasetId":"{{{_dataset}}}"}}""");
        (await _server.SendAsync("POST", $"/datasets/{_dataset}/tables", $$$"""
            {"tableReference":{"datasetId":"{{{_dataset}}}","tableId":"t"},"schema":{"fields":[{"name":"id","type":"INTEGER","mode":"REQUIRED"},{"name":"name","type":"STRING"},
             {"name":"price","type":"NUMERIC","precision":"5","scale":"2"},{"name":"at","type":"TIMESTAMP"},{"name":"ok","type":"BOOLEAN"},{"name":"day","type":"DATE"}]}}
            """)).Status.ShouldBe(200);
    }

    public async Task DisposeAsync() => await _server.DisposeAsync();

    [Fact]
    public async Task Rows_are_there_at_once_and_doubles_of_earlier_ones_too()
    {
        const string row = """{"insertId":"a","json":{"id":"1","name":"","price":"1.5","at":"2024-01-05T06:00:00.5Z","ok":true,"day":"2024-01-05"}}""";
        (await InsertAsync($"[{row},{row}]")).Body.ToJsonString().ShouldBe("""{"kind":"bigquery#tableDataInsertAllResponse"}""");
        (await InsertAsync($"[{row}]")).Status.ShouldBe(200);
        (await CountAsync("name = '' AND price = 1.5 AND ok AND day = '2024-01-05' AND at = '2024-01-05 06:00:00.5Z'")).ShouldBe(2);
    }

    [Theory]
    [InlineData("""{"id":1,"other":2}""", "other", "no such field: other.")]
    [InlineData("""{"name":"x"}""", "id", "Missing required field: id.")]
    [InlineData("""{"id":"one"}""", "id", "Cannot convert value to integer (bad value): one")]
    [InlineData("""{"id":1,"ok":"maybe"}""", "ok", "Cannot convert value to boolean (bad value): maybe")]
    [InlineData("""{"id":1,"day":"2024-13-01"}""", "day", "Invalid date: '2024-13-01'")]
    [InlineData("""{"id":1,"price":1.234}""", "price", "Invalid NUMERIC value: 1.234")]
    [InlineData("""{"id":1,"price":1000}""", "price", "Invalid NUMERIC value: 1000")]
    [InlineData("""{"id":1,"at":"noon"}""", "at", "Could not parse 'noon' as a timestamp")]
    [InlineData("""{"id":1,"name":["x"]}""", "name", "Array specified for non-repeated field.")]
    [InlineData("""{"id":1,"name":{"x":1}}""", "name", "This field is not a record.")]
    [InlineData("""{"id":1,"name":"\u0000"}""", "name", "Bad character (ASCII 0)")]
    public async Task One_bad_row_stops_them_all_unless_it_may_be_passed_over(string bad, string field, string message)
    {
        var rows = $$$"""[{"json":{"id":1}},{"json":{{{bad}}}},{"json":{"id":2}}]""";
        var errors = (await InsertAsync(rows)).Body["insertErrors"]!.AsArray();
        errors.Select(error => $"{error!["index"]} {error["errors"]![0]!["reason"]}").Order().ShouldBe(["0 stopped", "1 invalid", "2 stopped"]);
        var fault = errors.Single(error => (int)error!["index"]! == 1)!["errors"]![0]!;
        ((string?)fault["location"]).ShouldBe(field);
        ((string)fault["message"]!).ShouldStartWith(message);
        (await CountAsync("true")).ShouldBe(0);

        (await InsertAsync(rows, ""","skipInvalidRows":true""")).Body["insertErrors"]!.AsArray().Count.ShouldBe(1);
        (await CountAsync("true")).ShouldBe(2);
    }

    /// <summary>As many rows as a request may have, of small cells: well below ten megabytes, and more than a million names and values.</summary>
    [Fact]
    public async Task As_many_rows_as_a_request_may_have_are_taken()
    {
        var row = """{"json":{"id":1,"name":"a","price":1,"at":null,"ok":true,"day":null,"x1":1,"x2":1,"x3":1,"x4":1}}""";
        (await InsertAsync($"[{string.Join(',', Enumerable.Repeat(row, 50_000))}]", ""","ignoreUnknownValues":true""")).Status.ShouldBe(200);
        (await CountAsync("true")).ShouldBe(50_000);
    }

    [Fact]
    public async Task What_is_unknown_may_be_ignored()
    {
        (await InsertAsync("""[{"json":{"ID":1,"other":{"a":[1]}}}]""", ""","ignoreUnknownValues":true""")).Body["insertErrors"].ShouldBeNull();
        (await CountAsync("id = 1")).ShouldBe(1);
    }

    [Fact]
    public async Task Limits_and_targets_are_BigQuerys()
    {
        (await InsertAsync("[]")).Status.ShouldBe(400);
        (await InsertAsync($"[{string.Join(',', Enumerable.Repeat("""{"json":{"id":1}}""", 50_001))}]")).Body["error"]!["message"]!.ToString()
            .ShouldBe("Too many rows present in the request, limit: 50000 row count: 50001.");
        var large = await InsertAsync($$$"""[{"json":{"id":1,"name":"{{{new string('x', 10 << 20)}}}"}}]""");
        (large.Status, (string)large.Body["error"]!["message"]!).ShouldBe((413, "Request payload size exceeds the limit: 10485760 bytes."));
        (await InsertAsync("""[{"json":{"id":1}}]""", table: "missing")).Status.ShouldBe(404);
        (await CountAsync("true")).ShouldBe(0);
    }

    private Task<(int Status, JsonObject Body)> InsertAsync(string rows, string more = "", string table = "t") =>
        _server.SendAsync("POST", $"/datasets/{_dataset}/tables/{table}/insertAll", $$"""{"rows":{{rows}}{{more}}}""");

    private async Task<long> CountAsync(string where) => await database.ScalarAsync<long>($"""SELECT count(*) FROM "bq_{_dataset}".t WHERE {where}""");
}
