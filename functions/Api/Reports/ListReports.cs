using System.Text.Json;
using System.Text.Json.Nodes;
using Landfall.Contracts;
using Landfall.Rest.Documents;
using Landfall.Rest.Routing;
using Microsoft.AspNetCore.Http;

namespace Landfall.Rest.Reports;

/// <summary><c>GET /reports</c>: the reports that the caller may ask.</summary>
internal sealed class ListReports(ReportCatalog reports) : Handler(HttpMethods.Get, "/reports")
{
    public override async Task HandleAsync(ApiRequest request)
    {
        request.Response.ContentType = "application/json";
        await using var json = new Utf8JsonWriter(request.Response.BodyWriter);
        json.WriteStartArray();
        foreach (var report in reports.All.Where(report => report.IsFor(request.Caller))) Write(json, report, request.Http.Request.PathBase);
        json.WriteEndArray();
    }

    public override void Describe(OpenApiDocument document) => document.Add(Method, Template.Text, new("reports", "The reports that you may ask")
    {
        Answers = [(StatusCodes.Status200OK, Operation.Answer("An entry a report", ("application/json", Schema(), null)))],
    });

    private static void Write(Utf8JsonWriter json, ApiReport report, PathString prefix)
    {
        json.WriteStartObject();
        json.WriteString("name", report.Name);
        json.WriteString("description", report.Report.Description);
        json.WriteStartArray("parameters");
        foreach (var parameter in report.Report.Parameters)
        {
            Begin(json, parameter.Column);
            json.WriteBoolean("required", parameter.Required);
            if (parameter.Default is not null) json.WriteString("default", parameter.Default);
            json.WriteEndObject();
        }
        json.WriteEndArray();
        json.WriteStartArray("columns");
        foreach (var column in report.Columns)
        {
            Begin(json, column.Column);
            json.WriteBoolean("required", column.Column.Required);
            json.WriteEndObject();
        }
        json.WriteEndArray();
        json.WriteStartArray("tables");
        foreach (var table in report.Tables) json.WriteStringValue(table.Name);
        json.WriteEndArray();
        json.WriteStartObject("links");
        json.WriteString("rows", $"{prefix}/{report.Name}");
        json.WriteString("openapi", $"{prefix}/openapi.json");
        json.WriteEndObject();
        json.WriteEndObject();
    }

    private static void Begin(Utf8JsonWriter json, Column column)
    {
        json.WriteStartObject();
        json.WriteString("name", column.Name.Name);
        json.WriteString("type", JsonTypes.Of(column).Logical);
        if (column.Description is not null) json.WriteString("description", column.Description);
    }

    private static JsonObject Schema()
    {
        var properties = new JsonObject();
        foreach (var name in (string[])["name", "description"]) properties[name] = new JsonObject { ["type"] = "string" };
        foreach (var name in (string[])["parameters", "columns"]) properties[name] = new JsonObject { ["type"] = "array", ["items"] = new JsonObject { ["type"] = "object" } };
        properties["tables"] = new JsonObject { ["type"] = "array", ["items"] = new JsonObject { ["type"] = "string" } };
        properties["links"] = new JsonObject { ["type"] = "object" };
        return new() { ["type"] = "array", ["items"] = new JsonObject { ["type"] = "object", ["properties"] = properties } };
    }
}
