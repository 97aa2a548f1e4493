using System.Net;
using System.Text.Json;
using Shouldly;
using Xunit;

namespace Landfall.Tests.Rest;

/// <summary>Rows come as they stand in Postgres, of every type and in every form, and filters find them by the rules of the contract's cells.</summary>
public sealed class ReadingTests : IAsyncLifetime
{
    private ApiWorld _api = null!;

    public async Task InitializeAsync()
    {
        _api = await ApiWorld.StartAsync();
        await _api.Database.ExecuteAsync("""
            INSERT INTO lab.things (id, label, amount, price, ratio, done, day, moment, clock, extra, zip, "limit") VALUES
              (1, 'é "q", x', 12345678901234567890.123450, 0.10, 1.5e300, true, '2021-01-02', '2021-11-07T02:48:42.120Z', '10:11:12.5', '{"a": [1, 2.50, null]}', '00501', 7),
              (2, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL),
              (-9223372036854775808, '', 0, 1000000, -0.1, false, '0001-01-01', '9999-12-31T23:59:59.999999Z', '00:00', '"x"', '12345', 0),
              (9223372036854775807, 'NULL', -0.0001, 9999.99, 'NaN', false, 'infinity', '-infinity', '23:59:59.999999', 'null', 'a%c_d\e', -1)
            """);
    }

    public async Task DisposeAsync() => await _api.DisposeAsync();

    [Fact]
    public async Task Every_type_is_shown_as_JSON_has_it()
    {
        (await _api.TextAsync("/tables/things/rows/1")).ShouldBe(
            """{"id":1,"label":"é \"q\", x","amount":12345678901234567890.123450,"price":0.10,"ratio":1.5E+300,"done":true,"day":"2021-01-02","moment":"2021-11-07T02:48:42.12Z","clock":"10:11:12.5","extra":{"a": [1, 2.50, null]},"zip":"00501","limit":7}""");
        (await _api.TextAsync("/tables/things/rows/2")).ShouldBe(
            """{"id":2,"label":null,"amount":null,"price":null,"ratio":null,"done":null,"day":null,"moment":null,"clock":null,"extra":null,"zip":null,"limit":null}""");
        (await _api.TextAsync("/tables/things/rows/-9223372036854775808")).ShouldBe(
            """{"id":-9223372036854775808,"label":"","amount":0,"price":1000000.00,"ratio":-0.1,"done":false,"day":"0001-01-01","moment":"9999-12-31T23:59:59.999999Z","clock":"00:00:00","extra":"x","zip":"12345","limit":0}""");
        (await _api.TextAsync("/tables/lab.things/rows/9223372036854775807")).ShouldBe(
            """{"id":9223372036854775807,"label":"NULL","amount":-0.0001,"price":9999.99,"ratio":"NaN","done":false,"day":"infinity","moment":"-infinity","clock":"23:59:59.999999","extra":null,"zip":"a%c_d\\e","limit":-1}""");
    }

    [Fact]
    public async Task Rows_are_what_Postgres_itself_prints()
    {
        var random = new Random(17);
        var values = Enumerable.Range(0, 2000).Select(i =>
        {
            var days = random.Next(-2_000_000, 3_000_000);
            var micros = (days * 86_400_000_000L) + random.NextInt64(86_400_000_000);
            var digits = string.Concat(Enumerable.Range(0, random.Next(1, 40)).Select(_ => (char)('0' + random.Next(10))));
            var point = random.Next(0, digits.Length + 1);
            return $"({100 + i}, {(random.Next(2) == 0 ? "-" : "")}{digits[..point]}.{digits[point..]}0, date '1970-01-01' + {days}, timestamptz '1970-01-01T00:00:00Z' + interval '{micros} microseconds', time '00:00' + interval '{random.NextInt64(86_400_000_000)} microseconds', {random.NextInt64()}::bigint)";
        });
        await _api.Database.ExecuteAsync($"INSERT INTO lab.things (id, amount, day, moment, clock, \"limit\") VALUES {string.Join(",\n", values)}");
        var seen = 0;
        for (var from = 100; from < 2100; from += 1000)
        {
            foreach (var row in (await _api.JsonAsync($"/tables/things/rows?id=gte.{from}&id=lt.{from + 1000}&limit=1000")).AsArray())
            {
                var id = row!["id"]!.GetValue<long>();
                var expected = await _api.Database.ScalarAsync<string>($"""
                    SELECT concat_ws('|', amount, day, to_char(moment AT TIME ZONE 'UTC', CASE WHEN extract(year FROM moment) < 10000 THEN 'YYYY-MM-DD"T"HH24:MI:SS.US' ELSE 'FMYYYY-MM-DD"T"HH24:MI:SS.US' END), clock, "limit") FROM lab.things WHERE id = {id}
                    """);
                var day = row["day"]!.GetValue<string>();
                var moment = row["moment"]!.GetValue<string>();
                var (bc, clock) = (moment.EndsWith(" BC", StringComparison.Ordinal), moment.Split('T')[1].Split('Z')[0]);
                var shown = $"{row["amount"]!.ToJsonString()}|{day}|{moment.Split('T')[0]}T{(clock.Contains('.', StringComparison.Ordinal) ? clock.PadRight(15, '0') : clock + ".000000")}|{row["clock"]!.GetValue<string>()}|{row["limit"]!.ToJsonString()}";
                if (bc) continue;
                shown.ShouldBe(expected, $"seed 17, id {id}");
                seen++;
            }
        }
        seen.ShouldBeGreaterThan(1000);
    }

    [Fact]
    public async Task The_place_before_the_year_one_comes_back_through_a_cursor()
    {
        await _api.Database.ExecuteAsync("INSERT INTO lab.things (id, day, moment) VALUES (10, '0044-03-15 BC', '0044-03-15T12:00:00Z BC'), (11, '20000-01-01', '20000-01-01T00:00:00Z')");

        foreach (var column in (string[])["day", "moment"])
        {
            var ids = new List<long>();
            for (var path = $"/tables/things/rows?order={column}&limit=1&id=gte.2&id=lt.100"; path is not null;)
            {
                using var response = await _api.Client.GetAsync(path);
                ids.Add(JsonDocument.Parse(await response.Content.ReadAsStringAsync()).RootElement[0].GetProperty("id").GetInt64());
                path = ApiWorld.Next(response);
            }
            ids.ShouldBe([10, 11, 2]);
        }
        (await _api.TextAsync("/tables/things/rows/10?select=day,moment")).ShouldBe("""{"day":"0044-03-15 BC","moment":"0044-03-15T12:00:00Z BC"}""");
    }

    [Theory]
    [InlineData("id=eq.1", "1")]
    [InlineData("id=eq.%201%20", "1")]
    [InlineData("label=eq.%C3%A9%20%22q%22,%20x", "1")]
    [InlineData("label=eq.NULL", "9223372036854775807")]
    [InlineData("label=like.*%22q%22*", "1")]
    [InlineData("label=ilike.%C3%A9*X", "1")]
    [InlineData("zip=like.a%5C%25c%5C_d%5C%5Ce", "9223372036854775807")]
    [InlineData("amount=eq.12345678901234567890.12345", "1")]
    [InlineData("amount=lt.0", "9223372036854775807")]
    [InlineData("price=lte.0.1", "1")]
    [InlineData("price=gt.-1&price=lt.1000", "1")]
    [InlineData("ratio=gte.1.5e300", "1 9223372036854775807")]
    [InlineData("done=eq.yes", "1")]
    [InlineData("done=neq.true", "-9223372036854775808 9223372036854775807")]
    [InlineData("day=eq.2021-01-02", "1")]
    [InlineData("day=eq.02/01/2021", "1")]
    [InlineData("day=in.(2021-01-02,0001-01-01)", "-9223372036854775808 1")]
    [InlineData("moment=eq.2021-11-07T02:48:42.12Z", "1")]
    [InlineData("moment=eq.2021-11-07T03:48:42.12%2B01:00", "1")]
    [InlineData("moment=gte.2021-11-07&moment=lt.2021-11-08", "1")]
    [InlineData("clock=eq.10:11:12.5", "1")]
    [InlineData("extra=eq.{\"a\":[1,2.5,null]}", "1")]
    [InlineData("zip=eq.501", "1")]
    [InlineData("zip=in.(501,12345,99)", "-9223372036854775808 1")]
    [InlineData("label=in.(\"%C3%A9 \\\"q\\\", x\",NULL)", "1 9223372036854775807")]
    [InlineData("label=is.null", "2")]
    [InlineData("label=is.notnull&zip=neq.00501", "-9223372036854775808 9223372036854775807")]
    [InlineData("limit=gte.7", "1")]
    [InlineData("limit=gte.-1&limit=1", "-9223372036854775808")]
    [InlineData("id=eq.99", "")]
    public async Task A_filter_finds(string filter, string ids) => (await _api.ColumnAsync($"/tables/things/rows?{filter}")).ShouldBe(ids);

    [Fact]
    public async Task A_filter_takes_back_what_was_shown()
    {
        var row = (await _api.JsonAsync("/tables/things/rows/1")).AsObject();
        foreach (var (name, value) in row)
        {
            var text = value!.GetValueKind() == JsonValueKind.String ? value.GetValue<string>() : value.ToJsonString();
            (await _api.ColumnAsync($"/tables/things/rows?{name}=eq.{Uri.EscapeDataString(text)}")).ShouldContain("1", Case.Sensitive, name);
        }
    }

    [Theory]
    [InlineData("order=amount", "9223372036854775807 -9223372036854775808 1 2")]
    [InlineData("order=amount.desc", "2 1 -9223372036854775808 9223372036854775807")]
    [InlineData("order=amount.desc.nullslast", "1 -9223372036854775808 9223372036854775807 2")]
    [InlineData("order=amount.nullsfirst", "2 9223372036854775807 -9223372036854775808 1")]
    [InlineData("order=done.asc,id.desc", "9223372036854775807 -9223372036854775808 1 2")]
    [InlineData("order=done.desc", "2 1 9223372036854775807 -9223372036854775808")]
    public async Task Rows_come_in_order(string order, string ids)
    {
        (await _api.ColumnAsync($"/tables/things/rows?{order}")).ShouldBe(ids);

        var paged = new List<string>();
        for (var path = $"/tables/things/rows?{order}&limit=1&select=id"; path is not null;)
        {
            using var response = await _api.Client.GetAsync(path);
            paged.Add(JsonDocument.Parse(await response.Content.ReadAsStringAsync()).RootElement[0].GetProperty("id").ToString());
            path = ApiWorld.Next(response);
        }
        string.Join(' ', paged).ShouldBe(ids, "one by one");
    }

    [Fact]
    public async Task CSV_and_lines_of_JSON_come_on_request()
    {
        (await _api.TextAsync("/tables/things/rows?select=id,label,extra,day&order=day.nullsfirst&id=gt.0", "text/csv")).ShouldBe(
            "id,label,extra,day\r\n2,,,\r\n1,\"é \"\"q\"\", x\",\"{\"\"a\"\": [1, 2.50, null]}\",2021-01-02\r\n9223372036854775807,NULL,null,infinity\r\n");
        (await _api.TextAsync("/tables/things/rows?select=label&id=lt.1", "text/csv")).ShouldBe("label\r\n\"\"\r\n");
        (await _api.TextAsync("/tables/things/rows?select=id,done&id=lt.3", "application/x-ndjson")).ShouldBe("{\"id\":-9223372036854775808,\"done\":false}\n{\"id\":1,\"done\":true}\n{\"id\":2,\"done\":null}\n");
        (await _api.TextAsync("/tables/things/rows/1?select=id,done", "text/csv;q=0.5, application/json;q=0.4")).ShouldBe("id,done\r\n1,true\r\n");
        (await _api.TextAsync("/tables/things/rows/1?select=id", "text/html,application/xhtml+xml,*/*;q=0.8")).ShouldBe("""{"id":1}""");
        (await _api.TextAsync("/tables/things/rows?id=eq.99")).ShouldBe("[]");
        using var request = new HttpRequestMessage(HttpMethod.Get, "/tables/things/rows/1") { Headers = { { "Accept", "image/png" } } };
        await ApiWorld.ProblemAsync(await _api.Client.SendAsync(request), "image/png", HttpStatusCode.NotAcceptable, "text/csv");
    }

    [Fact]
    public async Task A_key_of_several_columns_may_hold_any_text()
    {
        string[] texts = ["plain", "a,b", "a/b", "a%2Fb", "100%", "é€😀", "?x=1#y", " ", "a+b", "'; DROP TABLE lab.pairs --"];
        foreach (var (text, i) in texts.Select((text, i) => (text, i))) await _api.Database.ExecuteAsync($"INSERT INTO lab.pairs (a, b, c) VALUES ('{text.Replace("'", "''", StringComparison.Ordinal)}', {i}, 'c{i}')");

        foreach (var (text, i) in texts.Select((text, i) => (text, i)))
            (await _api.JsonAsync($"/tables/lab.pairs/rows/{Uri.EscapeDataString(text)},{i}"))["c"]!.GetValue<string>().ShouldBe($"c{i}", text);
        await _api.ProblemAsync("/tables/lab.pairs/rows/plain,9", HttpStatusCode.NotFound, "no row");
        await _api.ProblemAsync("/tables/lab.pairs/rows/plain", HttpStatusCode.BadRequest, "a,b", "%2C");
        await _api.ProblemAsync("/tables/lab.pairs/rows/plain,x", HttpStatusCode.BadRequest, "whole number");
    }

    [Fact]
    public async Task A_row_s_tag_changes_with_it()
    {
        using var first = await _api.Client.GetAsync("/tables/things/rows/1");
        using var again = await _api.Client.GetAsync("/tables/things/rows/1?select=id");
        var tag = first.Headers.ETag!;
        again.Headers.ETag.ShouldBe(tag);
        tag.IsWeak.ShouldBeFalse();

        (await StatusAsync(tag.Tag)).ShouldBe(HttpStatusCode.NotModified);
        (await StatusAsync($"\"x\", W/{tag.Tag}")).ShouldBe(HttpStatusCode.NotModified);
        (await StatusAsync("\"x\"")).ShouldBe(HttpStatusCode.OK);
        (await StatusAsync(tag.Tag, "text/csv")).ShouldBe(HttpStatusCode.OK, "the row in CSV is another representation");
        await _api.Database.ExecuteAsync("UPDATE lab.things SET done = done WHERE id = 1");
        (await StatusAsync(tag.Tag)).ShouldBe(HttpStatusCode.OK);

        async Task<HttpStatusCode> StatusAsync(string known, string accept = "*/*")
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, "/tables/things/rows/1");
            request.Headers.TryAddWithoutValidation("If-None-Match", known);
            request.Headers.TryAddWithoutValidation("Accept", accept);
            using var response = await _api.Client.SendAsync(request);
            response.Headers.ETag.ShouldNotBeNull();
            return response.StatusCode;
        }
    }

    [Fact]
    public async Task Many_who_ask_at_once_each_get_their_own_row()
    {
        await _api.Database.ExecuteAsync("INSERT INTO lab.pairs (a, b, c) SELECT 'many', g, repeat(g::text, 1 + g % 500) FROM generate_series(1, 1000) g");
        await Parallel.ForAsync(1, 1001, new ParallelOptions { MaxDegreeOfParallelism = 40 }, async (i, stop) =>
        {
            // Some ask for what is not there, some give up.
            if (i % 7 == 0) await _api.ProblemAsync($"/tables/lab.pairs/rows/many,{i + 5000}", HttpStatusCode.NotFound);
            if (i % 11 == 0) await Should.ThrowAsync<OperationCanceledException>(() => _api.Client.GetAsync($"/tables/lab.pairs/rows/many,{i}", new CancellationToken(canceled: true)));
            (await _api.TextAsync($"/tables/lab.pairs/rows/many,{i}?select=b,c")).ShouldBe($"{{\"b\":{i},\"c\":\"{string.Concat(Enumerable.Repeat($"{i}", 1 + (i % 500)))}\"}}");
        });
    }

    [Fact]
    public async Task Rows_are_counted_on_request()
    {
        (await RangeAsync("limit=3")).ShouldBe("0-2/*");
        (await RangeAsync("limit=3&count=exact")).ShouldBe("0-2/4");
        (await RangeAsync("count=exact&label=is.null")).ShouldBe("0-0/1");
        (await RangeAsync("count=exact&id=eq.99")).ShouldBe("*/0");
        await _api.Database.ExecuteAsync("INSERT INTO lab.pairs SELECT 'x', g FROM generate_series(1, 5000) g; ANALYZE lab.pairs");
        (await RangeAsync("count=estimated&a=eq.x", "lab.pairs")).ShouldBe("0-99/5000");
        using var page = await _api.Client.GetAsync("/tables/lab.pairs/rows?count=exact&limit=1000");
        using var next = await _api.Client.GetAsync(ApiWorld.Next(page));
        next.Content.Headers.GetValues("Content-Range").Single().ShouldBe("1000-1999/5000");

        async Task<string> RangeAsync(string query, string table = "things")
        {
            using var response = await _api.Client.GetAsync($"/tables/{table}/rows?{query}");
            response.StatusCode.ShouldBe(HttpStatusCode.OK);
            return response.Content.Headers.GetValues("Content-Range").Single();
        }
    }

    [Fact]
    public async Task A_table_that_nothing_has_landed_in_has_no_rows()
    {
        (await _api.TextAsync("/tables/lab.never/rows?count=exact&n=eq.1")).ShouldBe("[]");
        (await _api.TextAsync("/tables/lab.never/rows", "text/csv")).ShouldBe("n\r\n");
    }

    [Fact]
    public async Task A_column_that_no_landing_has_brought_yet_is_a_matter_of_time()
    {
        await _api.Database.ExecuteAsync("ALTER TABLE lab.pairs DROP COLUMN c");
        await _api.ProblemAsync("/tables/lab.pairs/rows", HttpStatusCode.ServiceUnavailable, "contract");
        (await _api.TextAsync("/tables/lab.pairs/rows?select=a,b")).ShouldBe("[]");
    }

    [Fact]
    public async Task A_page_ends_where_it_would_be_too_large()
    {
        await _api.Database.ExecuteAsync("INSERT INTO lab.pairs SELECT 'big', g, repeat(chr(65 + g), 3000000) FROM generate_series(1, 12) g");
        var (rows, pages) = (new List<int>(), 0);
        for (var path = "/tables/lab.pairs/rows"; path is not null; pages++)
        {
            using var response = await _api.Client.GetAsync(path);
            foreach (var row in JsonDocument.Parse(await response.Content.ReadAsStringAsync()).RootElement.EnumerateArray())
            {
                rows.Add(row.GetProperty("b").GetInt32());
                row.GetProperty("c").GetString().ShouldBe(new string((char)(65 + rows[^1]), 3_000_000));
            }
            path = ApiWorld.Next(response);
        }
        rows.ShouldBe(Enumerable.Range(1, 12));
        pages.ShouldBe(4);
        // The connections are as good as before.
        for (var i = 0; i < 20; i++) (await _api.JsonAsync("/tables/things/rows")).AsArray().Count.ShouldBe(4);
    }

    [Fact]
    public async Task The_tables_are_listed()
    {
        var tables = (await _api.JsonAsync("/tables")).AsArray();
        tables.Select(table => table!["name"]!.GetValue<string>()).ShouldBe(["hiring.departments", "hiring.hired_employees", "hiring.jobs", "lab.log", "lab.never", "lab.things", "lab.pairs"], ignoreOrder: true);
        var things = tables.Single(table => table!["name"]!.GetValue<string>() == "lab.things")!;
        (things["contract"]!.GetValue<string>(), things["version"]!.GetValue<string>(), things["write"]!.GetValue<string>(), things["writable"]!.GetValue<bool>()).ShouldBe(("things", "1.2.3", "upsert", true));
        things["key"]!.AsArray().Select(name => name!.GetValue<string>()).ShouldBe(["id"]);
        things["columns"]![3]!.ToJsonString().ShouldBe("""{"name":"price","type":"number","physicalType":"numeric(12,2)","required":false}""");
        things["columns"]!.AsArray().Count.ShouldBe(12);
        foreach (var table in tables) (await _api.Client.GetAsync(table!["links"]!["rows"]!.GetValue<string>())).StatusCode.ShouldBe(HttpStatusCode.OK);
    }
}
