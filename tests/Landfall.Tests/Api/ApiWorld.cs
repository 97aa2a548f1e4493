using System.Net;
using System.Text.Json;
using System.Text.Json.Nodes;
using Landfall.Contracts;
using Landfall.Hosting;
using Landfall.Sinks.Postgres;
using Landfall.Tests.Hosting;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Shouldly;

namespace Landfall.Tests.Rest;

/// <summary>The API served by the real host on loopback, over a database whose tables the contracts have made.</summary>
internal sealed class ApiWorld : IAsyncDisposable
{
    /// <summary>A table with every type, one with two key columns and every kind of text in them, and one without a key.</summary>
    public const string Things = """
        apiVersion: v3.1.0
        kind: DataContract
        id: things
        name: Things
        version: 1.2.3
        status: active
        description: { purpose: One of each. }
        team: { name: lab }
        roles:
          - { role: lab_readers, access: read }
          - { role: lab_editors, access: "read, write" }
          - { role: pair_readers, access: read, customProperties: [ { property: landfall, value: { of: [ pairs ] } } ] }
          - { role: lab_visitors }
        servers:
          - { server: operational, type: postgres, host: landfall, port: 5432, database: landfall, schema: lab }
        customProperties:
          - property: landfall
            value: { object: "drop-zone/lab/things_{date:yyyyMMdd}.csv" }
        schema:
          - name: things
            physicalType: table
            logicalType: object
            description: Every type.
            customProperties: [ { property: landfall, value: { write: upsert } } ]
            properties:
              - { name: id, logicalType: integer, required: true, primaryKey: true, primaryKeyPosition: 1, description: "The key." }
              - { name: label, logicalType: string, logicalTypeOptions: { pattern: "^[A-Za-z ',%.()\"é]+$" } }
              - { name: amount, logicalType: number }
              - { name: price, logicalType: number, physicalType: "numeric(12,2)", logicalTypeOptions: { minimum: 0 } }
              - { name: ratio, logicalType: number, physicalType: double precision }
              - { name: done, logicalType: boolean }
              - { name: day, logicalType: date, logicalTypeOptions: { format: dd/MM/yyyy } }
              - { name: moment, logicalType: timestamp }
              - { name: clock, logicalType: time }
              - { name: extra, logicalType: object }
              - { name: zip, logicalType: string, transformLogic: "lpad(zip, 5, '0')" }
              - { name: limit, logicalType: integer }
          - name: pairs
            physicalType: table
            logicalType: object
            customProperties: [ { property: landfall, value: { write: upsert } } ]
            properties:
              - { name: a, logicalType: string, required: true, primaryKey: true, primaryKeyPosition: 1, transformSourceObjects: [ label ] }
              - { name: b, logicalType: integer, required: true, primaryKey: true, primaryKeyPosition: 2, transformSourceObjects: [ id ] }
              - { name: c, logicalType: string, transformSourceObjects: [ zip ] }
        """;

    public const string Log = """
        apiVersion: v3.1.0
        kind: DataContract
        id: log
        version: 1.0.0
        status: active
        team: { name: lab }
        roles:
          - { role: lab_readers, access: read }
        servers:
          - { server: operational, type: postgres, host: landfall, port: 5432, database: landfall, schema: lab }
        customProperties:
          - property: landfall
            value: { object: "drop-zone/lab/log_{date:yyyyMMdd}.csv" }
        schema:
          - name: log
            physicalType: table
            logicalType: object
            customProperties: [ { property: landfall, value: { write: append } } ]
            properties:
              - { name: n, logicalType: integer }
              - { name: word, logicalType: string }
          - name: never
            physicalType: table
            logicalType: object
            customProperties: [ { property: landfall, value: { write: append } } ]
            properties:
              - { name: n, logicalType: integer }
        """;

    private readonly TempFolder _folder = new();
    private readonly List<WebApplication> _apps = [];
    private Database _database = null!;

    public Database Database => _database;

    /// <summary>Of the last one that was started.</summary>
    public HttpClient Client { get; private set; } = null!;

    public LogCapture Lines { get; } = new();

    public string Folder => _folder.Path;

    /// <param name="settings">Changes the settings, which let everybody in.</param>
    public static async Task<ApiWorld> StartAsync(Func<Settings, Settings>? settings = null, Action<IServiceCollection>? services = null)
    {
        var world = new ApiWorld { _database = await PostgresServer.CreateDatabaseAsync() };
        await File.WriteAllTextAsync(world._folder["things.odcs.yaml"], Things);
        await File.WriteAllTextAsync(world._folder["log.odcs.yaml"], Log);
        foreach (var file in Directory.EnumerateFiles(Repository.Path("shared/contracts"), "*.odcs.yaml").Where(file => File.ReadAllText(file).Contains("schema: hiring", StringComparison.Ordinal)))
            File.Copy(file, world._folder[Path.GetFileName(file)]);
        var contracts = ContractReader.Read(world._folder.Path, environment: null);
        foreach (var schema in contracts.All.Select(contract => contract.Schema).Distinct()) await world._database.ExecuteAsync($"CREATE SCHEMA {schema.Quoted}");
        foreach (var table in contracts.All.OrderBy(contract => contract.Tables[0].Relationships.Count).SelectMany(contract => contract.Tables).Where(table => table.Name.Name != "never"))
        {
            foreach (var statement in PostgresDdl.Create(table)) await world._database.ExecuteAsync(statement);
            // What a landing would bring.
            await world._database.ExecuteAsync($"ALTER TABLE {table.Quoted} ALTER COLUMN _landing_id SET DEFAULT 1");
            if (table.Write == WriteMode.Upsert) await world._database.ExecuteAsync($"ALTER TABLE {table.Quoted} ALTER COLUMN _order SET DEFAULT 1");
        }
        await world.ServeAsync(settings, services);
        return world;
    }

    /// <summary>Starts another instance of the function, beside those that run.</summary>
    public async Task ServeAsync(Func<Settings, Settings>? settings = null, Action<IServiceCollection>? services = null)
    {
        var open = new Settings { Port = 0, Contracts = _folder.Path, Postgres = _database.ConnectionString, ApiOpen = true };
        var app = FunctionHost.BuildHttp<Functions.Api>(settings?.Invoke(open) ?? open, IPAddress.Loopback, collection =>
        {
            Landfall.Functions.Api.Services(collection);
            Lines.Register(collection);
            services?.Invoke(collection);
        });
        _apps.Add(app);
        await app.StartAsync();
        Client?.Dispose();
        Client = new HttpClient { BaseAddress = new(app.Urls.Single()) };
    }

    /// <summary>The body of a good answer.</summary>
    public async Task<string> TextAsync(string path, string? accept = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        if (accept is not null) request.Headers.TryAddWithoutValidation("Accept", accept);
        using var response = await Client.SendAsync(request);
        var text = await response.Content.ReadAsStringAsync();
        response.StatusCode.ShouldBe(HttpStatusCode.OK, $"{path}: {text}");
        return text;
    }

    public async Task<JsonNode> JsonAsync(string path) => JsonNode.Parse(await TextAsync(path))!;

    /// <summary>One column of a page, as a text with spaces between the values.</summary>
    public async Task<string> ColumnAsync(string path, string column = "id") => string.Join(' ', (await JsonAsync(path)).AsArray().Select(row => row![column]?.ToString() ?? "null"));

    /// <summary>Asserts a problem that says why.</summary>
    public async Task<JsonElement> ProblemAsync(string path, HttpStatusCode status, params string[] words)
    {
        using var response = await Client.GetAsync(path);
        return await ProblemAsync(response, path, status, words);
    }

    public static async Task<JsonElement> ProblemAsync(HttpResponseMessage response, string path, HttpStatusCode status, params string[] words)
    {
        var text = await response.Content.ReadAsStringAsync();
        response.StatusCode.ShouldBe(status, $"{path}: {text}");
        response.Content.Headers.ContentType!.MediaType.ShouldBe("application/problem+json", path);
        var problem = JsonDocument.Parse(text).RootElement;
        problem.GetProperty("status").GetInt32().ShouldBe((int)status);
        problem.GetProperty("detail").GetString().ShouldNotBeNullOrWhiteSpace();
        foreach (var word in words) $"{problem.GetProperty("detail")} {(problem.TryGetProperty("hint", out var hint) ? hint : "")}".ShouldContain(word, Case.Sensitive, path);
        return problem;
    }

    /// <summary>The path of the next page, or null.</summary>
    public static string? Next(HttpResponseMessage response) =>
        response.Headers.TryGetValues("Link", out var links) && links.Single() is ['<', .. var rest] && rest.EndsWith(">; rel=\"next\"", StringComparison.Ordinal) ? rest[..^">; rel=\"next\"".Length] : null;

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        foreach (var app in _apps) await app.DisposeAsync();
        await _database.DisposeAsync();
        Lines.Dispose();
        _folder.Dispose();
    }
}
