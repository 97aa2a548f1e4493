using System.Globalization;
using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using Landfall.Functions;
using Landfall.Hosting;
using Landfall.Tests.Hosting;
using Landfall.Tests.Landings;
using Landfall.Tests.Local.BigQuery;
using Landfall.Tests.Rest;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Shouldly;
using Xunit;

namespace Landfall.Tests.Backups;

/// <summary>TableBackup by its real host over the contracts of the house: the three hiring files landed, backed up, damaged and restored.</summary>
public sealed class TableBackupTests : IAsyncLifetime
{
    private static readonly string[] Tables = ["hiring.departments", "hiring.hired_employees", "hiring.jobs"];

    private readonly SettableTime _time = new(new DateTimeOffset(2024, 1, 5, 3, 0, 7, 250, TimeSpan.Zero));
    private readonly LogCapture _log = new();
    private LandingWorld _world = null!;
    private WebApplication _app = null!;
    private Settings _settings = null!;
    private HttpClient _client = null!;

    public async Task InitializeAsync()
    {
        _world = await LandingWorld.CreateAsync(Path.Combine(AppContext.BaseDirectory, "contracts"));
        _settings = new Settings { Postgres = _world.Database.ConnectionString, StorageEndpoint = _world.Endpoint, ApiOpen = true, Port = 0 };
        _app = FunctionHost.BuildHttpAndTicks<TableBackup>(_settings, IPAddress.Loopback, services =>
        {
            TableBackup.Services(services);
            services.AddSingleton<TimeProvider>(_time);
            _log.Register(services);
        });
        await _app.StartAsync();
        _client = new() { BaseAddress = new(_app.Urls.Single()) };
        foreach (var name in new[] { "departments", "jobs", "hired_employees" }) await LandAsync(name, "20240105", await File.ReadAllBytesAsync(Repository.Path($"functions/Local/samples/drop-zone/hiring/{name}_20240105.csv")));
    }

    public async Task DisposeAsync()
    {
        _client.Dispose();
        await _app.DisposeAsync();
        await _world.DisposeAsync();
        _log.Dispose();
    }

    [Fact]
    public async Task The_hiring_tables_backed_up_damaged_and_restored_are_what_they_were()
    {
        var before = await StateAsync();
        foreach (var table in Tables)
        {
            var backup = await OkAsync("/backup", new JsonObject { ["table"] = table });
            backup["backup"]!.ToString().ShouldBe($"gs://backups/{table}/20240105T030007.250Z.avro");
            backup["time"]!.ToString().ShouldBe("2024-01-05T03:00:07.250Z");
            ((long)backup["rows"]!).ShouldBe(await CountAsync(table));
            ((long)backup["rows"]!).ShouldBePositive();
        }
        await LandAsync("departments", "20240106", "1,Renamed\n77,New\n"u8.ToArray());
        await _world.Database.ExecuteAsync("""
            DELETE FROM hiring.hired_employees WHERE id % 3 = 0;
            UPDATE hiring.hired_employees SET name = 'nobody', datetime = now(), department_id = 77 WHERE id % 3 = 1;
            UPDATE hiring.jobs SET job = 'nothing';
            INSERT INTO hiring.jobs VALUES (9999, 'added', 1, 1)
            """);

        // Departments alone can not go back: somebody was moved into the new one.
        var refused = await PostAsync("/restore", """{"table":"departments"}""");
        refused.StatusCode.ShouldBe(HttpStatusCode.UnprocessableEntity);
        var problem = JsonNode.Parse(await refused.Content.ReadAsStringAsync())!;
        problem["errors"]!.AsArray().Select(error => (error!["column"]!.ToString(), error["value"]!.ToString())).ShouldBe([("department_id", "77")]);

        await OkAsync("/restore", new JsonObject { ["table"] = "hired_employees" });
        await OkAsync("/restore", new JsonObject { ["table"] = "hiring.jobs", ["backup"] = "20240105T030007.250Z" });
        var departments = await OkAsync("/restore", new JsonObject { ["table"] = "departments", ["backup"] = "gs://backups/hiring.departments/20240105T030007.250Z.avro" });
        (await StateAsync()).ShouldBe(before);
        departments["deliverAgain"]!["first"]!.AsArray().Single()!.ToString().ShouldStartWith("drop-zone/hiring/departments_20240106.csv#");

        // The same file's event comes again, and lands again.
        var version = await _world.Storage.GetAsync("drop-zone", "hiring/departments_20240106.csv");
        (await _world.Lander.LandAsync(LandingWorld.Event(version!), default)).Outcome.ShouldBe("landed");
        (await _world.Lander.LandAsync(LandingWorld.Event(version!), default)).Outcome.ShouldBe("landed");
        (await _world.Database.ScalarAsync<string>("SELECT department FROM hiring.departments WHERE id = 77")).ShouldBe("New");
        (await _world.Database.ScalarAsync<long>("SELECT count(*) FROM landfall.landings WHERE name LIKE '%departments_20240106.csv'")).ShouldBe(1);
    }

    [Fact]
    public async Task A_tick_backs_up_every_table_once_and_deletes_what_is_too_old_but_never_the_newest()
    {
        (await TickAsync()).ShouldBe(HttpStatusCode.NoContent);
        var first = await ObjectsAsync();
        Tables.ShouldAllBe(table => first.Contains($"{table}/20240105T030007.250Z.avro"));
        first.Select(name => name.Split('/')[0]).Distinct().Count().ShouldBe(first.Count, "one of each table");

        _time.Now += TimeSpan.FromSeconds(30);
        (await TickAsync()).ShouldBe(HttpStatusCode.NoContent);
        (await ObjectsAsync()).ShouldBe(first, "the same tick again");

        _time.Now += TimeSpan.FromDays(35);
        (await TickAsync()).ShouldBe(HttpStatusCode.NoContent);
        (await ObjectsAsync()).ShouldAllBe(name => name.Contains("/20240209T0300", StringComparison.Ordinal));
        (await ObjectsAsync()).Count.ShouldBe(first.Count);

        // A table that can not be backed up keeps its old one, and the tick is not done.
        _time.Now += TimeSpan.FromDays(40);
        await _world.Database.ExecuteAsync("UPDATE hiring.hired_employees SET datetime = 'infinity' WHERE id = (SELECT min(id) FROM hiring.hired_employees)");
        (await TickAsync()).ShouldBe(HttpStatusCode.ServiceUnavailable);
        var now = await ObjectsAsync();
        now.ShouldContain("hiring.jobs/20240320T030037.250Z.avro");
        now.Where(name => name.StartsWith("hiring.hired_employees/", StringComparison.Ordinal)).ShouldBe(["hiring.hired_employees/20240209T030037.250Z.avro"]);
        _log.Lines.ShouldContain(line => $"{line}".Contains("hiring.hired_employees", StringComparison.Ordinal) && $"{line}".Contains("infinity", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("/backup", "", 400)]
    [InlineData("/backup", "[]", 400)]
    [InlineData("/backup", "{}", 400)]
    [InlineData("/backup", "{\"table\":1}", 400)]
    [InlineData("/backup", "{\"table\":\"hiring.jobs\",\"table\":\"hiring.jobs\"}", 400)]
    [InlineData("/backup", "{\"table\":\"hiring.jobs\",\"backup\":\"x\"}", 400)]
    [InlineData("/backup", "{\"table\":\"\\ud800\"}", 400)]
    [InlineData("/backup", "{\"table\":\"nothing\"}", 404)]
    [InlineData("/backup", "{\"table\":\"hiring.jobs; DROP TABLE hiring.jobs\"}", 404)]
    [InlineData("/backup", "{\"table\":\"landfall.landings\"}", 404)]
    [InlineData("/restore", "{\"table\":\"hiring.jobs\"}", 404)]
    [InlineData("/restore", "{\"table\":\"hiring.jobs\",\"backup\":\"../../x\"}", 404)]
    [InlineData("/restore", "{\"table\":\"hiring.jobs\",\"backup\":\"'; DROP TABLE hiring.jobs; --\"}", 404)]
    [InlineData("/restore", "{\"table\":\"hiring.jobs\",\"backup\":null}", 400)]
    [InlineData("/other", "{\"table\":\"hiring.jobs\"}", 404)]
    [InlineData("/", "{}", 404)]
    public async Task What_can_not_be_done_is_told_as_a_problem(string path, string body, int status)
    {
        using var response = await PostAsync(path, body);
        ((int)response.StatusCode).ShouldBe(status);
        response.Content.Headers.ContentType!.MediaType.ShouldBe("application/problem+json");
        JsonNode.Parse(await response.Content.ReadAsStringAsync())!["detail"]!.ToString().ShouldNotBeNullOrWhiteSpace();
        (await CountAsync("hiring.jobs")).ShouldBePositive();
    }

    [Fact]
    public async Task Another_method_and_a_body_that_never_ends_are_refused()
    {
        using var get = await _client.GetAsync("/backup");
        get.StatusCode.ShouldBe(HttpStatusCode.MethodNotAllowed);
        get.Content.Headers.Allow.ShouldBe(["POST"]);
        (await PostAsync("/backup", $"{{\"table\":\"{new string('x', 20_000)}\"}}")).StatusCode.ShouldBe(HttpStatusCode.RequestEntityTooLarge);
        (await _client.GetAsync("/healthz")).StatusCode.ShouldBe(HttpStatusCode.OK);
    }

    [Fact]
    public async Task What_came_over_HTTP_and_was_taken_back_is_carried_out_again_when_it_comes_again()
    {
        await using var api = FunctionHost.BuildHttp<Functions.Api>(_settings, IPAddress.Loopback, Functions.Api.Services);
        await api.StartAsync();
        using var client = new HttpClient { BaseAddress = new(api.Urls.Single()) };
        await OkAsync("/backup", new JsonObject { ["table"] = "jobs" });
        var before = await JobsAsync();
        (await RowAsync()).ShouldBe((HttpStatusCode.Created, false));
        (await FileAsync()).ShouldBe((HttpStatusCode.OK, false));
        var after = await JobsAsync();
        after.ShouldNotBe(before);
        (await RowAsync()).ShouldBe((HttpStatusCode.Created, true));
        (await FileAsync()).ShouldBe((HttpStatusCode.OK, true));

        var restored = await OkAsync("/restore", new JsonObject { ["table"] = "jobs" });
        restored["deliverAgain"]!["count"]!.GetValue<int>().ShouldBe(2);
        restored["deliverAgain"]!["hint"]!.ToString().ShouldContain("Idempotency-Key");
        (await JobsAsync()).ShouldBe(before);

        (await RowAsync()).ShouldBe((HttpStatusCode.Created, false));
        (await FileAsync()).ShouldBe((HttpStatusCode.OK, false));
        (await JobsAsync()).ShouldBe(after);
        (await RowAsync()).ShouldBe((HttpStatusCode.Created, true));

        Task<string> JobsAsync() => _world.Database.ScalarAsync<string>("SELECT string_agg(id || '=' || job, ' ' ORDER BY id) FROM hiring.jobs")!;

        Task<(HttpStatusCode Status, bool Replayed)> RowAsync() => SendAsync("/tables/hiring.jobs/rows", "row", new StringContent("""{"id":7001,"job":"By row"}""", Encoding.UTF8, "application/json"));

        Task<(HttpStatusCode Status, bool Replayed)> FileAsync() => SendAsync("/upload", "file", new MultipartFormDataContent { { new StringContent("7002,By file\n"), "file", "jobs.csv" } });

        async Task<(HttpStatusCode Status, bool Replayed)> SendAsync(string path, string key, HttpContent content)
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, path) { Content = content, Headers = { { "Idempotency-Key", key } } };
            using var response = await client.SendAsync(request);
            return (response.StatusCode, response.Headers.Contains("Idempotent-Replayed"));
        }
    }

    [Fact]
    public async Task A_request_that_never_touched_a_table_is_none_that_its_restoring_takes_back()
    {
        await using var api = FunctionHost.BuildHttp<Functions.Api>(_settings, IPAddress.Loopback, Functions.Api.Services);
        await api.StartAsync();
        using var client = new HttpClient { BaseAddress = new(api.Urls.Single()) };
        (await PostRowAsync("people.departments", """{"department":"Sales"}""")).ShouldBe(HttpStatusCode.Created);
        await OkAsync("/backup", new JsonObject { ["table"] = "people.departments" });
        (await PostRowAsync("people.people", """{"email":"a@example.com","first_name":"A","last_name":"B","state":"LA"}""")).ShouldBe(HttpStatusCode.Created);
        (await PostRowAsync("people.departments", """{"department":"Stock"}""")).ShouldBe(HttpStatusCode.Created);

        var restored = await OkAsync("/restore", new JsonObject { ["table"] = "people.departments" });

        restored["deliverAgain"]!["first"]!.AsArray().Single()!.ToString().ShouldStartWith("api/people.departments/");
        (await CountAsync("people.people")).ShouldBe(1);
        (await _world.Database.ScalarAsync<long>("SELECT count(*) FROM landfall.landings WHERE contract = 'people' AND outcome = 'landed'")).ShouldBe(2);

        async Task<HttpStatusCode> PostRowAsync(string table, string row)
        {
            using var response = await client.PostAsync(new Uri($"/tables/{table}/rows", UriKind.Relative), new StringContent(row, Encoding.UTF8, "application/json"));
            return response.StatusCode;
        }
    }

    [Fact]
    public async Task Only_who_may_write_a_table_backs_it_up_and_restores_it()
    {
        using var keys = new TokenKeys();
        using var folder = new TempFolder();
        await File.WriteAllTextAsync(folder["keys.json"], keys.Json);
        var settings = _settings with
        {
            ApiOpen = false, ApiAudience = TokenKeys.Audience, ApiKeys = folder["keys.json"], ApiRoles = [("hiring_readers", "ana@example.com"), ("hiring_editors", "di@example.com")],
        };
        Should.Throw<FormatException>(() => Build(settings)).Message.ShouldContain("LANDFALL_PUSH_AUDIENCE");
        await using var app = Build(settings with { PushAudience = "ticks", PushEmail = "scheduler@example.com" });
        await app.StartAsync();
        using var client = new HttpClient { BaseAddress = new(app.Urls.Single()) };

        (await StatusAsync("/backup", null)).ShouldBe(HttpStatusCode.Unauthorized);
        (await StatusAsync("/backup", keys.Token(algorithm: "HS256"))).ShouldBe(HttpStatusCode.Unauthorized);
        (await StatusAsync("/backup", Of("eve@example.com"))).ShouldBe(HttpStatusCode.Forbidden);
        (await StatusAsync("/backup", Of("ana@example.com"))).ShouldBe(HttpStatusCode.Forbidden);
        (await StatusAsync("/restore", Of("ana@example.com"))).ShouldBe(HttpStatusCode.Forbidden);
        (await ObjectsAsync()).ShouldBeEmpty();
        (await StatusAsync("/backup", Of("di@example.com"))).ShouldBe(HttpStatusCode.OK);
        (await StatusAsync("/restore", Of("di@example.com"))).ShouldBe(HttpStatusCode.OK);
        // Somebody who may write is not the scheduler.
        (await StatusAsync("/", Of("di@example.com"), "true")).ShouldBe(HttpStatusCode.Unauthorized);
        (await ObjectsAsync()).Count.ShouldBe(1);

        WebApplication Build(Settings settings) => FunctionHost.BuildHttpAndTicks<TableBackup>(settings, IPAddress.Loopback, services =>
        {
            TableBackup.Services(services);
            _log.Register(services);
        });

        string Of(string email) => keys.Token(change: claims => claims["email"] = email);

        async Task<HttpStatusCode> StatusAsync(string path, string? token, string? scheduler = null)
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, path) { Content = new StringContent("""{"table":"jobs"}""", Encoding.UTF8, "application/json") };
            if (token is not null) request.Headers.Authorization = new("Bearer", token);
            if (scheduler is not null) request.Headers.Add("X-CloudScheduler", scheduler);
            using var response = await client.SendAsync(request);
            return response.StatusCode;
        }
    }

    private async Task LandAsync(string name, string date, byte[] content) =>
        (await _world.Lander.LandAsync(await _world.DropAsync("drop-zone", $"hiring/{name}_{date}.csv", content), default)).Outcome.ShouldBe("landed");

    private Task<HttpResponseMessage> PostAsync(string path, string body) => _client.PostAsync(new Uri(path, UriKind.Relative), new StringContent(body, Encoding.UTF8, "application/json"));

    private async Task<JsonNode> OkAsync(string path, JsonObject body)
    {
        using var response = await PostAsync(path, body.ToJsonString());
        var answer = await response.Content.ReadAsStringAsync();
        response.StatusCode.ShouldBe(HttpStatusCode.OK, answer);
        return JsonNode.Parse(answer)!;
    }

    private async Task<HttpStatusCode> TickAsync()
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/");
        request.Headers.Add("X-CloudScheduler", "true");
        request.Headers.Add("X-CloudScheduler-JobName", "projects/p/locations/l/jobs/table-backup");
        request.Headers.Add("X-CloudScheduler-ScheduleTime", (_time.Now.Date + TimeSpan.FromHours(3)).ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture));
        using var response = await _client.SendAsync(request);
        return response.StatusCode;
    }

    private async Task<IReadOnlyList<string>> ObjectsAsync()
    {
        var names = new List<string>();
        await foreach (var found in _world.Storage.ListAsync("backups")) names.Add(found.Name);
        return names;
    }

    private Task<long> CountAsync(string table) => _world.Database.ScalarAsync<long>($"SELECT count(*) FROM {table}");

    private async Task<string> StateAsync()
    {
        var state = "";
        foreach (var table in Tables) state += await _world.Database.ScalarAsync<string>($"SELECT string_agg(t::text, E'\\n' ORDER BY id) FROM {table} t");
        return state;
    }
}
