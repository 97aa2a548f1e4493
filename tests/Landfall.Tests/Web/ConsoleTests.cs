using System.Globalization;
using System.Net;
using System.Text.RegularExpressions;
using Landfall.Tests.Reports;
using Landfall.Tests.Rest;
using Shouldly;
using Xunit;
using Xunit.Abstractions;

namespace Landfall.Tests.Web;

/// <summary>What pages say, to whom, and what they never say.</summary>
public sealed class ConsoleTests(ITestOutputHelper output)
{
    private const string Header = "first_name,last_name,company_name,address,city,state,zip,phone1,phone2,email,department\n";

    [Fact]
    public async Task Every_page_is_there_and_runs_no_script_and_takes_nothing_from_elsewhere()
    {
        await using var world = await ConsoleWorld.StartAsync();
        await world.LandAsync("hiring/departments_20240105.csv", "1,Sales\n2,\n");
        foreach (var path in (string[])["/", "/arrivals", "/reports", "/reports/hires_q", "/reports/hires_mean?year=2020", "/backups", "/costs", "/datasets/departments", "/datasets/departments/landings", "/datasets/customers", "/datasets/relations/matrix", "/style.css"])
        {
            using var response = await world.Pages.GetAsync(path);
            response.StatusCode.ShouldBe(path == "/reports/hires_q" || path.StartsWith("/reports/hires_mean", StringComparison.Ordinal) ? HttpStatusCode.ServiceUnavailable : HttpStatusCode.OK, path);
            var policy = response.Headers.GetValues("Content-Security-Policy").Single();
            policy.ShouldContain("default-src 'none'");
            policy.ShouldNotContain("script-src");
            response.Headers.GetValues("X-Content-Type-Options").Single().ShouldBe("nosniff");
            var page = await response.Content.ReadAsStringAsync();
            page.ShouldNotContain("<script");
            page.ShouldNotContain(" style=");
            Regex.Matches(page, "(?:src|href)=\"(?!/|#|data:,)([^\"]*)\"").Select(link => link.Groups[1].Value).ShouldAllBe(link => link.StartsWith("https://example.com/", StringComparison.Ordinal), path);
        }
        (await world.GetAsync("/datasets/departments/tables.svg")).ShouldStartWith("<svg");
        // What was asked of BigQuery's ledgers, where nothing has landed, was no fault.
        world.Log.ShouldNotContain("does not answer");
    }

    [Fact]
    public async Task Charts_show_the_numbers_of_the_API()
    {
        var seed = Environment.TickCount;
        output.WriteLine($"seed {seed}");
        var hiring = new Hiring(seed, many: 60);
        await using var world = await ConsoleWorld.StartAsync();
        await world.LandAsync("hiring/departments_20240105.csv", hiring.Departments);
        await world.LandAsync("hiring/jobs_20240105.csv", hiring.Jobs);
        await world.LandAsync("hiring/hired_employees_20240105.csv", hiring.Hires);

        var quarters = (await world.ApiAsync("/hires_q?year=2021")).EnumerateArray()
            .GroupBy(row => row.GetProperty("department").GetString())
            .Select(of => $"{of.Key}: {string.Join(", ", ((string[])["q1", "q2", "q3", "q4"]).Select(q => $"{q} {of.Sum(row => row.GetProperty(q).GetInt64()).ToString("N0", CultureInfo.InvariantCulture)}"))}").ToList();
        quarters.Count.ShouldBeGreaterThan(4);
        ConsoleWorld.Drawn(await world.GetAsync("/reports/hires_q?year=2021")).ShouldBe(quarters);

        var page = await world.GetAsync("/reports/hires_mean?year=2021");
        var all = (await world.ApiAsync("/hires_mean?year=2021")).EnumerateArray().ToList();
        ConsoleWorld.Drawn(page).ShouldBe(all.GroupBy(row => row.GetProperty("department").GetString()).Select(of => $"{of.Key}: {of.Sum(row => row.GetProperty("hired").GetInt64())}"));
        var mean = all[0].GetProperty("mean").GetDecimal();
        ConsoleWorld.TextOf(page).ShouldContain($"the line: mean {mean.ToString("#,##0.##", CultureInfo.InvariantCulture)}");
        // Those beyond the line are those of the report on them.
        var above = (await world.ApiAsync("/hires_depa?year=2021")).EnumerateArray().Select(row => row.GetProperty("id").GetInt64()).ToList();
        above.ShouldNotBeEmpty();
        all.Where(row => row.GetProperty("hired").GetInt64() > mean).Select(row => row.GetProperty("id").GetInt64()).ShouldBe(above);
    }

    [Fact]
    public async Task What_is_classified_is_masked_on_the_page_and_in_the_file()
    {
        await using var world = await ConsoleWorld.StartAsync();
        var rows = string.Concat(Enumerable.Range(0, 20).Select(i => $"A,B,C,1 Row,City,OR,97201,1,2,someone{i}@example.com,Sales\n"));
        var landing = await world.LandAsync("people/people_20240105.csv", $"{Header}{rows}Ana,Quint,Acme,9 Secret Row,City,Florida,97201,1,2,ana.quint@example.com,Sales\nBob,Quint,Acme,8 Secret Row,City,OR,97201,1,2,not-an-address,Sales\n");

        var page = await world.GetAsync($"/datasets/people/landings/{landing}");
        var file = await world.GetAsync($"/datasets/people/landings/{landing}/rejects.csv");
        foreach (var text in (string[])[ConsoleWorld.TextOf(page), file])
        {
            text.ShouldContain("Florida", Case.Sensitive, "a state is not classified");
            text.ShouldContain("•••");
            text.ShouldNotContain("not-an-address");
            text.ShouldNotContain("ana.quint");
            text.ShouldNotContain("Secret Row");
        }
        file.Split('\n')[0].Trim().ShouldBe("line,column,rule,value,reason,row");
        file.ShouldContain("pattern");
    }

    [Fact]
    public async Task Who_may_read_one_table_alone_sees_no_rejected_value()
    {
        using var keys = new TokenKeys();
        using var folder = new TempFolder();
        var file = Path.Combine(folder.Path, "keys.json");
        await File.WriteAllTextAsync(file, keys.Json);
        var contracts = Directory.CreateDirectory(Path.Combine(folder.Path, "contracts")).FullName;
        await File.WriteAllTextAsync(Path.Combine(contracts, "pairs.odcs.yaml"), """
            apiVersion: v3.1.0
            kind: DataContract
            id: pairs
            version: 1.0.0
            status: active
            team: { name: lab }
            roles:
              - { role: all_readers, access: read }
              - { role: left_readers, access: read, customProperties: [ { property: landfall, value: { of: [ left ] } } ] }
            servers: [ { server: operational, type: postgres, host: landfall, port: 5432, database: landfall, schema: lab } ]
            customProperties: [ { property: landfall, value: { object: "drop-zone/lab/pairs.csv" } } ]
            schema:
              - { name: left, logicalType: object, physicalType: table, properties: [ { name: a, logicalType: integer } ] }
              - { name: right, logicalType: object, physicalType: table, properties: [ { name: b, logicalType: integer } ] }
            """);
        await using var world = await ConsoleWorld.StartAsync(
            settings => settings with { ApiOpen = false, ApiAudience = TokenKeys.Audience, ApiKeys = file, ApiRoles = [("left_readers", TokenKeys.Email), ("all_readers", "all@example.com")], Reports = null }, contracts);
        var landing = await world.LandAsync("lab/pairs.csv", "a,b\n1,2\nsecret-a,3\n4,secret-b\n");
        foreach (var path in (string[])[$"/datasets/pairs/landings/{landing}", $"/datasets/pairs/landings/{landing}/rejects.csv"])
        {
            var all = await world.GetAsync(path, token: keys.Token(change: claims => claims["email"] = "all@example.com"));
            all.ShouldContain("secret-a");
            all.ShouldContain("secret-b");
            var one = await world.GetAsync(path, token: keys.Token());
            ConsoleWorld.TextOf(one).ShouldContain("•••");
            one.ShouldNotContain("secret");
        }
    }

    [Fact]
    public async Task Huge_rejected_rows_come_whole_in_the_file_and_short_on_the_page()
    {
        await using var world = await ConsoleWorld.StartAsync();
        var huge = new string('x', 64 * 1024);
        var landing = await world.LandAsync("hiring/departments_20240105.csv", $"1,Sales\n{string.Concat(Enumerable.Range(0, 50).Select(i => $"{huge}{i},Sales\n"))}");
        var page = await world.GetAsync($"/datasets/departments/landings/{landing}");
        page.Length.ShouldBeLessThan(200_000);
        var file = await world.GetAsync($"/datasets/departments/landings/{landing}/rejects.csv");
        file.Split('\n', StringSplitOptions.RemoveEmptyEntries).Length.ShouldBe(51);
        // What stands in the quarantine stands in the file.
        file.ShouldContain(huge);
    }

    [Fact]
    public async Task A_quarantine_that_can_not_be_read_is_no_file()
    {
        await using var world = await ConsoleWorld.StartAsync();
        var landing = await world.LandAsync("hiring/departments_20240105.csv", "1,Sales\nx,Sales\n");
        await world.Landing.Database.ExecuteAsync("UPDATE landfall.landings SET rejects = 'landfall.rejects'; ALTER TABLE landfall.rejects RENAME TO hidden");
        var problem = await world.GetAsync($"/datasets/departments/landings/{landing}/rejects.csv", 503);
        ConsoleWorld.TextOf(problem).ShouldContain("The quarantine does not answer");
    }

    [Fact]
    public async Task A_matrix_with_a_cell_twice_says_both()
    {
        await using var world = await ConsoleWorld.StartAsync();
        await world.Landing.Database.ExecuteAsync("""
            CREATE SCHEMA relations; CREATE TABLE relations.relations (from_actor bigint, to_actor bigint, related boolean);
            INSERT INTO relations.relations VALUES (1, 2, true), (1, 2, false), (1, 2, false), (2, 1, true), (2, 2, NULL)
            """);
        var page = await world.GetAsync("/datasets/relations/matrix");
        page.ShouldContain("<title>1 to 2: false, true</title>");
        page.ShouldContain("<title>2 to 1: true</title>");
        page.ShouldContain("<title>2 to 2: </title>");
    }

    [Fact]
    public async Task Hostile_values_and_names_are_text()
    {
        await using var world = await ConsoleWorld.StartAsync();
        var landing = await world.LandAsync("hiring/departments_20240105.csv", "1,Sales\n<img src=x onerror=alert(1)>,\"</td><script>alert(2)</script>\"\n\u202eevil,x\n");
        var page = await world.GetAsync($"/datasets/departments/landings/{landing}");
        page.ShouldNotContain("<img src=x");
        page.ShouldNotContain("<script");
        page.ShouldContain("&lt;img src=x onerror=alert(1)&gt;");
        page.ShouldNotContain("\u202e");
        (await world.GetAsync($"/datasets/departments/landings/{landing}/rejects.csv")).ShouldContain("onerror");

        await world.Landing.Database.ExecuteAsync("UPDATE landfall.landings SET name = 'hiring/\"><script>alert(3)</script>.csv', reason = '<b>bold</b>', hint = 'javascript:alert(4)'");
        foreach (var path in (string[])["/", "/datasets/departments", "/datasets/departments/landings"])
        {
            var text = await world.GetAsync(path);
            text.ShouldNotContain("<script>");
            text.ShouldNotContain("<b>bold");
        }
        foreach (var path in (string[])["/<script>alert(1)</script>", "/datasets/<b>", "/reports/<i>", "/datasets/departments/landings/<u>", "/datasets/departments/landings?outcome=<s>"])
        {
            var text = await world.GetAsync(path, path.Contains('?', StringComparison.Ordinal) ? 400 : 404);
            text.ShouldNotContain("<script>");
            Regex.IsMatch(text, "<(b|i|u|s)>").ShouldBeFalse(path);
        }
    }

    [Fact]
    public async Task Landings_are_filtered_and_each_stands_on_one_page()
    {
        await using var world = await ConsoleWorld.StartAsync();
        await world.LandAsync("hiring/departments_20240105.csv", "1,Sales\n");
        await ManyLandings.AddAsync(world.Landing.Database.ConnectionString, "departments", 120, refusedEvery: 10);

        var seen = new List<string>();
        for (var path = "/datasets/departments/landings"; path is not null;)
        {
            var page = await world.GetAsync(path);
            seen.AddRange(Regex.Matches(page, "/landings/([0-9]+)\"").Select(link => link.Groups[1].Value));
            path = Regex.Match(page, "rel=\"next\" href=\"([^\"]+)\"") is { Success: true } next ? WebUtility.HtmlDecode(next.Groups[1].Value) : null;
        }
        seen.Count.ShouldBe(121);
        seen.Distinct().Count().ShouldBe(121);
        var refused = await world.GetAsync("/datasets/departments/landings?outcome=refused");
        Regex.Count(refused, "/landings/[0-9]+\"").ShouldBe(12);
        ConsoleWorld.TextOf(await world.GetAsync("/datasets/departments/landings?outcome=undone")).ShouldContain("There is none");
        foreach (var bad in (string[])["?outcome=lost", "?after=x", "?after=1-", "?after=99999999999999999999-1", "?after=1-1&after=2-2"]) await world.GetAsync($"/datasets/departments/landings{bad}", 400);
        await world.GetAsync("/datasets/departments/landings/1", 404);
        await world.GetAsync($"/datasets/jobs/landings/{seen[0]}", 404);
    }

    [Fact]
    public async Task Who_may_not_read_a_dataset_does_not_see_that_there_is_one()
    {
        using var keys = new TokenKeys();
        using var folder = new TempFolder();
        var file = Path.Combine(folder.Path, "keys.json");
        await File.WriteAllTextAsync(file, keys.Json);
        await using var world = await ConsoleWorld.StartAsync(settings => settings with { ApiOpen = false, ApiAudience = TokenKeys.Audience, ApiKeys = file, ApiRoles = [("hiring_readers", TokenKeys.Email)] });
        var landing = await world.LandAsync("hiring/departments_20240105.csv", "1,Sales\n");
        var token = keys.Token();

        var page = await world.GetAsync("/", token: token);
        page.ShouldContain("/datasets/departments");
        page.ShouldNotContain("/datasets/people");
        page.ShouldNotContain("/datasets/relations/matrix");
        page.ShouldContain(TokenKeys.Email);
        (await world.GetAsync("/arrivals", token: token)).ShouldNotContain("/datasets/people");
        (await world.GetAsync("/backups", token: token)).ShouldNotContain("people.people");
        (await world.GetAsync($"/datasets/departments/landings/{landing}", token: token)).ShouldContain("departments_20240105.csv");
        foreach (var path in (string[])["/datasets/people", "/datasets/people/landings", "/datasets/people/landings/1", "/datasets/people/landings/1/rejects.csv", "/datasets/people/tables.svg", "/datasets/relations/matrix", "/local"])
            ConsoleWorld.TextOf(await world.GetAsync(path, 404, token)).ShouldNotContain("phone", Case.Insensitive, path);

        foreach (var path in (string[])["/", "/datasets/departments", $"/datasets/departments/landings/{landing}/rejects.csv", "/reports/hires_q"]) await world.GetAsync(path, 401);
        await world.GetAsync("/", 401, keys.Token(change: claims => claims["aud"] = "https://another.example.com"));
        await world.GetAsync("/", 403, keys.Token(change: claims => claims["email"] = "eve@example.com"));
        world.Log.ShouldNotContain(token);
    }

    [Fact]
    public async Task Behind_the_proxy_that_signs_people_in_they_are_who_it_says()
    {
        const string Audience = "/projects/1/locations/eu/services/console";
        using var keys = new TokenKeys();
        using var folder = new TempFolder();
        var file = Path.Combine(folder.Path, "keys.json");
        await File.WriteAllTextAsync(file, keys.Json);
        await using var world = await ConsoleWorld.StartAsync(settings => settings with
        {
            ApiOpen = false, ApiIssuer = "https://cloud.google.com/iap", ApiAudience = Audience, ApiKeys = file, ApiRoles = [("hiring_readers", TokenKeys.Email)],
        });
        string Token(string audience = Audience, string issuer = "https://cloud.google.com/iap") => keys.Token("ES256", claims =>
        {
            (claims["aud"], claims["iss"]) = (audience, issuer);
            claims.Remove("email_verified");
        });
        (await StatusAsync(Token())).ShouldBe(200);
        (await StatusAsync(Token(audience: "/projects/2"))).ShouldBe(401);
        (await StatusAsync(Token(issuer: "https://accounts.google.com"))).ShouldBe(401);
        (await StatusAsync(Token()[..^4] + "AAAA")).ShouldBe(401);
        // The other header is anybody's.
        await world.GetAsync("/", 401, Token());

        async Task<int> StatusAsync(string token)
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, "/") { Headers = { { "X-Goog-IAP-JWT-Assertion", token } } };
            using var response = await world.Pages.SendAsync(request);
            return (int)response.StatusCode;
        }
    }

    [Fact]
    public async Task Costs_are_shown_by_contract_where_somebody_says_them()
    {
        await using var world = await ConsoleWorld.StartAsync(settings => settings with { Costs = new("landfall", "costs") });
        (await world.GetAsync("/")).ShouldContain("/costs");
        // The table is not there yet.
        await world.GetAsync("/costs", 503);
        await world.RunAsync("""
            CREATE SCHEMA IF NOT EXISTS landfall;
            CREATE TABLE landfall.costs (month DATE, contract STRING, cost NUMERIC, currency STRING);
            INSERT INTO landfall.costs SELECT DATE_TRUNC(CURRENT_DATE(), MONTH), c.contract, c.cost, 'EUR' FROM (SELECT 'people' AS contract, NUMERIC '12.5' AS cost UNION ALL SELECT 'jobs', 3 UNION ALL SELECT 'people', 1 UNION ALL SELECT 'nobodys', 99) AS c;
            INSERT INTO landfall.costs SELECT DATE_SUB(CURRENT_DATE(), INTERVAL 400 DAY), 'jobs', 77, 'EUR';
            """);
        var page = await world.GetAsync("/costs");
        ConsoleWorld.Drawn(page).ShouldBe(["people: 13.5", "jobs: 3"]);
        ConsoleWorld.TextOf(page).ShouldNotContain("nobodys");
        ConsoleWorld.TextOf(page).ShouldNotContain("77");
    }

    [Fact]
    public async Task Nothing_is_changed_by_whatever_is_sent()
    {
        await using var world = await ConsoleWorld.StartAsync();
        foreach (var method in (HttpMethod[])[HttpMethod.Post, HttpMethod.Put, HttpMethod.Delete])
        {
            using var request = new HttpRequestMessage(method, "/datasets/departments");
            using var response = await world.Pages.SendAsync(request);
            response.StatusCode.ShouldBe(HttpStatusCode.MethodNotAllowed);
        }
        // Outside of the local cloud there is no button.
        using var fired = await world.Pages.PostAsync("/local/jobs/reconcile", null);
        fired.StatusCode.ShouldBe(HttpStatusCode.NotFound);
    }
}
