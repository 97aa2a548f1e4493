using System.Globalization;
using System.Text.Json.Nodes;
using Shouldly;
using Xunit;

namespace Landfall.Tests.Rest.Writing;

/// <summary><c>POST /tables/{table}/rows</c> and <c>POST /bulk</c>.</summary>
public sealed class AddingTests : IAsyncLifetime
{
    private const string Whole =
        """{"id":1,"code":"ABC","label":"né","amount":12345678901234567890.12345678,"price":1.50,"ratio":-1e-3,"done":true,"day":"2024-02-29","moment":"2024-01-05T06:07:08.123456+02:00","clock":"06:07:08.5","extra":{"a":[1,{"b":null}]},"zip":"501","file_date":"2020-01-01"}""";

    private WriteWorld _world = null!;

    public async Task InitializeAsync() => _world = await WriteWorld.StartAsync();

    public async Task DisposeAsync() => await _world.DisposeAsync();

    [Fact]
    public async Task Nothing_is_added_without_the_contracts_lock_and_a_head_row_that_is_gone_is_made_again()
    {
        await _world.PostAsync("notes", """{"n":1}""");
        await _world.Database.ExecuteAsync("DELETE FROM landfall.heads WHERE contract = 'notes'");

        (await _world.PostAsync("notes", """{"n":2}""")).Status.ShouldBe(201);
        await _world.Database.ExecuteAsync("DELETE FROM landfall.heads WHERE contract = 'notes'");
        (await _world.BulkAsync("notes", """[{"n":3}]""")).Status.ShouldBe(200);

        (await _world.CountAsync("landfall.heads", "contract = 'notes'")).ShouldBe(1);
        (await _world.RowsAsync("SELECT n FROM shop.notes ORDER BY n")).ShouldBe(["1", "2", "3"]);
    }

    [Fact]
    public async Task A_row_of_every_type_lands_and_is_read_as_it_was_written()
    {
        var posted = await _world.PostAsync("things", Whole, "Prefer: return=representation");

        posted.Status.ShouldBe(201, posted.Body);
        posted.Headers["Location"].ShouldBe("/tables/shop.things/rows/1");
        var read = await _world.SendAsync(HttpMethod.Get, posted.Headers["Location"], null);
        read.Body.ShouldBe(posted.Body);
        read.Headers["ETag"].ShouldBe(posted.Headers["ETag"]);
        read.Body.ShouldBe("""{"id":1,"code":"ABC","label":"né","amount":12345678901234567890.12345678,"price":1.50,"ratio":-0.001,"done":true,"day":"2024-02-29","moment":"2024-01-05T04:07:08.123456Z","clock":"06:07:08.5","extra":{"a": [1, {"b": null}]},"zip":"00501","file_date":"2020-01-01"}""");
        (await _world.SendAsync(HttpMethod.Put, "/tables/things/rows/1", read.Body, "Prefer: return=representation")).Body.ShouldBe(read.Body);
    }

    [Fact]
    public async Task A_request_is_a_landing()
    {
        var posted = await _world.PostAsync("departments", """[{"id":1,"department":"Sales"},{"id":2,"department":"Legal"}]""");

        posted.ToString().ShouldStartWith("201 ");
        var landing = (string)posted.Json["landingId"]!;
        (await _world.RowsAsync("SELECT landing_id, contract, bucket, outcome, rows_read, rows_landed, rows_rejected, rows_collapsed FROM landfall.landings")).ShouldBe([$"{landing}|departments|api|landed|2|2|0|0"]);
        (await _world.RowsAsync("SELECT identity FROM landfall.landings")).Single().ShouldMatch("^api/hiring.departments/[0-9a-f]{32}#0$");
        (await _world.RowsAsync("SELECT id, department, _landing_id FROM hiring.departments ORDER BY id")).ShouldBe([$"1|Sales|{landing}", $"2|Legal|{landing}"]);
        (await _world.CountAsync("hiring.departments", "_order > 0")).ShouldBe(2);
        (await _world.RowsAsync("SELECT details -> 'tables' ->> 0 FROM landfall.landings")).Single().ShouldContain("hiring.departments");
    }

    [Theory]
    [InlineData(1)]
    [InlineData(1000)]
    public async Task So_many_rows_land(int rows)
    {
        var data = Notes(rows);

        (await _world.PostAsync("notes", data)).Status.ShouldBe(201);
        (await _world.BulkAsync("notes", data)).Status.ShouldBe(200);

        (await _world.RowsAsync("SELECT count(*), count(DISTINCT n), min(n), max(n) FROM shop.notes")).ShouldBe([$"{2 * rows}|{rows}|0|{rows - 1}"]);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1001)]
    [InlineData(2500)]
    public async Task No_rows_and_too_many_are_no_request(int rows)
    {
        foreach (var answer in (WriteWorld.Answered[])[await _world.PostAsync("notes", Notes(rows)), await _world.BulkAsync("notes", Notes(rows))])
        {
            answer.Status.ShouldBe(400);
            answer.Detail.ShouldContain("1 to 1000");
        }
        (await _world.CountAsync("shop.notes")).ShouldBe(0);
    }

    [Fact]
    public async Task Of_bulk_the_good_rows_land_and_the_bad_ones_are_told_and_kept()
    {
        var answer = await _world.BulkAsync("departments", """[{"id":1,"department":"Sales"},{"id":"x","department":"Bad"},{"id":3},{"id":4,"department":"Legal","more":1},[],{"id":5,"department":"Ops"}]""");

        answer.Status.ShouldBe(200, answer.Body);
        answer.Rejects.ShouldBe(["1 id logicalType", "2 department required", "3 more columns", "4  json"]);
        answer.Json["rows"]!.ToJsonString().ShouldBe("""{"read":6,"landed":2,"rejected":4,"collapsed":0}""");
        (await _world.RowsAsync("SELECT id FROM hiring.departments ORDER BY id")).ShouldBe(["1", "5"]);
        (await _world.RowsAsync("""SELECT contract, "table", place, "column", rule, value, row FROM landfall.rejects ORDER BY place""")).ShouldBe(
        [
            """departments|hiring.departments|1|id|logicalType|x|{"id":"x","department":"Bad"}""",
            """departments|hiring.departments|2|department|required|∅|{"id":3}""",
            """departments|hiring.departments|3|more|columns|∅|{"id":4,"department":"Legal","more":1}""",
            "departments|hiring.departments|4|∅|json|∅|[]",
        ]);
        (await _world.RowsAsync("SELECT r.identity = l.identity, l.rejects, l.rows_rejected FROM landfall.rejects r, landfall.landings l GROUP BY 1, 2, 3")).ShouldBe(["True|landfall.rejects|4"]);
    }

    [Fact]
    public async Task Of_many_rows_all_land_or_none()
    {
        var answer = await _world.PostAsync("departments", """[{"id":1,"department":"Sales"},{"id":"x","department":"Bad"},{"id":1,"department":"Other"}]""");

        answer.Status.ShouldBe(422);
        answer.Headers["Content-Type"].ShouldBe("application/problem+json");
        answer.Rejects.ShouldBe(["0 id primaryKey", "1 id logicalType"]);
        (await _world.CountAsync("hiring.departments")).ShouldBe(0);
        (await _world.CountAsync("landfall.landings")).ShouldBe(0);
        (await _world.CountAsync("landfall.rejects")).ShouldBe(2);
    }

    [Fact]
    public async Task A_key_that_stands_is_a_conflict_for_a_row_alone_and_a_reject_among_many()
    {
        await _world.PostAsync("departments", """{"id":1,"department":"Sales"}""");

        var alone = await _world.PostAsync("departments", """{"id":1,"department":"Other"}""");
        var bulk = await _world.BulkAsync("departments", """[{"id":1,"department":"Other"},{"id":2,"department":"Legal"}]""");

        alone.Status.ShouldBe(409);
        alone.Detail.ShouldBe("a row of hiring.departments from another source has the same id");
        bulk.ToString().ShouldStartWith("200 ");
        bulk.Rejects.ShouldBe(["0 id primaryKey"]);
        (await _world.RowsAsync("SELECT id, department FROM hiring.departments ORDER BY id")).ShouldBe(["1|Sales", "2|Legal"]);
    }

    [Fact]
    public async Task Merging_puts_rows_in_the_place_of_those_that_stand()
    {
        await _world.PostAsync("departments", """[{"id":1,"department":"Sales"},{"id":2,"department":"Legal"}]""");

        var merged = await _world.PostAsync("departments", """[{"id":2,"department":"Law"},{"id":3,"department":"Ops"}]""", "Prefer: resolution=merge-duplicates, return=minimal");

        merged.Status.ShouldBe(200, merged.Body);
        merged.Body.ShouldBeEmpty();
        merged.Headers["Preference-Applied"].ShouldBe("resolution=merge-duplicates, return=minimal");
        (await _world.RowsAsync("SELECT id, department FROM hiring.departments ORDER BY id")).ShouldBe(["1|Sales", "2|Law", "3|Ops"]);
        (await _world.PostAsync("notes", """{"n":1}""", "Prefer: resolution=merge-duplicates")).Status.ShouldBe(400);
    }

    [Fact]
    public async Task Rows_of_one_request_that_share_a_key_are_as_in_a_file()
    {
        var answer = await _world.BulkAsync("departments", """[{"id":1,"department":"A"},{"id":1,"department":"B"},{"id":2,"department":"C"},{"id":2,"department":"C"},{"id":1,"department":"D"}]""");

        answer.Rejects.ShouldBe(["0 id primaryKey", "1 id primaryKey"]);
        ((string)answer.Json["rejects"]![0]!["reason"]!).ShouldBe("row 4 has the same id; the last one wins");
        answer.Json["rows"]!.ToJsonString().ShouldBe("""{"read":5,"landed":2,"rejected":2,"collapsed":1}""");
        (await _world.RowsAsync("SELECT id, department FROM hiring.departments ORDER BY id")).ShouldBe(["1|D", "2|C"]);
    }

    [Fact]
    public async Task What_is_not_said_is_NULL_and_no_empty_text()
    {
        await _world.PostAsync("things", """[{"id":1,"code":"A","label":null},{"id":2,"code":"B","label":""},{"id":3,"code":"C"}]""");

        (await _world.CountAsync("shop.things", "num_nulls(label, amount, price, ratio, done, day, moment, clock, extra, zip, file_date) = 11")).ShouldBe(3);
    }

    [Fact]
    public async Task Unique_values_are_each_in_one_row()
    {
        await _world.PostAsync("things", """{"id":1,"code":"A"}""");

        var bulk = await _world.BulkAsync("things", """[{"id":2,"code":"A"},{"id":3,"code":"B"},{"id":4,"code":"B"},{"id":1,"code":"C"}]""");
        var merge = await _world.BulkAsync("things", """[{"id":1,"code":"X"},{"id":5,"code":"A"}]""", "Prefer: resolution=merge-duplicates");

        bulk.Rejects.ShouldBe(["0 code unique", "1 code unique", "3 id primaryKey"]);
        merge.Rejects.ShouldBe(["1 code unique"]);
        (await _world.RowsAsync("SELECT id, code FROM shop.things ORDER BY id")).ShouldBe(["1|X", "4|B"]);
    }

    [Fact]
    public async Task A_row_needs_its_parents()
    {
        await _world.PostAsync("departments", """{"id":1,"department":"Sales"}""");
        await _world.PostAsync("jobs", """{"id":1,"job":"Clerk"}""");

        var answer = await _world.BulkAsync("hired_employees",
            """[{"id":1,"name":"Ana","datetime":"2021-01-01T00:00:00Z","department_id":1,"job_id":1},{"id":2,"name":"Bo","datetime":"2021-01-01T00:00:00Z","department_id":7,"job_id":1},{"id":3,"name":"Cy","datetime":"2021-01-01T00:00:00Z","department_id":1,"job_id":9}]""");

        answer.Rejects.ShouldBe(["1 department_id relationships", "2 job_id relationships"]);
        ((string)answer.Json["rejects"]![0]!["reason"]!).ShouldBe("department_id refers to no row of hiring.departments");
        (await _world.RowsAsync("SELECT id FROM hiring.hired_employees")).ShouldBe(["1"]);
    }

    [Theory]
    [InlineData("id", "0", "minimum")]
    [InlineData("id", "1.5", "logicalType")]
    [InlineData("id", "9223372036854775808", "logicalType")]
    [InlineData("id", "null", "required")]
    [InlineData("code", "\"ab\"", "pattern")]
    [InlineData("code", "\"\"", "required")]
    [InlineData("code", "{}", "logicalType")]
    [InlineData("label", "\"x\"", "minLength")]
    [InlineData("label", "\"0123456789abc\"", "maxLength")]
    [InlineData("label", "\"a\\u0000b\"", "encoding")]
    [InlineData("amount", "\"1,5\"", "logicalType")]
    [InlineData("amount", "1e5", "logicalType")]
    [InlineData("price", "0", "exclusiveMinimum")]
    [InlineData("price", "1000", "exclusiveMaximum")]
    [InlineData("price", "1.005", "physicalType")]
    [InlineData("ratio", "10.5", "maximum")]
    [InlineData("ratio", "1e999", "logicalType")]
    [InlineData("done", "\"perhaps\"", "logicalType")]
    [InlineData("day", "\"29/02/2024\"", "logicalType")]
    [InlineData("day", "\"2023-02-29\"", "logicalType")]
    [InlineData("moment", "\"yesterday\"", "logicalType")]
    [InlineData("clock", "\"25:00\"", "logicalType")]
    [InlineData("extra", "\"\\u0000\"", "logicalType")]
    [InlineData("Thing No", "1", "columns")]
    [InlineData("_landing_id", "1", "columns")]
    public async Task Every_rule_is_kept(string column, string value, string rule)
    {
        var row = JsonNode.Parse("""{"id":1,"code":"ABC"}""")!;
        row[column] = JsonNode.Parse(value);

        var answer = await _world.PostAsync("things", row.ToJsonString());

        answer.Status.ShouldBe(422, answer.Body);
        answer.Rejects.ShouldBe([$"0 {column} {rule}"]);
        (await _world.CountAsync("shop.things")).ShouldBe(0);
    }

    [Fact]
    public async Task Names_and_values_are_never_SQL()
    {
        const string evil = "'; DROP TABLE shop.notes; --";
        await _world.PostAsync("notes", """{"n":0}""");

        var value = await _world.PostAsync("notes", $$"""{"n":1,"word":"{{evil}}"}""");
        var names = await _world.PostAsync("things", $$"""{"id":1,"code":"A","{{evil}}":1}""");
        var table = await _world.SendAsync(HttpMethod.Post, "/bulk", $$"""{"table":"{{evil}}","data":[{"n":1}]}""");
        var path = await _world.PostAsync(Uri.EscapeDataString(evil), """{"n":1}""");
        var key = await _world.SendAsync(HttpMethod.Delete, $"/tables/things/rows/{Uri.EscapeDataString(evil)}", null);
        var text = await _world.SendAsync(HttpMethod.Put, $"/tables/pairs/rows/{Uri.EscapeDataString(evil)},2024-01-05T00:00:00Z", """{"c":"x' OR true"}""", $"Idempotency-Key: a';--");

        (value.Status, names.Status, table.Status, path.Status, key.Status, text.Status).ShouldBe((201, 422, 404, 404, 400, 201));
        (await _world.RowsAsync("SELECT word FROM shop.notes WHERE n = 1")).ShouldBe([evil]);
        (await _world.RowsAsync("SELECT a, c FROM shop.pairs")).ShouldBe([$"{evil}|x' OR true"]);
    }

    [Theory]
    [InlineData("rates", 405, "follows its file")]
    [InlineData("nothing", 404, "no table")]
    public async Task Some_tables_can_not_be_written(string table, int status, string detail)
    {
        foreach (var answer in (WriteWorld.Answered[])[await _world.PostAsync(table, """{"id":1}"""), await _world.BulkAsync(table, """[{"id":1}]"""), await _world.SendAsync(HttpMethod.Delete, $"/tables/{table}/rows/1", null)])
        {
            answer.Status.ShouldBe(status);
            answer.Detail.ShouldContain(detail);
            if (status == 405) answer.Headers["Allow"].ShouldBe("GET, HEAD");
        }
    }

    [Theory]
    [InlineData("", 400)]
    [InlineData("7", 400)]
    [InlineData("null", 400)]
    [InlineData("[", 400)]
    [InlineData("[{\"n\":1}", 400)]
    [InlineData("{\"n\":1}}", 400)]
    [InlineData("[{\"n\":1}] x", 400)]
    [InlineData("[{\"n\":1},]", 400)]
    [InlineData("{\"n\":1,\"n\":2}", 422)]
    [InlineData("{\"n\":1,\"x\\ud800\":2}", 422)]
    [InlineData("[{\"n\":1},7]", 422)]
    public async Task What_is_no_row_is_refused(string body, int status)
    {
        (await _world.PostAsync("notes", body)).Status.ShouldBe(status);
        (await _world.CountAsync("shop.notes")).ShouldBe(0);
    }

    [Theory]
    [InlineData("{}")]
    [InlineData("[]")]
    [InlineData("{\"table\":\"notes\"}")]
    [InlineData("{\"data\":[{\"n\":1}]}")]
    [InlineData("{\"table\":7,\"data\":[{\"n\":1}]}")]
    [InlineData("{\"table\":\"notes\",\"data\":{\"n\":1}}")]
    [InlineData("{\"table\":\"notes\",\"data\":[{\"n\":1}],\"x\":1}")]
    [InlineData("{\"table\":\"notes\",\"table\":\"notes\",\"data\":[{\"n\":1}]}")]
    [InlineData("{\"table\":\"\\ud800\",\"data\":[{\"n\":1}]}")]
    public async Task What_is_no_bulk_is_refused(string body)
    {
        (await _world.SendAsync(HttpMethod.Post, "/bulk", body)).Status.ShouldBe(400);
        (await _world.CountAsync("shop.notes")).ShouldBe(0);
    }

    [Fact]
    public async Task Rows_may_stand_in_lines_and_unknown_members_be_passed_over()
    {
        var answer = await _world.PostAsync("notes", "[\r\n  {\n\t\"n\" : 1 ,\n \"word\" : \"a\" },\n  { \"other\": { \"deep\": [1] }, \"n\": 2 }\n]\n");

        answer.Status.ShouldBe(201, answer.Body);
        (await _world.RowsAsync("SELECT n, word FROM shop.notes ORDER BY n")).ShouldBe(["1|a", "2|∅"]);
    }

    [Fact]
    public async Task A_rule_over_the_whole_table_is_kept()
    {
        var row = (int n) => $$"""{"a":"k{{n}}","b":"2024-01-05T00:00:00Z"}""";
        (await _world.PostAsync("pairs", $"[{string.Join(',', Enumerable.Range(0, 5).Select(row))}]")).Status.ShouldBe(201);

        var answer = await _world.PostAsync("pairs", row(5));

        answer.Status.ShouldBe(422, answer.Body);
        answer.Detail.ShouldContain("few of shop.pairs is 6; expected less than 6");
        (await _world.CountAsync("shop.pairs")).ShouldBe(5);
    }

    [Fact]
    public async Task A_dry_run_checks_everything_and_leaves_nothing()
    {
        var good = await _world.BulkAsync("departments", """[{"id":1,"department":"Sales"},{"id":2}]""", "Prefer: tx=rollback", "Idempotency-Key: k");
        var bad = await _world.PostAsync("departments", """[{"id":1,"department":"A"},{"id":1,"department":"B"}]""", "Prefer: tx=rollback");

        good.Status.ShouldBe(200);
        good.Headers["Preference-Applied"].ShouldBe("tx=rollback");
        ((string)good.Json["outcome"]!).ShouldBe("rolled back");
        good.Rejects.ShouldBe(["1 department required"]);
        bad.Rejects.ShouldBe(["0 id primaryKey"]);
        foreach (var table in (string[])["hiring.departments", "landfall.landings", "landfall.rejects", "landfall.requests"]) (await _world.CountAsync(table)).ShouldBe(0, table);
    }

    [Fact]
    public async Task What_is_too_large_or_of_another_kind_is_refused()
    {
        var large = await _world.PostAsync("notes", $$"""{"n":1,"word":"{{new string('x', 33 << 20)}}"}""", "Expect: 100-continue");
        using var csv = new HttpRequestMessage(HttpMethod.Post, "/tables/notes/rows") { Content = new StringContent("n\n1", System.Text.Encoding.UTF8, "text/csv") };
        using var bytes = new HttpRequestMessage(HttpMethod.Post, "/tables/notes/rows") { Content = new ByteArrayContent([(byte)'{', 0xFF, (byte)'}']) { Headers = { ContentType = new("application/json") } } };

        large.Status.ShouldBe(413);
        large.Body.ShouldContain("drop zone");
        (await _world.SendAsync(csv)).Status.ShouldBe(415);
        (await _world.SendAsync(bytes)).Status.ShouldBe(400);
        (await _world.CountAsync("shop.notes")).ShouldBe(0);
    }

    [Fact]
    public async Task Bulks_of_the_same_keys_at_once_end_with_each_key_once()
    {
        var answers = await Task.WhenAll(Enumerable.Range(0, 12).Select(i => _world.BulkAsync(
            "departments", $"[{string.Join(',', Enumerable.Range(0, 200).Select(n => string.Create(CultureInfo.InvariantCulture, $$"""{"id":{{n + (i % 3 * 100)}},"department":"{{i}}"}""")))}]")));

        answers.ShouldAllBe(a => a.Status == 200 || a.Status == 422);
        answers.Sum(a => (int)a.Json["rows"]!["landed"]!).ShouldBe(400);
        answers.Sum(a => (int)a.Json["rows"]!["rejected"]!).ShouldBe(12 * 200 - 400);
        (await _world.RowsAsync("SELECT count(*), count(DISTINCT id) FROM hiring.departments")).ShouldBe(["400|400"]);
    }

    [Fact]
    public async Task The_log_never_holds_a_value()
    {
        await _world.BulkAsync("things", """[{"id":1,"code":"a secret of somebody"}]""");
        await _world.PostAsync("things", """{"id":"another secret"}""");

        _world.Lines.Text.ShouldNotContain("secret");
    }

    private static string Notes(int rows) => $"[{string.Join(',', Enumerable.Range(0, rows).Select(n => string.Create(CultureInfo.InvariantCulture, $$"""{"n":{{n}},"word":"w{{n}}"}""")))}]";
}
