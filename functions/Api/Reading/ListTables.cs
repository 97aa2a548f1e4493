using System.Text.Json;
using System.Text.Json.Nodes;
using Landfall.Contracts;
using Landfall.Rest.Documents;
using Landfall.Rest.Routing;
using Landfall.Rest.Tables;
using Microsoft.AspNetCore.Http;

namespace Landfall.Rest.Reading;

/// <summary><c>GET /tables</c>: the tables that the caller may read.</summary>
internal sealed class ListTables(TableCatalog tables) : Handler(HttpMethods.Get, "/tables")
{
    public override async Task HandleAsync(ApiRequest request)
    {
        var response = request.Response;
        response.ContentType = "application/json";
        await using var json = new Utf8JsonWriter(response.BodyWriter);
        json.WriteStartArray();
        foreach (var table in tables.All.Where(request.Caller.MayRead)) Write(json, table, request.Caller.MayWrite(table), request.Http.Request.PathBase);
        json.WriteEndArray();
    }

    public override void Describe(OpenApiDocument document) => document.Add(Method, Template.Text, new("tables", "The tables that you may read")
    {
        Answers = [(StatusCodes.Status200OK, Operation.Answer("An entry a table", ("application/json", Schema(), null)))],
    });

    private static void Write(Utf8JsonWriter json, ApiTable table, bool writable, PathString prefix)
    {
        json.WriteStartObject();
        json.WriteString("name", table.Name);
        json.WriteString("contract", table.Contract.Id.Name);
        json.WriteString("version", table.Contract.Version);
        json.WriteString("description", table.Table.Description);
        json.WriteString("team", table.Contract.Team);
        json.WriteString("write", table.Table.Write switch { WriteMode.Append => "append", WriteMode.Upsert => "upsert", WriteMode.ReplacePartition => "replacePartition", _ => "replace" });
        json.WriteBoolean("writable", writable);
        json.WriteStartArray("key");
        foreach (var column in table.Key) json.WriteStringValue(column.Name);
        json.WriteEndArray();
        json.WriteStartArray("columns");
        foreach (var column in table.Table.Columns) Write(json, column);
        json.WriteEndArray();
        json.WriteStartObject("links");
        json.WriteString("rows", $"{prefix}/tables/{table.Name}/rows");
        json.WriteString("openapi", $"{prefix}/openapi.json");
        json.WriteEndObject();
        json.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter json, Column column)
    {
        json.WriteStartObject();
        json.WriteString("name", column.Name.Name);
        json.WriteString("type", JsonTypes.Of(column).Logical);
        json.WriteString("physicalType", Sinks.Postgres.PostgresDdl.Type(column));
        json.WriteBoolean("required", column.Required);
        if (column.Unique) json.WriteBoolean("unique", value: true);
        if (column.Description is not null) json.WriteString("description", column.Description);
        if (column.Classification is not null) json.WriteString("classification", column.Classification);
        json.WriteEndObject();
    }

    private static JsonObject Schema()
    {
        var properties = new JsonObject();
        foreach (var name in (string[])["name", "contract", "version", "description", "team", "write"]) properties[name] = new JsonObject { ["type"] = name == "description" ? new JsonArray("string", "null") : "string" };
        properties["writable"] = new JsonObject { ["type"] = "boolean" };
        properties["key"] = new JsonObject { ["type"] = "array", ["items"] = new JsonObject { ["type"] = "string" } };
        properties["columns"] = new JsonObject { ["type"] = "array", ["items"] = new JsonObject { ["type"] = "object" } };
        properties["links"] = new JsonObject { ["type"] = "object" };
        return new() { ["type"] = "array", ["items"] = new JsonObject { ["type"] = "object", ["properties"] = properties } };
    }
}
