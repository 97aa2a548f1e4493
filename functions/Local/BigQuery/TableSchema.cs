using System.Text.Json.Nodes;
using Landfall.Cloud;

namespace Landfall.Local.BigQuery;

/// <summary>
/// The columns of a table: BigQuery's <c>schema.fields</c>, and what they are in Postgres. A column's name is not case-sensitive in BigQuery: in Postgres it is always in lower
/// case, as Postgres makes of a name without quotes.
/// </summary>
internal static class TableSchema
{
    private static readonly Dictionary<string, (string Legacy, string Postgres)> Types = new()
    {
        ["STRING"] = ("STRING", "text"), ["INT64"] = ("INTEGER", "bigint"), ["FLOAT64"] = ("FLOAT", "double precision"), ["BOOL"] = ("BOOLEAN", "boolean"),
        ["NUMERIC"] = ("NUMERIC", "numeric"), ["BIGNUMERIC"] = ("BIGNUMERIC", "numeric"), ["TIMESTAMP"] = ("TIMESTAMP", "timestamp with time zone"),
        ["DATETIME"] = ("DATETIME", "timestamp without time zone"), ["DATE"] = ("DATE", "date"), ["TIME"] = ("TIME", "time without time zone"),
        ["JSON"] = ("JSON", "jsonb"), ["BYTES"] = ("BYTES", "bytea"),
    };

    /// <summary>Columns that every table of Postgres has.</summary>
    private static readonly HashSet<string> System = ["ctid", "xmin", "xmax", "cmin", "cmax", "tableoid"];

    /// <summary>The column in Postgres, quoted.</summary>
    public static string Column(string name) => $"\"{name.ToLowerInvariant()}\"";

    /// <summary>The column type in Postgres.</summary>
    public static string TypeOf(TableField field)
    {
        var type = Types[field.Type].Postgres;
        return field.Precision is { } precision && type == "numeric" ? $"numeric({precision},{field.Scale ?? 0})" : type;
    }

    /// <summary>GoogleSQL's name for one of Postgres' types, as <c>format_type</c> writes it; <c>STRING</c> for one that BigQuery has not.</summary>
    public static string FromPostgres(string type) => type switch
    {
        "bigint" or "integer" or "smallint" => "INT64",
        "double precision" or "real" => "FLOAT64",
        "json" => "JSON",
        _ when type.StartsWith("numeric", StringComparison.Ordinal) => "NUMERIC",
        _ => Types.FirstOrDefault(pair => pair.Value.Postgres == type).Key ?? "STRING",
    };

    /// <summary>What a column is called and is in <c>CREATE TABLE</c> and <c>ADD COLUMN</c>. Text sorts by its code points, as in BigQuery.</summary>
    public static string Definition(TableField field) =>
        $"{Column(field.Name)} {TypeOf(field)}{(field.Type == "STRING" ? " COLLATE \"C\"" : "")}{(field.Required ? " NOT NULL" : "")}";

    /// <summary>The fields of a resource's <c>schema</c>; none when there is none.</summary>
    /// <exception cref="BigQueryFault">What is wrong with them.</exception>
    public static IReadOnlyList<TableField> Read(JsonNode? schema)
    {
        TableField[] fields = [.. schema?["fields"]?.AsArray().Select(field => Field(field!.AsObject())) ?? []];
        var names = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        return Array.Find(fields, field => !names.Add(field.Name)) is { } twice
            ? throw BigQueryFault.Invalid($"Field {twice.Name} already exists in schema")
            : fields;
    }

    /// <summary>Their <c>schema</c>, with the service's older names of types, as BigQuery itself answers.</summary>
    public static JsonObject Write(IEnumerable<TableField> fields) => new() { ["fields"] = new JsonArray([.. fields.Select(Write)]) };

    /// <summary>The type's name as GoogleSQL has it.</summary>
    public static string TypeName(string type) => type.ToUpperInvariant() switch
    {
        "INTEGER" or "INT" or "BIGINT" => "INT64",
        "FLOAT" => "FLOAT64",
        "BOOLEAN" => "BOOL",
        var name when Types.ContainsKey(name) => name,
        var name => throw BigQueryFault.NotSupported($"The type {name}"),
    };

    private static TableField Field(JsonObject field)
    {
        var name = (string?)field["name"] ?? "";
        if (name.Length == 0 || char.IsAsciiDigit(name[0]) || !name.All(c => c == '_' || char.IsAsciiLetterOrDigit(c)))
        {
            throw BigQueryFault.Invalid(
                $"Invalid field name \"{name}\". Fields must contain only letters, numbers, and underscores, start with a letter or underscore, and be at most 300 characters long.");
        }
        if (name.Length > 63) throw BigQueryFault.NotSupported($"A column's name of more than 63 characters ({name})");
        if (System.Contains(name.ToLowerInvariant())) throw BigQueryFault.NotSupported($"A column named {name}");
        foreach (var unknown in (ReadOnlySpan<string>)["maxLength", "defaultValueExpression", "collation"])
        {
            if (field[unknown] is { } value && value.ToString().Length > 0) throw BigQueryFault.NotSupported($"{unknown} of a column ({name})");
        }
        var mode = ((string?)field["mode"])?.ToUpperInvariant() ?? "NULLABLE";
        if (mode is not ("NULLABLE" or "REQUIRED")) throw BigQueryFault.NotSupported($"A {mode} column ({name})");
        return new(name, TypeName((string?)field["type"] ?? ""), mode == "REQUIRED")
        {
            Precision = Number(field["precision"]),
            Scale = Number(field["scale"]),
            Description = (string?)field["description"],
            PolicyTags = [.. field["policyTags"]?["names"]?.AsArray().Select(tag => (string)tag!) ?? []],
        };
    }

    private static JsonObject Write(TableField field)
    {
        var json = new JsonObject { ["name"] = field.Name, ["type"] = Types[field.Type].Legacy, ["mode"] = field.Required ? "REQUIRED" : "NULLABLE" };
        if (field.Precision is { } precision) json["precision"] = $"{precision}";
        if (field.Scale is { } scale) json["scale"] = $"{scale}";
        if (field.Description is { } description) json["description"] = description;
        if (field.PolicyTags.Count > 0) json["policyTags"] = new JsonObject { ["names"] = new JsonArray([.. field.PolicyTags.Select(tag => (JsonNode)tag)]) };
        return json;
    }

    /// <summary>64-bit numbers stand in strings; people write them without.</summary>
    private static int? Number(JsonNode? node) => node is null ? null : int.Parse(node.ToString());
}
