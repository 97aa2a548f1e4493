using System.Text.Json.Nodes;
using Landfall.Local.BigQuery;
using Landfall.Local.BigQuery.Sql;
using Landfall.Tests.Hosting;
using Xunit;

namespace Landfall.Tests.Local.BigQuery;

/// <summary>A local BigQuery's engine on a database of its own, with a dataset <c>d</c>.</summary>
public sealed class SqlWorld : IAsyncLifetime
{
    private Database _database = null!;

    internal ManualTime Clock { get; } = new();

    internal Database Database => _database;

    internal TableCatalog Catalog { get; private set; } = null!;

    internal SqlEngine Engine { get; private set; } = null!;

    public async Task InitializeAsync()
    {
        _database = await PostgresServer.CreateDatabaseAsync();
        Catalog = new TableCatalog(_database.DataSource, Clock);
        Engine = new SqlEngine(_database.DataSource, Catalog, Clock);
        await Catalog.MigrateAsync(default);
        await Engine.MigrateAsync(default);
        await Engine.MigrateAsync(default);
        await RunAsync("CREATE SCHEMA d");
    }

    public async Task DisposeAsync() => await _database.DisposeAsync();

    internal Task<IReadOnlyList<SqlOutcome>> RunAsync(string sql, string? parameters = null, string? dataset = null) =>
        Engine.RunAsync(sql, parameters is null ? null : JsonNode.Parse(parameters)!.AsArray(), dataset, default);

    /// <summary>The rows of the last statement: cells parted by <c>|</c>, rows by a line end.</summary>
    internal async Task<string> AskAsync(string sql, string? parameters = null, string? dataset = null) =>
        string.Join('\n', (await RunAsync(sql, parameters, dataset))[^1].Rows.Select(row => string.Join('|', row.Select(cell => cell ?? "NULL"))));

    internal async Task<BigQueryFault> FaultAsync(string sql, string? parameters = null) => await Assert.ThrowsAsync<BigQueryFault>(() => RunAsync(sql, parameters));

    /// <summary>One <c>queryParameters</c> entry.</summary>
    internal static string Scalar(string name, string type, string? value) => new JsonObject
    {
        ["name"] = name,
        ["parameterType"] = new JsonObject { ["type"] = type },
        ["parameterValue"] = new JsonObject { ["value"] = value },
    }.ToJsonString();

    internal static string Array(string name, string type, params string[] values) => new JsonObject
    {
        ["name"] = name,
        ["parameterType"] = new JsonObject { ["type"] = "ARRAY", ["arrayType"] = new JsonObject { ["type"] = type } },
        ["parameterValue"] = new JsonObject { ["arrayValues"] = new JsonArray([.. values.Select(JsonNode? (value) => new JsonObject { ["value"] = value })]) },
    }.ToJsonString();

    /// <summary>An array of rows; columns as <c>name TYPE</c>.</summary>
    internal static string Rows(string name, string[] columns, params string?[][] rows) => new JsonObject
    {
        ["name"] = name,
        ["parameterType"] = new JsonObject
        {
            ["type"] = "ARRAY",
            ["arrayType"] = new JsonObject
            {
                ["type"] = "STRUCT",
                ["structTypes"] = new JsonArray([.. columns.Select(JsonNode? (column) =>
                    new JsonObject { ["name"] = column.Split(' ')[0], ["type"] = new JsonObject { ["type"] = column.Split(' ')[1] } })]),
            },
        },
        ["parameterValue"] = new JsonObject
        {
            ["arrayValues"] = new JsonArray([.. rows.Select(JsonNode? (row) => new JsonObject
            {
                ["structValues"] = new JsonObject(columns.Zip(row, (column, value) =>
                    KeyValuePair.Create(column.Split(' ')[0], (JsonNode?)new JsonObject { ["value"] = value }))),
            })]),
        },
    }.ToJsonString();
}
