using System.Net;
using System.Text;
using Landfall.Tests.Hosting;
using Shouldly;
using Xunit;

namespace Landfall.Tests.Rest;

/// <summary>Whatever is asked, the answer says what is wrong with it, and the service goes on.</summary>
public sealed class BadRequestTests : IAsyncLifetime
{
    private const string Evil = "x'; DROP TABLE lab.things; --";

    private ApiWorld _api = null!;

    public async Task InitializeAsync()
    {
        _api = await ApiWorld.StartAsync();
        await _api.Database.ExecuteAsync("INSERT INTO lab.things (id, label) SELECT g, 'row' FROM generate_series(1, 50) g");
    }

    public async Task DisposeAsync()
    {
        // Whatever it was: nothing is broken, and nothing is gone.
        (await _api.JsonAsync("/tables/things/rows?limit=1000")).AsArray().Count.ShouldBe(50);
        await _api.DisposeAsync();
    }

    [Theory]
    [InlineData("/table", 404, "did you mean /tables?")]
    [InlineData("/tables/things/row", 404, "did you mean /tables/things/rows?")]
    [InlineData("/tables/nothing/rows", 404, "no table nothing")]
    [InlineData("/tables/thing/rows", 404, "did you mean lab.things?")]
    [InlineData("/tables/lab.thing/rows", 404, "lab.things")]
    [InlineData("/tables/pairs/rows", 404, "did you mean lab.pairs?")]
    [InlineData("/tables/landfall.landings/rows", 404, "no table")]
    [InlineData("/tables/%22lab%22.%22things%22/rows", 404, "no table")]
    [InlineData("/tables/things/rows/99", 404, "no row of that key")]
    [InlineData("/tables/log/rows/1", 404, "no key")]
    [InlineData("/tables/things/rows?lable=eq.a", 400, "did you mean label?")]
    [InlineData("/tables/things/rows?limt=5", 400, "did you mean limit?")]
    [InlineData("/tables/things/rows?_landing_id=eq.1", 400, "no column _landing_id")]
    [InlineData("/tables/things/rows?select=_landing_id", 400, "no column _landing_id")]
    [InlineData("/tables/things/rows?order=_order", 400, "no column _order")]
    [InlineData("/tables/things/rows?label=LA", 400, "did you mean label=eq.LA?")]
    [InlineData("/tables/things/rows?label=equals.LA", 400, "equals is no operator")]
    [InlineData("/tables/things/rows?label=eq.", 400, "is.null")]
    [InlineData("/tables/things/rows?label=is.nul", 400, "is.notnull")]
    [InlineData("/tables/things/rows?id=like.1*", 400, "for texts")]
    [InlineData("/tables/things/rows?label=like.a%5C", 400, "backslash")]
    [InlineData("/tables/things/rows?label=eq.%00", 400, "NUL")]
    [InlineData("/tables/things/rows?label=like.%00", 400, "NUL")]
    [InlineData("/tables/things/rows?extra=lt.1", 400, "no order")]
    [InlineData("/tables/things/rows?extra=eq.{", 400, "JSON")]
    [InlineData("/tables/things/rows?order=extra", 400, "JSON")]
    [InlineData("/tables/things/rows?id=eq.1.5", 400, "whole number")]
    [InlineData("/tables/things/rows?id=eq.9223372036854775808", 400, "whole number")]
    [InlineData("/tables/things/rows?amount=eq.1e5", 400, "decimal number")]
    [InlineData("/tables/things/rows?ratio=eq.NaN", 400, "number")]
    [InlineData("/tables/things/rows?done=eq.maybe", 400, "true or false")]
    [InlineData("/tables/things/rows?day=eq.2021-02-30", 400, "date")]
    [InlineData("/tables/things/rows?moment=eq.yesterday", 400, "timestamp")]
    [InlineData("/tables/things/rows?moment=eq.2021-11-07T03:48:42+01:00", 400, "timestamp")]
    [InlineData("/tables/things/rows?clock=eq.25:00", 400, "time")]
    [InlineData("/tables/things/rows?id=in.1,2", 400, "brackets")]
    [InlineData("/tables/things/rows?id=in.()", 400, "must not be empty")]
    [InlineData("/tables/things/rows?id=in.(1,2", 400, "brackets")]
    [InlineData("/tables/things/rows?id=in.(1,x)", 400, "whole number")]
    [InlineData("/tables/things/rows?label=in.(\"a)", 400, "quote")]
    [InlineData("/tables/things/rows?limit=0", 400, "from 1 to 1000")]
    [InlineData("/tables/things/rows?limit=1001", 400, "from 1 to 1000")]
    [InlineData("/tables/things/rows?limit=-1", 400, "from 1 to 1000")]
    [InlineData("/tables/things/rows?limit=ten", 400, "from 1 to 1000")]
    [InlineData("/tables/things/rows?limit=1&limit=2", 400, "twice")]
    [InlineData("/tables/things/rows?count=all", 400, "exact or estimated")]
    [InlineData("/tables/things/rows?select=id,id", 400, "twice")]
    [InlineData("/tables/things/rows?select=", 400, "no column")]
    [InlineData("/tables/things/rows?select=id,(label)", 400, "no column")]
    [InlineData("/tables/things/rows?order=id,id.desc", 400, "twice")]
    [InlineData("/tables/things/rows?order=id.down", 400, "no direction")]
    [InlineData("/tables/things/rows?order=", 400, "no column")]
    [InlineData("/tables/things/rows?cursor=", 400, "cursor")]
    [InlineData("/tables/things/rows?cursor=AAAA", 400, "cursor")]
    [InlineData("/tables/things/rows/x", 400, "whole number")]
    [InlineData("/tables/things/rows/1?label=eq.a", 400, "found by its key")]
    [InlineData("/tables/things/rows/1?limit=1", 400, "one row")]
    public async Task It_is_refused_with_a_reason(string path, int status, string reason) => await _api.ProblemAsync(path, (HttpStatusCode)status, reason);

    [Fact]
    public async Task SQL_in_every_place_is_a_name_that_nobody_knows_or_a_value()
    {
        var evil = Uri.EscapeDataString(Evil);
        foreach (var path in (string[])[$"/{evil}", $"/tables/{evil}/rows", $"/tables/things/rows?{evil}=eq.1", $"/tables/things/rows?id=eq.{evil}", $"/tables/things/rows?id={evil}", $"/tables/things/rows?select={evil}",
            $"/tables/things/rows?order={evil}", $"/tables/things/rows?order=id.{evil}", $"/tables/things/rows?limit={evil}", $"/tables/things/rows?count={evil}", $"/tables/things/rows?cursor={evil}", $"/tables/things/rows/{evil}",
            $"/tables/things/rows?day=gt.{evil}", $"/tables/things/rows?moment=gt.{evil}", $"/tables/things/rows?extra=eq.{evil}"])
        {
            using var response = await _api.Client.GetAsync(path);
            ((int)response.StatusCode).ShouldBeInRange(400, 404, path);
            await ApiWorld.ProblemAsync(response, path, response.StatusCode);
        }
        foreach (var path in (string[])[$"label=eq.{evil}", $"label=neq.{evil}", $"label=like.*{evil}*", $"label=in.({evil.Replace("%2C", "", StringComparison.Ordinal)})", $"zip=gt.{evil}"]) (await _api.TextAsync($"/tables/things/rows?limit=1&{path}")).ShouldNotContain("DROP");
    }

    [Fact]
    public async Task A_cursor_is_of_its_own_query_alone()
    {
        using var page = await _api.Client.GetAsync("/tables/things/rows?limit=10&order=label&id=gt.3&label=eq.row");
        var cursor = Cursor(ApiWorld.Next(page)!);

        // Another page size or other columns are the same query.
        (await _api.JsonAsync($"/tables/things/rows?limit=2&select=id&label=eq.row&order=label&id=gt.3&cursor={cursor}")).ToJsonString().ShouldBe("""[{"id":14},{"id":15}]""");
        foreach (var other in (string[])["order=label&id=gt.3", "order=label&id=gt.4&label=eq.row", "order=label.desc&id=gt.3&label=eq.row", "id=gt.3&label=eq.row", "order=label,zip&id=gt.3&label=eq.row"])
            await _api.ProblemAsync($"/tables/things/rows?{other}&cursor={cursor}", HttpStatusCode.BadRequest, "cursor");
        await _api.ProblemAsync($"/tables/lab.pairs/rows?cursor={cursor}", HttpStatusCode.BadRequest, "cursor");
        for (var i = 0; i < cursor.Length; i++)
        {
            var changed = cursor[..i] + (cursor[i] == 'A' ? 'B' : 'A') + cursor[(i + 1)..];
            await _api.ProblemAsync($"/tables/things/rows?limit=10&order=label&id=gt.3&label=eq.row&cursor={changed}", HttpStatusCode.BadRequest, "cursor");
        }
        foreach (var changed in (string[])[cursor[..^4], cursor + "AAAA", cursor + "=", cursor[4..]])
            await _api.ProblemAsync($"/tables/things/rows?limit=10&order=label&id=gt.3&label=eq.row&cursor={changed}", HttpStatusCode.BadRequest, "cursor");

        // Another instance of the same deployment takes it, one of another does not.
        await _api.ServeAsync();
        (await _api.JsonAsync($"/tables/things/rows?limit=1&select=id&order=label&id=gt.3&label=eq.row&cursor={cursor}")).ToJsonString().ShouldBe("""[{"id":14}]""");
        await _api.ServeAsync(settings => settings with { Postgres = settings.Postgres + ";Application Name=other" });
        await _api.ProblemAsync($"/tables/things/rows?limit=10&order=label&id=gt.3&label=eq.row&cursor={cursor}", HttpStatusCode.BadRequest, "cursor");

        static string Cursor(string link) => link[(link.IndexOf("cursor=", StringComparison.Ordinal) + 7)..];
    }

    [Fact]
    public async Task Values_too_long_to_go_on_from_are_told()
    {
        await _api.Database.ExecuteAsync("UPDATE lab.things SET zip = repeat('z', 6000)");
        await _api.ProblemAsync("/tables/things/rows?order=zip&limit=10", HttpStatusCode.BadRequest, "order by other columns");
        (await _api.JsonAsync("/tables/things/rows?order=zip&limit=1000")).AsArray().Count.ShouldBe(50);
    }

    [Theory]
    [InlineData("POST", "/tables", "GET, HEAD")]
    [InlineData("DELETE", "/openapi.json", "GET, HEAD")]
    [InlineData("BREW", "/tables/things/rows", "GET")]
    public async Task Another_method_is_told_which_there_are(string method, string path, string allow)
    {
        using var response = await _api.Client.SendAsync(new(new(method), path));
        await ApiWorld.ProblemAsync(response, path, HttpStatusCode.MethodNotAllowed, method);
        string.Join(", ", response.Content.Headers.Allow).ShouldStartWith(allow);
    }

    [Fact]
    public async Task HEAD_is_GET_without_its_body()
    {
        using var response = await _api.Client.SendAsync(new(HttpMethod.Head, "/tables/things/rows?limit=2"));
        response.StatusCode.ShouldBe(HttpStatusCode.OK);
        response.Content.Headers.ContentLength.ShouldNotBeNull().ShouldBeGreaterThan(50);
        ApiWorld.Next(response).ShouldNotBeNull();
        (await response.Content.ReadAsByteArrayAsync()).ShouldBeEmpty();
    }

    [Fact]
    public async Task What_is_too_large_is_refused()
    {
        await _api.ProblemAsync($"/tables/things/rows?label=eq.{new string('a', 8000)}", HttpStatusCode.RequestUriTooLong, "at most 8000");
        await _api.ProblemAsync($"/tables/things/rows?id=in.({string.Join(',', Enumerable.Range(1, 101))})", HttpStatusCode.BadRequest, "at most 100");
        await _api.ProblemAsync($"/tables/things/rows?{string.Join('&', Enumerable.Range(1, 21).Select(i => $"id=neq.{i}"))}", HttpStatusCode.BadRequest, "at most 20");
        using var request = new HttpRequestMessage(HttpMethod.Get, "/tables") { Headers = { { "Cookie", new string('a', 20_000) } } };
        await ApiWorld.ProblemAsync(await _api.Client.SendAsync(request), "/tables", HttpStatusCode.RequestHeaderFieldsTooLarge, "cookies");
        using var body = new HttpRequestMessage(HttpMethod.Post, "/tables") { Content = new StreamContent(new MemoryStream(new byte[(32 << 20) + 1])), Headers = { ExpectContinue = true } };
        await ApiWorld.ProblemAsync(await _api.Client.SendAsync(body), "/tables", HttpStatusCode.RequestEntityTooLarge, "drop zone");
    }

    [Fact]
    public async Task A_caller_in_a_hurry_is_told_to_wait()
    {
        var time = new ManualTime();
        await _api.ServeAsync(settings => settings with { ApiRate = 5 }, services => Microsoft.Extensions.DependencyInjection.ServiceCollectionServiceExtensions.AddSingleton<TimeProvider>(services, time));
        for (var i = 0; i < 10; i++) await _api.TextAsync("/tables");
        using var response = await _api.Client.GetAsync("/tables");
        await ApiWorld.ProblemAsync(response, "/tables", HttpStatusCode.TooManyRequests, "5 requests a second");
        response.Headers.RetryAfter!.Delta.ShouldBe(TimeSpan.FromSeconds(1));
        time.Advance(TimeSpan.FromSeconds(1));
        for (var i = 0; i < 5; i++) await _api.TextAsync("/tables");
        (await _api.Client.GetAsync("/tables")).StatusCode.ShouldBe(HttpStatusCode.TooManyRequests);
        await _api.ServeAsync();
    }

    [Fact]
    public async Task A_question_that_takes_too_long_is_given_up()
    {
        await _api.ServeAsync(settings => settings with { Timeout = TimeSpan.FromSeconds(1) });
        await using var connection = await _api.Database.DataSource.OpenConnectionAsync();
        await using var transaction = await connection.BeginTransactionAsync();
        await using var command = connection.CreateCommand();
        command.CommandText = "LOCK TABLE lab.things";
        await command.ExecuteNonQueryAsync();
        await Task.WhenAll(
            _api.ProblemAsync("/tables/things/rows", HttpStatusCode.GatewayTimeout, "in time"),
            _api.ProblemAsync("/tables/things/rows/1", HttpStatusCode.GatewayTimeout, "in time"),
            // The others go on meanwhile.
            _api.ProblemAsync("/tables/lab.pairs/rows/a,1", HttpStatusCode.NotFound));
        await transaction.RollbackAsync();
    }

    [Fact]
    public async Task A_database_that_is_away_is_a_matter_of_time()
    {
        await _api.ServeAsync(settings => settings with { Postgres = settings.Postgres!.Replace("Host=", "Host=/nowhere,", StringComparison.Ordinal) });
        (await _api.JsonAsync("/tables/things/rows/1"))["id"]!.GetValue<long>().ShouldBe(1, "of two servers one is there");
        await _api.ServeAsync(settings => settings with { Postgres = "Host=127.0.0.1;Port=1;Username=a;Password=hunter2;Database=b;Timeout=2" });
        await _api.ProblemAsync("/tables/things/rows", HttpStatusCode.ServiceUnavailable, "Postgres does not answer");
        _api.Lines.Text.ShouldNotContain("hunter2");
        await _api.ServeAsync();
    }

    [Fact]
    public async Task Bytes_that_are_no_request_do_no_harm()
    {
        var seed = Environment.TickCount;
        var random = new Random(seed);
        string[] parts = ["/tables", "/things", "/lab.pairs", "/rows", "/1", "?", "&", "=", "eq.", "in.(", ")", ",", "\"", "%", "%2", "%FF", "%00", "%C3%28", ".", "..", "/", "//", "select", "order", "limit", "cursor", "id", "label", "é", "'", ";", "--", "+", "*", "desc", "nullslast", "is.null", "{", "}", "\\"];
        var refused = 0;
        for (var i = 0; i < 2000; i++)
        {
            var path = "/" + string.Concat(Enumerable.Range(0, random.Next(1, 14)).Select(_ => parts[random.Next(parts.Length)]));
            if (random.Next(2) == 0) path = "/tables/things/rows?" + path[1..];
            using var response = await _api.Client.GetAsync(new Uri(_api.Client.BaseAddress + Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(path[1..])), new UriCreationOptions { DangerousDisablePathAndQueryCanonicalization = true }));
            // 505 is Kestrel's word for a request line that does not end as one does.
            if (response.StatusCode != HttpStatusCode.HttpVersionNotSupported) ((int)response.StatusCode).ShouldBeLessThan(500, $"seed {seed}: {path}");
            if ((int)response.StatusCode >= 400) refused++;
        }
        refused.ShouldBeGreaterThan(500, $"seed {seed}");
    }
}
