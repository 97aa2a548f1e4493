using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Landfall.Local.BigQuery.Sql;

/// <summary>
/// BigQuery's <c>queryParameters</c> (https://cloud.google.com/bigquery/docs/reference/rest/v2/QueryParameter). Values go to Postgres as parameters, in text: an array of rows as
/// one JSON.
/// </summary>
internal sealed class QueryParameters
{
    private readonly Dictionary<string, SqlParameter> _parameters = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>What a translation depends on: names and types, not values.</summary>
    public string Signature => string.Join(';', _parameters.Select(pair => $"{pair.Key} {pair.Value.Type} {pair.Value.Columns}"));

    /// <exception cref="BigQueryFault">There is none of that name.</exception>
    public SqlParameter this[string name] => _parameters.TryGetValue(name, out var found)
        ? found
        : throw new BigQueryFault(400, "invalidQuery", $"Query parameter '{name}' not found");

    /// <exception cref="BigQueryFault">What is wrong with them.</exception>
    public static QueryParameters Read(JsonArray? json)
    {
        var parameters = new QueryParameters();
        try
        {
            foreach (var parameter in json ?? [])
            {
                if ((string?)parameter?["name"] is not { Length: > 0 } name) throw BigQueryFault.NotSupported("A positional parameter");
                if (!parameters._parameters.TryAdd(name, Read(parameter["parameterType"]!.AsObject(), parameter["parameterValue"] as JsonObject ?? [])))
                    throw new BigQueryFault(400, "invalidQuery", $"Duplicate query parameter '{name}'");
            }
        }
        catch (Exception e) when (e is InvalidOperationException or NullReferenceException or JsonException or ArgumentException)
        {
            throw BigQueryFault.Invalid("Query parameters must each have a name, a parameterType and a parameterValue of that type.");
        }
        return parameters;
    }

    private static SqlParameter Read(JsonObject type, JsonObject value)
    {
        var name = ((string)type["type"]!).ToUpperInvariant();
        if (name == "STRUCT") throw BigQueryFault.NotSupported("A STRUCT as a parameter");
        if (name != "ARRAY") return new(SqlType.Of(name).Postgres, Text(SqlType.Of(name).Name, value));

        var element = type["arrayType"]!.AsObject();
        var elements = value["arrayValues"] as JsonArray ?? [];
        var elementType = ((string)element["type"]!).ToUpperInvariant();
        if (elementType == "ARRAY") throw BigQueryFault.NotSupported("An ARRAY in an ARRAY");
        if (elementType == "STRUCT") return Rows(element["structTypes"]!.AsArray(), elements);
        var scalar = SqlType.Of(elementType);
        return new(scalar.Postgres + "[]", $"{{{string.Join(',', elements.Select(item => Element(Text(scalar.Name, item as JsonObject ?? []))))}}}");
    }

    private static SqlParameter Rows(JsonArray types, JsonArray rows)
    {
        var fields = types.Select(field => (Name: (string)field!["name"]!, Type: SqlType.Of((string)field["type"]!["type"]!))).ToList();
        var columns = string.Join(", ", fields.Select(field => $"{QueryWriter.Identifier(field.Name)} {field.Type.Postgres}"));
        var values = new JsonArray([.. rows.Select(JsonNode? (row) => new JsonObject(fields.Select(field => KeyValuePair.Create(
            field.Name.ToLowerInvariant(), Member(field.Type.Name, row?["structValues"]?[field.Name] as JsonObject)))))]);
        return new("jsonb", values.ToJsonString(), columns);
    }

    private static JsonNode? Member(string type, JsonObject? value) => Text(type, value ?? []) is not { } text ? null : type == "JSON" ? JsonNode.Parse(text) : text;

    private static string? Text(string type, JsonObject value)
    {
        if (value["value"] is not JsonValue scalar || scalar.GetValueKind() == JsonValueKind.Null) return null;
        var text = scalar.GetValueKind() == JsonValueKind.String ? (string)scalar! : scalar.ToJsonString();
        try
        {
            return type == "BYTES" ? "\\x" + Convert.ToHexStringLower(Convert.FromBase64String(text)) : text;
        }
        catch (FormatException)
        {
            throw BigQueryFault.Invalid("A parameter of type BYTES is base64.");
        }
    }

    private static string Element(string? text) => text is null
        ? "NULL"
        : new StringBuilder(text).Replace("\\", "\\\\").Replace("\"", "\\\"").Insert(0, '"').Append('"').ToString();
}
