using System.Text.Json.Nodes;
using Landfall.Contracts;
using Landfall.Rest.Documents;
using Landfall.Rest.Tables;

namespace Landfall.Rest.Writing;

/// <summary>What <c>openapi.json</c> says of all that writes.</summary>
internal static class WriteWords
{
    /// <summary>The tables that the document's reader may write.</summary>
    public static IEnumerable<ApiTable> Writable(OpenApiDocument document) =>
        document.Tables.Where(table => document.Caller.MayWrite(table) && table.Contract.Write is WriteMode.Append or WriteMode.Upsert);

    public static JsonObject Prefer(params string[] words) => Operation.Parameter(
        "header", "Prefer", $"What of it you would like, with commas between: {string.Join(", ", words)}. tx=rollback checks everything and leaves nothing.", new() { ["type"] = "string" });

    public static JsonObject Key() => Operation.Parameter(
        "header", IdempotencyKey.Header, "A text of your own, a random UUID say. The request is then carried out once, however often it is sent; for a day, a repetition is answered as the first one was.", new() { ["type"] = "string", ["maxLength"] = 200 });

    public static JsonObject IfMatch() => Operation.Parameter("header", "If-Match", "The ETag of the row that you have: if it has changed since, nothing is done (412).", new() { ["type"] = "string" });

    public static JsonObject Body(JsonObject schema, JsonNode example) => new()
    {
        ["required"] = true,
        ["content"] = new JsonObject { ["application/json"] = new JsonObject { ["schema"] = schema, ["example"] = example } },
    };

    /// <summary>The answer to rows that have landed.</summary>
    public static JsonObject Landed() => new()
    {
        ["type"] = "object",
        ["properties"] = new JsonObject
        {
            ["outcome"] = new JsonObject { ["type"] = "string", ["enum"] = new JsonArray("landed", "rolled back") },
            ["table"] = new JsonObject { ["type"] = "string" },
            ["landingId"] = new JsonObject { ["type"] = "string", ["description"] = "The rows' _landing_id, and the ledger's." },
            ["rows"] = new JsonObject
            {
                ["type"] = "object",
                ["properties"] = new JsonObject { ["read"] = Number(), ["landed"] = Number(), ["rejected"] = Number(), ["collapsed"] = Number() },
            },
            ["rejects"] = new JsonObject
            {
                ["type"] = "array",
                ["items"] = new JsonObject
                {
                    ["type"] = "object",
                    ["properties"] = new JsonObject { ["index"] = Number(), ["column"] = Text(), ["rule"] = Text(), ["reason"] = Text() },
                },
            },
        },
    };

    private static JsonObject Number() => new() { ["type"] = "integer" };

    private static JsonObject Text() => new() { ["type"] = new JsonArray("string", "null") };
}
