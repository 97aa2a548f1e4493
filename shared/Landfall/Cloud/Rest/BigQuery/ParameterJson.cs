using System.Text.Json;

namespace Landfall.Cloud;

/// <summary>A query's parameter as it travels (https://cloud.google.com/bigquery/docs/reference/rest/v2/QueryParameter). NULL is a null value.</summary>
internal static class ParameterJson
{
    public static void Write(Utf8JsonWriter json, QueryParameter parameter)
    {
        json.WriteStartObject();
        json.WriteString("name", parameter.Name);
        json.WriteStartObject("parameterType");
        WriteType(json, parameter);
        json.WriteEndObject();
        json.WriteStartObject("parameterValue");
        WriteValue(json, parameter);
        json.WriteEndObject();
        json.WriteEndObject();
    }

    private static void WriteType(Utf8JsonWriter json, QueryParameter parameter)
    {
        if (!parameter.IsArray)
        {
            json.WriteString("type", parameter.Type);
            return;
        }
        json.WriteString("type", "ARRAY");
        json.WriteStartObject("arrayType");
        json.WriteString("type", parameter.Type ?? "STRUCT");
        if (parameter.Type is null)
        {
            json.WriteStartArray("structTypes");
            foreach (var field in parameter.Fields)
            {
                json.WriteStartObject();
                json.WriteString("name", field.Name);
                json.WriteStartObject("type");
                json.WriteString("type", field.Type);
                json.WriteEndObject();
                json.WriteEndObject();
            }
            json.WriteEndArray();
        }
        json.WriteEndObject();
    }

    private static void WriteValue(Utf8JsonWriter json, QueryParameter parameter)
    {
        if (!parameter.IsArray)
        {
            json.WriteString("value", parameter.Values[0]);
            return;
        }
        json.WriteStartArray("arrayValues");
        foreach (var value in parameter.Values)
        {
            json.WriteStartObject();
            json.WriteString("value", value);
            json.WriteEndObject();
        }
        foreach (var row in parameter.Rows)
        {
            json.WriteStartObject();
            json.WriteStartObject("structValues");
            for (var i = 0; i < parameter.Fields.Count; i++)
            {
                json.WriteStartObject(parameter.Fields[i].Name);
                json.WriteString("value", row[i]);
                json.WriteEndObject();
            }
            json.WriteEndObject();
            json.WriteEndObject();
        }
        json.WriteEndArray();
    }
}
