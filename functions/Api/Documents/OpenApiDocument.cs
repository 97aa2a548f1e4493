using System.Text.Json.Nodes;
using Landfall.Hosting.Access;
using Landfall.Rest.Tables;

namespace Landfall.Rest.Documents;

/// <summary>An OpenAPI 3.1 document (https://spec.openapis.org/oas/v3.1.0) in the making: handlers add their operations to it.</summary>
/// <param name="caller">Who will read it; it is about what they may do.</param>
/// <param name="tables">Those that the caller may read.</param>
internal sealed class OpenApiDocument(Caller caller, IReadOnlyList<ApiTable> tables)
{
    private readonly JsonObject _paths = [];
    private readonly JsonObject _schemas = [];

    public Caller Caller { get; } = caller;

    /// <summary>Those that the caller may read.</summary>
    public IReadOnlyList<ApiTable> Tables { get; } = tables;

    /// <summary>Adds an operation; responses that every operation may have (401, 429…) are added to its own.</summary>
    /// <param name="path">As OpenAPI has it: <c>/tables/hiring.jobs/rows/{key}</c>.</param>
    public void Add(string method, string path, Operation operation)
    {
        if (_paths[path] is not JsonObject item) _paths[path] = item = [];
        item[method.ToLowerInvariant()] = operation.ToJson();
    }

    /// <summary>A row of a table, as a reference to its schema.</summary>
    public JsonObject Row(ApiTable table)
    {
        if (!_schemas.ContainsKey(table.Name)) _schemas[table.Name] = JsonTypes.Row(table);
        return new() { ["$ref"] = $"#/components/schemas/{table.Name}" };
    }

    public JsonObject ToJson(string server) => new()
    {
        ["openapi"] = "3.1.0",
        ["info"] = new JsonObject
        {
            ["title"] = "Landfall",
            ["version"] = "1",
            ["summary"] = "The tables that contracts declare, over HTTP.",
        },
        ["servers"] = new JsonArray(new JsonObject { ["url"] = server }),
        ["security"] = new JsonArray(new JsonObject { ["token"] = new JsonArray() }),
        ["paths"] = _paths,
        ["components"] = new JsonObject
        {
            ["securitySchemes"] = new JsonObject { ["token"] = new JsonObject { ["type"] = "http", ["scheme"] = "bearer", ["bearerFormat"] = "JWT" } },
            ["schemas"] = _schemas,
            ["responses"] = new JsonObject
            {
                ["problem"] = new JsonObject
                {
                    ["description"] = "It could not be done; the body says why.",
                    ["content"] = new JsonObject { ["application/problem+json"] = new JsonObject { ["schema"] = JsonTypes.Problem() } },
                },
            },
        },
    };
}
