using System.Numerics;
using Landfall.Avro;
using Landfall.Cloud;
using Landfall.Sinks.Postgres;

namespace Landfall.Local.BigQuery.Loads;

/// <summary>Avro as BigQuery loads it: fields meet columns by name; logical types only when the job says so, but for decimals.</summary>
internal sealed class AvroLoad(bool logicalTypes)
{
    /// <summary>The columns that a file's schema stands for ("Avro conversions").</summary>
    public IReadOnlyList<TableField> Columns(AvroSchema schema)
    {
        if (schema.Kind != AvroKind.Record) throw BigQueryFault.Invalid("Error while reading data, error message: The Apache Avro file's top-level schema is no record");
        return [.. schema.Fields.Select(field =>
        {
            var (type, nullable) = Scalar(field);
            return new TableField(field.Name, TypeOf(field.Name, type), !nullable)
            {
                Precision = IsDecimal(type) && !IsPlainNumeric(type) ? type.Precision : null,
                Scale = IsDecimal(type) && !IsPlainNumeric(type) ? type.Scale : null,
            };
        })];
    }

    public static async Task ReadAsync(Stream file, IReadOnlyList<TableField> columns, PgCopyWriter copy, CancellationToken cancellationToken)
    {
        await using var avro = await AvroFileReader.OpenAsync(file, cancellationToken);
        var fields = avro.Schema.Fields.ToArray();
        int[] places = [.. fields.Select(field => columns.ToList().FindIndex(column => string.Equals(column.Name, field.Name, StringComparison.OrdinalIgnoreCase)))];
        if (!places.SequenceEqual(Enumerable.Range(0, columns.Count))) throw BigQueryFault.NotSupported("Loading Avro files of different schemas in one job");
        var kinds = columns.Select(column => column.Type).ToArray();
        while (await avro.ReadAsync(cancellationToken))
        {
            Write(avro, fields, kinds, columns, copy);
            if (copy.Full) await copy.FlushAsync(cancellationToken);
        }
    }

    private static void Write(AvroFileReader avro, AvroField[] fields, string[] kinds, IReadOnlyList<TableField> columns, PgCopyWriter copy)
    {
        var cursor = avro.Cursor();
        copy.Begin(avro.Record);
        cursor.Enter();
        for (var i = 0; i < fields.Length; i++)
        {
            var schema = fields[i].Schema;
            if (schema.Kind == AvroKind.Union) schema = cursor.Branch(schema);
            if (schema.Kind == AvroKind.Null)
            {
                if (columns[i].Required) throw BigQueryFault.Invalid($"Error while reading data, error message: Required field {columns[i].Name} cannot be null; record {avro.Record}");
                copy.Null();
            }
            else
            {
                Write(schema, kinds[i], ref cursor, copy);
            }
        }
        cursor.Leave();
        copy.End();
        avro.End(cursor);
    }

    private static void Write(AvroSchema schema, string column, ref AvroCursor cursor, PgCopyWriter copy)
    {
        switch (schema.Kind)
        {
            case AvroKind.String when column == "JSON":
                copy.Json(cursor.String());
                break;
            case AvroKind.String:
                copy.Utf8(cursor.String());
                break;
            case AvroKind.Enum:
                copy.Utf8(cursor.Symbol(schema));
                break;
            case AvroKind.Boolean:
                copy.Boolean(cursor.Boolean());
                break;
            case AvroKind.Int or AvroKind.Long:
                Whole(schema.Logical, column, cursor.Long(), copy);
                break;
            case AvroKind.Float:
                copy.Double(cursor.Float());
                break;
            case AvroKind.Double:
                copy.Double(cursor.Double());
                break;
            default:
                var bytes = schema.Kind == AvroKind.Fixed ? cursor.Fixed(schema) : cursor.Bytes();
                if (column is "NUMERIC" or "BIGNUMERIC") copy.Numeric(Decimal(bytes, schema.Scale));
                else copy.Utf8(bytes);
                break;
        }
    }

    private static void Whole(AvroLogicalType logical, string column, long value, PgCopyWriter copy)
    {
        switch (column)
        {
            case "DATE":
                copy.Date((int)value);
                break;
            case "TIME":
                copy.Time(logical == AvroLogicalType.TimeMillis ? value * 1000 : value);
                break;
            case "TIMESTAMP" or "DATETIME":
                copy.Timestamp(logical is AvroLogicalType.TimestampMillis or AvroLogicalType.LocalTimestampMillis ? value * 1000 : value);
                break;
            case "NUMERIC" or "BIGNUMERIC":
                copy.Numeric(value);
                break;
            case "FLOAT64":
                copy.Double(value);
                break;
            default:
                copy.Int64(value);
                break;
        }
    }

    private static decimal Decimal(ReadOnlySpan<byte> bytes, int scale)
    {
        var unscaled = new BigInteger(bytes, isUnsigned: false, isBigEndian: true);
        if (BigInteger.Abs(unscaled) >= BigInteger.One << 96 || scale > 28) throw BigQueryFault.NotSupported("A decimal of more than 28 digits");
        var bits = (UInt128)BigInteger.Abs(unscaled);
        return new decimal((int)(uint)bits, (int)(uint)(bits >> 32), (int)(uint)(bits >> 64), unscaled.Sign < 0, (byte)scale);
    }

    private static (AvroSchema Type, bool Nullable) Scalar(AvroField field)
    {
        if (field.Schema.Kind != AvroKind.Union) return (field.Schema, false);
        return field.Schema.Branches.Where(branch => branch.Kind != AvroKind.Null).ToArray() is [var one]
            ? (one, true)
            : throw BigQueryFault.NotSupported($"A union of several types ({field.Name})");
    }

    private string TypeOf(string name, AvroSchema type) => (type.Kind, logicalTypes || type.Logical == AvroLogicalType.Decimal ? type.Logical : AvroLogicalType.None) switch
    {
        (_, AvroLogicalType.Decimal) => IsPlainNumeric(type) || type.Precision - type.Scale <= 29 && type.Scale <= 9 ? "NUMERIC" : "BIGNUMERIC",
        (_, AvroLogicalType.Date) => "DATE",
        (_, AvroLogicalType.TimeMillis or AvroLogicalType.TimeMicros) => "TIME",
        (_, AvroLogicalType.TimestampMillis or AvroLogicalType.TimestampMicros) => "TIMESTAMP",
        (_, AvroLogicalType.LocalTimestampMillis or AvroLogicalType.LocalTimestampMicros) => "DATETIME",
        (AvroKind.String or AvroKind.Enum, _) => "STRING",
        (AvroKind.Boolean, _) => "BOOL",
        (AvroKind.Int or AvroKind.Long, _) => "INT64",
        (AvroKind.Float or AvroKind.Double, _) => "FLOAT64",
        (AvroKind.Bytes or AvroKind.Fixed, _) => "BYTES",
        _ => throw BigQueryFault.NotSupported($"Avro's type {type} ({name})"),
    };

    private static bool IsDecimal(AvroSchema type) => type.Logical == AvroLogicalType.Decimal;

    private static bool IsPlainNumeric(AvroSchema type) => type is { Precision: 38, Scale: 9 };
}
