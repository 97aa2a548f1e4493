using System.Text.Json;

namespace Landfall.Avro;

/// <summary>Gives a type the logical type that its JSON names, when it fits (https://avro.apache.org/docs/1.12.0/specification/#logical-types).</summary>
internal static class AvroLogicalTypes
{
    public static AvroSchema Apply(AvroSchema schema, JsonElement json)
    {
        if (!json.TryGetProperty("logicalType", out var logical) || logical.ValueKind != JsonValueKind.String) return schema;
        return (logical.GetString(), schema.Kind) switch
        {
            ("decimal", AvroKind.Bytes or AvroKind.Fixed) => Decimal(schema, json),
            ("date", AvroKind.Int) => With(schema, AvroLogicalType.Date),
            ("time-millis", AvroKind.Int) => With(schema, AvroLogicalType.TimeMillis),
            ("time-micros", AvroKind.Long) => With(schema, AvroLogicalType.TimeMicros),
            ("timestamp-millis", AvroKind.Long) => With(schema, AvroLogicalType.TimestampMillis),
            ("timestamp-micros", AvroKind.Long) => With(schema, AvroLogicalType.TimestampMicros),
            ("timestamp-nanos", AvroKind.Long) => With(schema, AvroLogicalType.TimestampNanos),
            ("local-timestamp-millis", AvroKind.Long) => With(schema, AvroLogicalType.LocalTimestampMillis),
            ("local-timestamp-micros", AvroKind.Long) => With(schema, AvroLogicalType.LocalTimestampMicros),
            ("local-timestamp-nanos", AvroKind.Long) => With(schema, AvroLogicalType.LocalTimestampNanos),
            ("uuid", AvroKind.String) => With(schema, AvroLogicalType.Uuid),
            ("uuid", AvroKind.Fixed) when schema.Size == 16 => With(schema, AvroLogicalType.Uuid),
            _ => schema,
        };
    }

    private static AvroSchema Decimal(AvroSchema schema, JsonElement json)
    {
        if (!Whole(json, "precision", out var precision) || precision is < 1 or > AvroLimits.Precision) return schema;
        var hasScale = json.TryGetProperty("scale", out _);
        if ((!Whole(json, "scale", out var scale) && hasScale) || scale < 0 || scale > precision) return schema;
        // A fixed of n bytes holds this many digits whatever they are; with less room than declared the decimal is invalid.
        if (schema.Kind == AvroKind.Fixed && precision > Math.Floor(((8.0 * schema.Size) - 1) * Math.Log10(2))) return schema;
        return With(schema, AvroLogicalType.Decimal, precision, scale);
    }

    private static bool Whole(JsonElement json, string member, out int value)
    {
        value = 0;
        return json.TryGetProperty(member, out var number) && number.ValueKind == JsonValueKind.Number && number.TryGetInt32(out value);
    }

    private static AvroSchema With(AvroSchema schema, AvroLogicalType logical, int precision = 0, int scale = 0) =>
        new(schema.Kind) { Name = schema.Name, Size = schema.Size, Logical = logical, Precision = precision, Scale = scale };
}
