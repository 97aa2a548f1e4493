using System.Collections.Concurrent;
using System.Net;
using System.Text;
using Landfall.Tests.Faults;
using Landfall.Tests.Landings;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Npgsql;
using Shouldly;
using Xunit;
using Xunit.Abstractions;

namespace Landfall.Tests.Attacks;

/// <summary>
/// Functions as they are deployed, with secrets that can be told apart: whatever goes wrong, none is in what they write, in the spans and metrics that they send, or in an answer; nor is a cell of
/// somebody's row, but in the answer to who sent it. No setting has a function write more than it does here; the usual variables of .NET's are tried.
/// </summary>
public sealed class MarkerTests : IAsyncLifetime
{
    private const string Password = "M4RK-pg", Bearer = "M4RK-bearer", Token = "M4RK-project", Key = "M4RK-key", Secret = "M4RK-secret", Variable = "M4RK-variable", Cell = "M4RK-cell";

    private readonly ITestOutputHelper _output;
    private readonly TempFolder _folder = new();
    private readonly HttpClient _http = new() { DefaultRequestHeaders = { Authorization = new("Bearer", Bearer) } };
    private readonly ConcurrentQueue<byte[]> _exported = new();
    private readonly List<string> _answers = [];
    private readonly List<FunctionProcess> _functions = [];
    private WebApplication _collector = null!, _cloud = null!;
    private LandingWorld _world = null!;
    private FakePostgres _refusing = null!;
    private Func<HttpContext, (int Status, string Body)> _fault = _ => (500, "");

    public MarkerTests(ITestOutputHelper output) => _output = output;

    public async Task InitializeAsync()
    {
        _world = await LandingWorld.CreateAsync(Repository.Path("shared/contracts"));
        _collector = await ServeAsync(async context =>
        {
            using var body = new MemoryStream();
            await context.Request.Body.CopyToAsync(body);
            _exported.Enqueue(body.ToArray());
        });
        _cloud = await ServeAsync(async context =>
        {
            var (status, body) = _fault(context);
            context.Response.StatusCode = status;
            context.Response.ContentType = "application/json";
            await context.Response.WriteAsync(body);
        });
        _refusing = new FakePostgres();
        await _world.Database.ExecuteAsync($"DROP ROLE IF EXISTS marked; CREATE ROLE marked LOGIN SUPERUSER PASSWORD '{Password}'");
    }

    public async Task DisposeAsync()
    {
        foreach (var function in _functions) await function.DisposeAsync();
        _refusing.Dispose();
        await _cloud.DisposeAsync();
        await _collector.DisposeAsync();
        await _world.Database.ExecuteAsync("DROP OWNED BY marked CASCADE; DROP ROLE marked");
        await _world.DisposeAsync();
        _http.Dispose();
        _folder.Dispose();
    }

    /// <summary>Rows that are good, broken, there already, without a parent; keys and filters; then a database that is not there, and one that takes no password.</summary>
    [Fact]
    public async Task The_api_repeats_no_cell_and_no_password()
    {
        foreach (var (name, text) in new[] { ("departments", "1,Sales"), ("jobs", "1,Clerk") })
            (await _world.Lander.LandAsync(await _world.DropAsync("drop-zone", $"hiring/{name}_20240105.csv", Encoding.UTF8.GetBytes(text + "\n")), default)).Outcome.ShouldNotBe("unclaimed");
        var here = await StartAsync("Api", Postgres(new NpgsqlConnectionStringBuilder(_world.Database.ConnectionString) { Username = "marked", Password = Password }));
        var statuses = await RowsAsync(here);
        statuses.ShouldContain(201);
        statuses.ShouldContain(409);
        statuses.ShouldContain(422);
        statuses.ShouldContain(400);
        statuses.ShouldAllBe(status => status < 500);

        foreach (var address in new[] { Postgres(_refusing.Port), Postgres(FreePort()) })
        {
            var away = await StartAsync("Api", address);
            (await RowsAsync(away)).ShouldContain(503);
            away.Output.ShouldContain(line => line.Contains("/tables/{table}/rows", StringComparison.Ordinal), "It has said what failed.");
        }
        _refusing.Passwords.ShouldContain(Password, "The password was sent, and refused.");
        await NothingIsToldAsync(exports: false);
    }

    /// <summary>A token that is refused, a storage that fails in every way, rows that are rejected.</summary>
    [Fact]
    public async Task A_landing_repeats_no_cell_no_token_and_no_password()
    {
        var good = Postgres(new NpgsqlConnectionStringBuilder(_world.Database.ConnectionString) { Username = "marked", Password = Password });
        var landing = await StartAsync("DropZoneLoad", good, ("LANDFALL_STORAGE_ENDPOINT", _world.Endpoint.AbsoluteUri), ("LANDFALL_TIMEOUT", "20"));
        foreach (var (day, csv) in new[]
        {
            (5, $"1,{Cell}-good\n2,\nx,{Cell}-type\n"), (6, $"{Cell},{Cell}\n"), (7, $"1,\"{Cell}\n"), (8, string.Concat(Enumerable.Range(0, 50).Select(i => $"{i},{Cell}\n")) + "3,twice\n"), (9, $"{{\"{Cell}\":"),
        })
        {
            var data = await _world.DropAsync("drop-zone", $"hiring/departments_202401{day:00}.csv", Encoding.UTF8.GetBytes(csv));
            var status = await SendAsync(landing, HttpMethod.Post, "/", $$"""{"bucket":"{{data.Bucket}}","name":"{{data.Name}}","generation":"{{data.Generation}}"}""");
            status.ShouldBe(204);
        }
        (await _world.Database.ScalarAsync<long>("SELECT count(*) FROM landfall.landings")).ShouldBe(5);
        await SendAsync(landing, HttpMethod.Post, "/", $$"""{"message":{"messageId":"{{Cell}}","data":"{{Cell}}"} }""");
        await SendAsync(landing, HttpMethod.Post, "/", $$"""{"specversion":"1.0","{{Cell}}":{{Cell}}""");

        var broken = await StartAsync("DropZoneLoad", good, ("LANDFALL_STORAGE_ENDPOINT", _cloud.Urls.Single()), ("LANDFALL_TIMEOUT", "3"));
        foreach (var (status, body) in new[] { (401, Echo), (403, Echo), (404, Echo), (429, Echo), (500, Echo), (200, Cell), (200, "{}") })
        {
            _fault = context => (status, body.Replace("ECHO", context.Request.Headers.Authorization.ToString(), StringComparison.Ordinal));
            await SendAsync(broken, HttpMethod.Post, "/", """{"bucket":"drop-zone","name":"hiring/departments_20240110.csv","generation":"5"}""");
        }
        var guarded = await StartAsync("DropZoneLoad", good, ("LANDFALL_PUSH_AUDIENCE", "https://push.example.com"), ("LANDFALL_PUSH_EMAIL", "push@p.iam.gserviceaccount.com"));
        (await SendAsync(guarded, HttpMethod.Post, "/", """{"bucket":"drop-zone","name":"hiring/departments_20240110.csv","generation":"5"}""")).ShouldBe(401);
        foreach (var address in new[] { Postgres(_refusing.Port), Postgres(FreePort()) })
        {
            var away = await StartAsync("DropZoneLoad", address, ("LANDFALL_STORAGE_ENDPOINT", _world.Endpoint.AbsoluteUri), ("LANDFALL_TIMEOUT", "3"));
            var data = await _world.DropAsync("drop-zone", "hiring/departments_20240120.csv", Encoding.UTF8.GetBytes($"1,{Cell}\n"));
            (await SendAsync(away, HttpMethod.Post, "/", $$"""{"bucket":"{{data.Bucket}}","name":"{{data.Name}}","generation":"{{data.Generation}}"}""")).ShouldBe(503);
        }
        await NothingIsToldAsync();
    }

    /// <summary>Another's API that refuses the key, and says in its answer which it was.</summary>
    [Fact]
    public async Task An_export_repeats_no_key_of_the_system_that_it_asks()
    {
        var export = await StartAsync(
            "CustomerExport", Postgres(FreePort()), ("LANDFALL_STORAGE_ENDPOINT", _world.Endpoint.AbsoluteUri), ("LANDFALL_BLOOMREACH_URL", _cloud.Urls.Single()), ("LANDFALL_BLOOMREACH_PROJECT", Token), ("LANDFALL_BLOOMREACH_KEY", Key),
            ("LANDFALL_BLOOMREACH_SECRET", Secret), ("GOOGLE_CLOUD_PROJECT", "local"), ("LANDFALL_PUBSUB_ENDPOINT", _cloud.Urls.Single()), ("LANDFALL_BIGQUERY_ENDPOINT", _cloud.Urls.Single()), ("LANDFALL_TIMEOUT", "3"));
        var asked = 0;
        foreach (var (status, body) in new[] { (401, Echo), (403, Echo), (404, Echo), (429, Echo), (500, Echo), (200, Cell), (200, "{\"success\":false,\"errors\":[\"ECHO\"]}") })
        {
            _fault = context =>
            {
                asked++;
                var said = Encoding.UTF8.GetString(Convert.FromBase64String(context.Request.Headers.Authorization.ToString().Replace("Basic ", "", StringComparison.Ordinal)));
                said.ShouldBe($"{Key}:{Secret}");
                return (status, body.Replace("ECHO", $"{context.Request.Headers.Authorization} {said} {context.Request.Path}", StringComparison.Ordinal));
            };
            using var tick = new HttpRequestMessage(HttpMethod.Post, new Uri($"http://127.0.0.1:{export.Port}/")) { Headers = { { "X-CloudScheduler", "true" }, { "X-CloudScheduler-JobName", "customers" }, { "X-CloudScheduler-ScheduleTime", "2024-01-05T06:00:00Z" } } };
            using var response = await _http.SendAsync(tick);
            _answers.Add(await response.Content.ReadAsStringAsync());
            ((int)response.StatusCode).ShouldBe(503);
        }
        asked.ShouldBeGreaterThanOrEqualTo(7, "It has asked with its key.");
        await NothingIsToldAsync(more: Convert.ToBase64String(Encoding.UTF8.GetBytes($"{Key}:{Secret}")));
    }

    /// <summary>Settings that can not be used: what is said of them is not what they are.</summary>
    [Fact]
    public async Task A_function_that_can_not_start_repeats_no_setting_that_is_a_secret()
    {
        foreach (var (name, value) in new[]
        {
            ("LANDFALL_POSTGRES", $"postgresql://me:{Password}/x@db/work"), ("LANDFALL_POSTGRES", $"Host=db;Password=a;{Password}=b"), ("LANDFALL_POSTGRES", $"Host=db;Port={Password}"),
            ("LANDFALL_BLOOMREACH_URL", $"https://{Key}:{Secret}@api.example.com"), ("LANDFALL_BLOOMREACH_SECRET", Secret), ("LANDFALL_FETCH_MIRROR", $"ftp://me:{Secret}@example.com/"), ("LANDFALL_API_KEYS", $"/nowhere/{Variable}"),
        })
        {
            var start = new System.Diagnostics.ProcessStartInfo("dotnet", [Repository.Program("functions/Api")]) { UseShellExecute = false, RedirectStandardOutput = true, RedirectStandardError = true };
            foreach (var variable in start.Environment.Keys.Where(variable => variable.StartsWith("LANDFALL_", StringComparison.Ordinal)).ToList()) start.Environment.Remove(variable);
            start.Environment["LANDFALL_API_OPEN"] = name == "LANDFALL_API_KEYS" ? "" : "true";
            start.Environment["LANDFALL_POSTGRES"] = "Host=127.0.0.1;Port=1";
            start.Environment["PORT"] = "0";
            start.Environment[name] = value;
            using var process = System.Diagnostics.Process.Start(start)!;
            var (said, complained) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
            await process.WaitForExitAsync().WaitAsync(TimeSpan.FromSeconds(30));
            process.ExitCode.ShouldBe(78, await complained);
            var text = await said + await complained;
            text.ShouldNotBeEmpty();
            foreach (var marker in (string[])[Password, Key, Secret]) text.ShouldNotContain(marker, Case.Sensitive, name);
        }
    }

    private const string Echo = "{\"error\":{\"code\":400,\"message\":\"ECHO\",\"errors\":[{\"reason\":\"ECHO\"}]}}";

    /// <summary>Requests with cells in them, in every place where one may stand.</summary>
    private async Task<List<int>> RowsAsync(FunctionProcess api)
    {
        var statuses = new List<int>();
        const string Rows = "/tables/hiring.departments/rows";
        foreach (var (method, path, body) in new[]
        {
            ("POST", Rows, $$"""{"id":7,"department":"{{Cell}}-good"}"""), ("POST", Rows, $$"""{"id":7,"department":"{{Cell}}-again"}"""), ("POST", Rows, $$"""{"id":"{{Cell}}","department":"x"}"""), ("POST", Rows, $$"""{"id":8,"department":{"{{Cell}}":1} }"""),
            ("POST", Rows, $$"""{"id":9,"{{Cell}}":1}"""), ("POST", Rows, $$"""{"id":9,"department":{{Cell}} }"""), ("POST", Rows, $$"""[{"id":10,"department":"{{Cell}}"},{"id":10,"department":"{{Cell}}2"}]"""),
            ("POST", "/tables/hiring.hired_employees/rows", $$"""{"id":1,"name":"{{Cell}}","datetime":"2021-01-01T00:00:00Z","department_id":999,"job_id":999}"""), ("POST", "/tables/hiring.hired_employees/rows", $$"""{"id":1,"name":"{{Cell}}","datetime":"{{Cell}}","department_id":1,"job_id":1}"""),
            ("POST", "/bulk", $$"""{"table":"hiring.departments","data":[{"id":11,"department":"{{Cell}}"},{"id":"{{Cell}}"}]}"""), ("POST", "/bulk", $$"""{"table":"{{Cell}}","data":[{"id":11}]}"""),
            ("GET", $"{Rows}?department=eq.{Cell}", null), ("GET", $"{Rows}?id=eq.{Cell}", null), ("GET", $"{Rows}?{Cell}=eq.1", null), ("GET", $"{Rows}/{Cell}", null), ("GET", $"{Rows}?cursor={Cell}", null), ("GET", $"/{Cell}", null), ("GET", $"{Rows}/7", null),
            ("PUT", $"{Rows}/{Cell}", $$"""{"id":7,"department":"{{Cell}}"}"""), ("PATCH", $"{Rows}/7", $$"""{"department":"{{Cell}}-new"}"""), ("PATCH", $"{Rows}/7", $$"""{"id":"{{Cell}}"}"""), ("DELETE", $"{Rows}/{Cell}", null), ("DELETE", $"{Rows}/7", null),
        })
        {
            statuses.Add(await SendAsync(api, new(method), path, body, own: true));
        }
        using var form = new MultipartFormDataContent { { new StringContent($"1,{Cell}\n{Cell},x\n"), "file", "departments.csv" }, { new StringContent(Cell), "file", $"{Cell}.csv" } };
        using var upload = await _http.PostAsync(new Uri($"http://127.0.0.1:{api.Port}/upload"), form);
        Keep(await upload.Content.ReadAsStringAsync(), own: true);
        return statuses;
    }

    private async Task<int> SendAsync(FunctionProcess function, HttpMethod method, string path, string? body, bool own = false)
    {
        using var request = new HttpRequestMessage(method, new Uri($"http://127.0.0.1:{function.Port}{path}")) { Content = body is null ? null : new StringContent(body, Encoding.UTF8, "application/json") };
        using var response = await _http.SendAsync(request);
        Keep(await response.Content.ReadAsStringAsync(), own);
        return (int)response.StatusCode;
    }

    /// <param name="own">Whether a cell in it is the caller's own.</param>
    private void Keep(string answer, bool own) => _answers.Add(own ? answer.Replace(Cell, "", StringComparison.Ordinal) : answer);

    private async Task<FunctionProcess> StartAsync(string program, string postgres, params (string Name, string Value)[] more)
    {
        var variables = new Dictionary<string, string>
        {
            ["LANDFALL_CONTRACTS"] = Repository.Path("shared/contracts"), ["LANDFALL_POSTGRES"] = postgres, ["K_SERVICE"] = program, ["MY_KEY"] = Variable, ["OTEL_EXPORTER_OTLP_ENDPOINT"] = _collector.Urls.Single(),
            ["OTEL_EXPORTER_OTLP_PROTOCOL"] = "http/protobuf", ["OTEL_EXPORTER_OTLP_HEADERS"] = $"x-api-key={Variable}", ["OTEL_METRIC_EXPORT_INTERVAL"] = "300", ["OTEL_BSP_SCHEDULE_DELAY"] = "100",
            ["Logging__LogLevel__Default"] = "Trace", ["LOGGING__LOGLEVEL__DEFAULT"] = "Trace", ["ASPNETCORE_ENVIRONMENT"] = "Development", ["ASPNETCORE_DETAILEDERRORS"] = "true",
        };
        if (program == "Api") variables["LANDFALL_API_OPEN"] = "true";
        foreach (var (name, value) in more) variables[name] = value;
        var function = new FunctionProcess(program, variables, _folder.Path, () => null);
        _functions.Add(function);
        function.Start();
        await Until.TrueAsync(() => function.Ready, $"{program} serves", seconds: 30);
        return function;
    }

    /// <summary>Looks for markers in all that was said.</summary>
    /// <param name="exports">Whether something is sent: of requests there are neither spans nor metrics.</param>
    private async Task NothingIsToldAsync(bool exports = true, params string[] more)
    {
        if (exports)
        {
            await Until.TrueAsync(() => _exported.Any(bytes => bytes.AsSpan().IndexOf("landfall"u8) >= 0), "spans or metrics are sent");
            var sent = _exported.Count;
            await Until.TrueAsync(() => _exported.Count > sent, "what happened last is sent, too");
        }
        var written = _functions.SelectMany(function => function.Output).ToList();
        written.Count.ShouldBeGreaterThan(_functions.Count, "They have said something.");
        _output.WriteLine($"{_functions.Count} processes, {written.Count} lines, {_answers.Count} answers, {_exported.Count} exports of {_exported.Sum(bytes => bytes.Length)} bytes");
        foreach (var marker in (string[])[Password, Bearer, Token, Key, Secret, Variable, Cell, .. more])
        {
            written.ShouldAllBe(line => !line.Contains(marker, StringComparison.Ordinal), marker);
            _answers.ShouldAllBe(answer => !answer.Contains(marker, StringComparison.Ordinal), marker);
            var bytes = Encoding.UTF8.GetBytes(marker);
            _exported.Count(export => export.AsSpan().IndexOf(bytes) >= 0).ShouldBe(0, marker);
        }
    }

    private static string Postgres(NpgsqlConnectionStringBuilder builder) => builder.ConnectionString;

    private static string Postgres(int port) => $"postgresql://marked:{Password}@127.0.0.1:{port}/work?connect_timeout=2";

    private static int FreePort()
    {
        using var listener = new System.Net.Sockets.TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    private static async Task<WebApplication> ServeAsync(RequestDelegate handler)
    {
        var builder = WebApplication.CreateEmptyBuilder(new());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0));
        var app = builder.Build();
        app.Run(handler);
        await app.StartAsync();
        return app;
    }
}
