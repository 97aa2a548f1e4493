using System.Buffers;
using System.Text;
using System.Text.Json;
using Landfall.Contracts;

namespace Landfall.Avro;

/// <summary>The record type of a table's rows: what BigQuery's own exports have for the same columns. A column that may be NULL is a union with null, which comes first and is the default.</summary>
public static class AvroRowSchema
{
    /// <summary>BigQuery's NUMERIC; a numeric column of Postgres that declares nothing has no limit that Avro could keep.</summary>
    private const int DefaultPrecision = 38;

    private const int DefaultScale = 9;

    /// <param name="name">The record's name.</param>
    /// <param name="columns">Its fields, in order.</param>
    public static string Of(Identifier name, IEnumerable<Column> columns)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            json.WriteString("type", "record");
            json.WriteString("name", name.Name);
            json.WriteStartArray("fields");
            foreach (var column in columns) Field(json, column);
            json.WriteEndArray();
            json.WriteEndObject();
        }
        return Encoding.UTF8.GetString(buffer.WrittenSpan);
    }

    /// <summary>Digits, and those behind the point, of a <see cref="ColumnType.Numeric"/>.</summary>
    internal static (int Precision, int Scale) Decimal(Column column) =>
        column.Precision is { } precision ? (precision, column.Scale ?? 0) : (DefaultPrecision, column.Scale ?? DefaultScale);

    private static void Field(Utf8JsonWriter json, Column column)
    {
        json.WriteStartObject();
        json.WriteString("name", column.Name.Name);
        json.WritePropertyName("type");
        if (!column.Required)
        {
            json.WriteStartArray();
            json.WriteStringValue("null");
        }
        Type(json, column);
        if (!column.Required)
        {
            json.WriteEndArray();
            json.WriteNull("default");
        }
        json.WriteEndObject();
    }

    private static void Type(Utf8JsonWriter json, Column column)
    {
        var (type, logical) = column.Type switch
        {
            ColumnType.Int64 => ("long", null),
            ColumnType.Numeric => ("bytes", "decimal"),
            ColumnType.Double => ("double", null),
            ColumnType.Boolean => ("boolean", null),
            ColumnType.Date => ("int", "date"),
            ColumnType.Timestamp => ("long", "timestamp-micros"),
            ColumnType.Time => ("long", "time-micros"),
            _ => ("string", (string?)null),
        };
        if (logical is null)
        {
            json.WriteStringValue(type);
            return;
        }
        json.WriteStartObject();
        json.WriteString("type", type);
        json.WriteString("logicalType", logical);
        if (column.Type == ColumnType.Numeric)
        {
            var (precision, scale) = Decimal(column);
            json.WriteNumber("precision", precision);
            json.WriteNumber("scale", scale);
        }
        json.WriteEndObject();
    }
}
