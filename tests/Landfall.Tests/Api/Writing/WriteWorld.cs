using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using Landfall.Contracts;
using Landfall.Hosting;
using Landfall.Tests.Hosting;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;

namespace Landfall.Tests.Rest.Writing;

/// <summary>The API served by the real host on loopback, over an empty database: what tables there are, the first request makes.</summary>
internal sealed class WriteWorld : IAsyncDisposable
{
    private const string Head = """
        apiVersion: v3.1.0
        kind: DataContract
        version: 1.0.0
        status: active
        team: { name: shop }
        servers: [ { server: operational, type: postgres, schema: shop } ]
        roles: [ { role: readers, access: read }, { role: editors, access: write } ]

        """;

    /// <summary>Every type and every rule.</summary>
    private const string Things = Head + """
        id: things
        customProperties: [ { property: landfall, value: { object: "drop-zone/shop/things_{date:yyyyMMdd}.csv" } } ]
        schema:
          - name: things
            customProperties: [ { property: landfall, value: { write: upsert } } ]
            properties:
              - { name: id, logicalType: integer, primaryKey: true, logicalTypeOptions: { minimum: 1 }, transformSourceObjects: [ Thing No ] }
              - { name: code, logicalType: string, required: true, unique: true, logicalTypeOptions: { pattern: "^[A-Z]{1,6}$" } }
              - { name: label, logicalType: string, logicalTypeOptions: { minLength: 2, maxLength: 12 } }
              - { name: amount, logicalType: number }
              - { name: price, logicalType: number, physicalType: "numeric(12,2)", logicalTypeOptions: { exclusiveMinimum: 0, exclusiveMaximum: 1000 } }
              - { name: ratio, logicalType: number, physicalType: double precision, logicalTypeOptions: { maximum: 10 } }
              - { name: done, logicalType: boolean }
              - { name: day, logicalType: date, logicalTypeOptions: { format: dd/MM/yyyy } }
              - { name: moment, logicalType: timestamp }
              - { name: clock, logicalType: time }
              - { name: extra, logicalType: object }
              - { name: zip, logicalType: string, transformLogic: "lpad(zip, 5, '0')" }
              - { name: file_date, logicalType: date, transformSourceObjects: [ "{date}" ] }
        """;

    private const string Notes = Head + """
        id: notes
        customProperties: [ { property: landfall, value: { object: "drop-zone/shop/notes_{date:yyyyMMdd}.csv", unknownColumns: discard } } ]
        schema:
          - name: notes
            properties:
              - { name: n, logicalType: integer, required: true }
              - { name: word, logicalType: string }
        """;

    private const string Pairs = Head + """
        id: pairs
        customProperties: [ { property: landfall, value: { object: "drop-zone/shop/pairs_{date:yyyyMMdd}.csv" } } ]
        schema:
          - name: pairs
            properties:
              - { name: a, logicalType: string, required: true, primaryKey: true, primaryKeyPosition: 1 }
              - { name: b, logicalType: timestamp, required: true, primaryKey: true, primaryKeyPosition: 2 }
              - { name: c, logicalType: string }
            quality:
              - { type: sql, name: few, query: "SELECT count(*) FROM ${table}", mustBeLessThan: 6, severity: error }
        """;

    private const string Rates = Head + """
        id: rates
        customProperties: [ { property: landfall, value: { object: "drop-zone/shop/rates.csv" } } ]
        schema:
          - name: rates
            customProperties: [ { property: landfall, value: { write: replace } } ]
            properties: [ { name: id, logicalType: integer, primaryKey: true } ]
        """;

    private readonly TempFolder _folder = new();
    private WebApplication _app = null!;

    public Database Database { get; private set; } = null!;

    public LogCapture Lines { get; } = new();

    public HttpClient Client { get; private set; } = null!;

    public ContractSet Contracts => _app.Services.GetRequiredService<ContractSet>();

    public IServiceProvider Services => _app.Services;

    public static async Task<WriteWorld> StartAsync(Func<Settings, Settings>? settings = null, Action<IServiceCollection>? services = null)
    {
        var world = new WriteWorld { Database = await PostgresServer.CreateDatabaseAsync() };
        foreach (var (id, text) in ((string, string)[])[("things", Things), ("notes", Notes), ("pairs", Pairs), ("rates", Rates)]) await File.WriteAllTextAsync(world._folder[$"{id}.odcs.yaml"], text);
        foreach (var id in (string[])["departments", "jobs", "hired_employees"]) File.Copy(Repository.Path($"shared/contracts/{id}.odcs.yaml"), world._folder[$"{id}.odcs.yaml"]);
        var open = new Settings { Port = 0, Contracts = world._folder.Path, Postgres = world.Database.ConnectionString, ApiOpen = true, ApiRate = 1_000_000 };
        world._app = FunctionHost.BuildHttp<Functions.Api>(settings?.Invoke(open) ?? open, IPAddress.Loopback, collection =>
        {
            Functions.Api.Services(collection);
            world.Lines.Register(collection);
            services?.Invoke(collection);
        });
        await world._app.StartAsync();
        world.Client = new HttpClient { BaseAddress = new(world._app.Urls.Single()) };
        return world;
    }

    /// <param name="headers">Each <c>Name: value</c>.</param>
    public async Task<Answered> SendAsync(HttpMethod method, string path, string? body, params string[] headers)
    {
        using var request = new HttpRequestMessage(method, path);
        if (body is not null) request.Content = new StringContent(body, Encoding.UTF8, "application/json");
        foreach (var header in headers) request.Headers.TryAddWithoutValidation(header.Split(": ")[0], header.Split(": ", 2)[1]);
        return await SendAsync(request);
    }

    public async Task<Answered> SendAsync(HttpRequestMessage request)
    {
        using var response = await Client.SendAsync(request);
        return new((int)response.StatusCode, await response.Content.ReadAsStringAsync(), response.Headers.Concat(response.Content.Headers).ToDictionary(h => h.Key, h => string.Join(", ", h.Value), StringComparer.OrdinalIgnoreCase));
    }

    public Task<Answered> PostAsync(string table, string body, params string[] headers) => SendAsync(HttpMethod.Post, $"/tables/{table}/rows", body, headers);

    public Task<Answered> BulkAsync(string table, string data, params string[] headers) => SendAsync(HttpMethod.Post, "/bulk", $$"""{"table":"{{table}}","data":{{data}}}""", headers);

    /// <summary>The rows of a statement, their cells with bars between them.</summary>
    public async Task<IReadOnlyList<string>> RowsAsync(string sql)
    {
        var rows = new List<string>();
        await using var command = Database.DataSource.CreateCommand(sql);
        try
        {
            await using var reader = await command.ExecuteReaderAsync();
            while (await reader.ReadAsync()) rows.Add(string.Join('|', Enumerable.Range(0, reader.FieldCount).Select(i => reader.IsDBNull(i) ? "∅" : reader.GetValue(i).ToString())));
        }
        catch (PostgresException e) when (e.SqlState == PostgresErrorCodes.UndefinedTable)
        {
            // The first row makes it.
        }
        return rows;
    }

    public async Task<long> CountAsync(string table, string where = "true") => long.Parse((await RowsAsync($"SELECT count(*) FROM {table} WHERE {where}")) is [var count] ? count : "0", System.Globalization.CultureInfo.InvariantCulture);

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await _app.DisposeAsync();
        await Database.DisposeAsync();
        _folder.Dispose();
    }

    /// <summary>What a request was answered.</summary>
    public sealed record Answered(int Status, string Body, IReadOnlyDictionary<string, string> Headers)
    {
        public JsonNode Json => JsonNode.Parse(Body)!;

        /// <summary>Of each row that was refused: index, column, rule.</summary>
        public IEnumerable<string> Rejects => Json["rejects"]!.AsArray().Select(r => $"{r!["index"]} {r["column"]} {r["rule"]}");

        public string Detail => (string)Json["detail"]!;

        public override string ToString() => $"{Status} {Body}";
    }
}
