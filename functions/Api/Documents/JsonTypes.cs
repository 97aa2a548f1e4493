using System.Text.Json.Nodes;
using Landfall.Contracts;
using Landfall.Rest.Tables;

namespace Landfall.Rest.Documents;

/// <summary>What a contract says, in JSON Schema.</summary>
internal static class JsonTypes
{
    /// <summary>The contract's word for a type, as ODCS has it, and the one that JSON Schema has, with its format.</summary>
    public static (string Logical, string? Json, string? Format) Of(Column column) => column.Type switch
    {
        ColumnType.Text => ("string", "string", null),
        ColumnType.Int64 => ("integer", "integer", "int64"),
        ColumnType.Numeric => ("number", "number", null),
        ColumnType.Double => ("number", "number", "double"),
        ColumnType.Boolean => ("boolean", "boolean", null),
        ColumnType.Date => ("date", "string", "date"),
        ColumnType.Timestamp => ("timestamp", "string", "date-time"),
        ColumnType.Time => ("time", "string", "time"),
        _ => ("object", null, null),
    };

    /// <summary>A value of a column.</summary>
    public static JsonObject Value(Column column)
    {
        var (_, type, format) = Of(column);
        var schema = new JsonObject();
        if (type is not null) schema["type"] = column.Required ? type : new JsonArray(type, "null");
        if (format is not null) schema["format"] = format;
        if (column.Description is not null) schema["description"] = column.Description;
        if (column.MinLength is { } least) schema["minLength"] = least;
        if (column.MaxLength is { } most) schema["maxLength"] = most;
        if (column.PatternText is not null) schema["pattern"] = column.PatternText;
        if (column.Minimum is { } minimum) schema[minimum.Exclusive ? "exclusiveMinimum" : "minimum"] = minimum.Value;
        if (column.Maximum is { } maximum) schema[maximum.Exclusive ? "exclusiveMaximum" : "maximum"] = maximum.Value;
        return schema;
    }

    /// <summary>A row with all its columns.</summary>
    public static JsonObject Row(ApiTable table)
    {
        var (properties, required) = (new JsonObject(), new JsonArray());
        foreach (var column in table.Table.Columns)
        {
            properties[column.Name.Name] = Value(column);
            if (column.Required) required.Add((JsonNode)column.Name.Name);
        }
        var row = new JsonObject { ["type"] = "object", ["properties"] = properties };
        if (required.Count > 0) row["required"] = required;
        if (table.Table.Description is not null) row["description"] = table.Table.Description;
        return row;
    }

    /// <summary>RFC 9457's problem, with our own member <c>hint</c>.</summary>
    public static JsonObject Problem() => new()
    {
        ["type"] = "object",
        ["properties"] = new JsonObject
        {
            ["type"] = new JsonObject { ["type"] = "string" },
            ["title"] = new JsonObject { ["type"] = "string" },
            ["status"] = new JsonObject { ["type"] = "integer" },
            ["detail"] = new JsonObject { ["type"] = "string", ["description"] = "What was found, and what was expected." },
            ["hint"] = new JsonObject { ["type"] = "string", ["description"] = "What to do about it." },
        },
        ["required"] = new JsonArray("title", "status", "detail"),
    };
}
