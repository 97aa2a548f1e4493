using System.Globalization;
using System.Text.Json.Nodes;
using Landfall.Contracts;
using Landfall.Reports;
using Landfall.Rest.Documents;
using Microsoft.AspNetCore.Http;

namespace Landfall.Rest.Reports;

/// <summary>A report in OpenAPI, made of its header.</summary>
internal static class ReportOperation
{
    public static Operation Of(ApiReport report) => new($"report.{report.Name}", $"The report {report.Name}")
    {
        Tag = "reports",
        Description = report.Report.Description,
        Parameters = [.. report.Report.Parameters.Select(Parameter)],
        Answers = [(StatusCodes.Status200OK, Operation.Answer("Its rows", Content(report.Report)))],
    };

    private static JsonObject Parameter(ReportParameter parameter)
    {
        var schema = JsonTypes.Value(parameter.Column with { Required = true, Description = null });
        if (parameter.Default is { } usual) schema["default"] = Value(parameter.Column, usual);
        var described = Operation.Parameter("query", parameter.Name, parameter.Column.Description ?? $"The report's {parameter.Name}.", schema, (parameter.Example ?? parameter.Default) is { } example ? Value(parameter.Column, example) : null);
        if (parameter.Required) described["required"] = true;
        return described;
    }

    private static IEnumerable<(string, JsonObject, JsonNode?)> Content(Report report)
    {
        var (properties, required) = (new JsonObject(), new JsonArray());
        foreach (var column in report.Columns)
        {
            properties[column.Column.Name.Name] = JsonTypes.Value(column.Column);
            if (column.Column.Required) required.Add((JsonNode)column.Column.Name.Name);
        }
        var row = new JsonObject { ["type"] = "object", ["properties"] = properties };
        if (required.Count > 0) row["required"] = required;
        yield return ("application/json", new() { ["type"] = "array", ["items"] = row }, Example(report));
        yield return ("text/csv", new() { ["type"] = "string" }, null);
        yield return ("application/x-ndjson", new() { ["type"] = "string" }, null);
    }

    /// <summary>One row; null where the header has not an example for every column that is required.</summary>
    private static JsonArray? Example(Report report)
    {
        if (report.Columns.Any(column => column is { Example: null, Column.Required: true })) return null;
        var row = new JsonObject();
        foreach (var column in report.Columns) row[column.Column.Name.Name] = column.Example is { } example ? Value(column.Column, example) : null;
        return [row];
    }

    private static JsonNode? Value(Column column, string text) => column.Type switch
    {
        ColumnType.Int64 => long.Parse(text, CultureInfo.InvariantCulture),
        ColumnType.Numeric when decimal.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) => number,
        ColumnType.Double when double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) && double.IsFinite(number) => number,
        ColumnType.Boolean when bool.TryParse(text, out var truth) => truth,
        ColumnType.Json => JsonNode.Parse(text),
        _ => text,
    };
}
