using System.Buffers.Text;
using System.Globalization;
using System.Numerics;
using Landfall.Avro;

namespace Landfall.Rows;

/// <summary>A value of Avro as a cell's text, as <see cref="CellParser"/> reads it back. What no calendar has stays the number that it is: the column's type then rejects the row.</summary>
internal static class AvroText
{
    private const long EpochTicks = 621_355_968_000_000_000;

    private const long NanosecondsPerTick = 100;

    /// <summary>Whether the text is a number, true or false, as JSON writes them.</summary>
    public static bool IsPlain(AvroSchema schema) => schema.Kind switch
    {
        AvroKind.Boolean or AvroKind.Float or AvroKind.Double => true,
        AvroKind.Int or AvroKind.Long => schema.Logical == AvroLogicalType.None,
        AvroKind.Bytes or AvroKind.Fixed => schema.Logical == AvroLogicalType.Decimal,
        _ => false,
    };

    /// <summary>A value of any kind but null, string, and those that hold other values.</summary>
    public static void Write(TextBuffer text, AvroSchema schema, ref AvroCursor cursor)
    {
        switch (schema.Kind)
        {
            case AvroKind.Boolean:
                text.Add(cursor.Boolean() ? "true"u8 : "false"u8);
                break;
            case AvroKind.Int:
                Whole(text, schema.Logical, cursor.Int());
                break;
            case AvroKind.Long:
                Whole(text, schema.Logical, cursor.Long());
                break;
            case AvroKind.Float:
                // The shortest text that is this float: 0.1, not the 0.10000000149011612 of the double beside it.
                Real(text, cursor.Float());
                break;
            case AvroKind.Double:
                Real(text, cursor.Double());
                break;
            case AvroKind.Enum:
                text.Add(cursor.Symbol(schema));
                break;
            case AvroKind.Bytes:
                Binary(text, schema, cursor.Bytes(), in cursor);
                break;
            case AvroKind.Fixed:
                Binary(text, schema, cursor.Fixed(schema), in cursor);
                break;
            default:
                throw new InvalidOperationException($"{schema.Kind} is no scalar");
        }
    }

    private static void Whole(TextBuffer text, AvroLogicalType logical, long value)
    {
        var written = logical switch
        {
            AvroLogicalType.Date => TryDate(text, value),
            AvroLogicalType.TimeMillis => TryTime(text, value, TimeSpan.TicksPerMillisecond),
            AvroLogicalType.TimeMicros => TryTime(text, value, TimeSpan.TicksPerMicrosecond),
            AvroLogicalType.TimestampMillis => TryTimestamp(text, value, TimeSpan.TicksPerMillisecond, utc: true),
            AvroLogicalType.TimestampMicros => TryTimestamp(text, value, TimeSpan.TicksPerMicrosecond, utc: true),
            AvroLogicalType.LocalTimestampMillis => TryTimestamp(text, value, TimeSpan.TicksPerMillisecond, utc: false),
            AvroLogicalType.LocalTimestampMicros => TryTimestamp(text, value, TimeSpan.TicksPerMicrosecond, utc: false),
            AvroLogicalType.TimestampNanos => Nanoseconds(text, value, utc: true),
            AvroLogicalType.LocalTimestampNanos => Nanoseconds(text, value, utc: false),
            _ => false,
        };
        if (!written) Format(text, value, default);
    }

    private static bool TryDate(TextBuffer text, long days)
    {
        days += EpochTicks / TimeSpan.TicksPerDay;
        if (days < 0 || days > DateOnly.MaxValue.DayNumber) return false;
        Format(text, DateOnly.FromDayNumber((int)days), "O");
        return true;
    }

    private static bool TryTime(TextBuffer text, long value, long ticks)
    {
        if (value < 0 || value >= TimeSpan.TicksPerDay / ticks) return false;
        Format(text, new TimeOnly(value * ticks), "O");
        // The format has seven digits of a second, and the last is 0.
        text.Cut(text.Length - 1);
        return true;
    }

    private static bool TryTimestamp(TextBuffer text, long value, long ticks, bool utc)
    {
        if (value < -(EpochTicks / ticks) || value > (DateTime.MaxValue.Ticks - EpochTicks) / ticks) return false;
        Format(text, new DateTime(EpochTicks + (value * ticks)), "O");
        text.Cut(text.Length - 1);
        if (utc) text.Add((byte)'Z');
        return true;
    }

    /// <summary>All of them are in the calendar: 64 bits are 292 years.</summary>
    private static bool Nanoseconds(TextBuffer text, long value, bool utc)
    {
        var (ticks, rest) = long.DivRem(value, NanosecondsPerTick);
        if (rest < 0) (ticks, rest) = (ticks - 1, rest + NanosecondsPerTick);
        Format(text, new DateTime(EpochTicks + ticks), "O");
        text.Add((byte)('0' + (rest / 10)));
        text.Add((byte)('0' + (rest % 10)));
        if (utc) text.Add((byte)'Z');
        return true;
    }

    private static void Real<T>(TextBuffer text, T value)
        where T : IBinaryFloatingPointIeee754<T>
    {
        if (!T.IsFinite(value))
        {
            text.Add(T.IsNaN(value) ? "NaN"u8 : T.IsNegative(value) ? "-Infinity"u8 : "Infinity"u8);
            return;
        }
        Span<byte> shortest = stackalloc byte[40];
        value.TryFormat(shortest, out var length, default, CultureInfo.InvariantCulture);
        PlainNumber.Write(text, shortest[..length]);
    }

    private static void Binary(TextBuffer text, AvroSchema schema, ReadOnlySpan<byte> value, in AvroCursor cursor)
    {
        if (schema.Logical == AvroLogicalType.Decimal)
        {
            Decimal(text, value, schema.Scale, in cursor);
        }
        else if (schema.Logical == AvroLogicalType.Uuid)
        {
            Format(text, new Guid(value, bigEndian: true), default);
        }
        else
        {
            var length = Base64.GetMaxEncodedToUtf8Length(value.Length);
            if (length > RowReaders.MaxRowBytes - text.Length) throw AvroJson.TooLong(in cursor, RowReaders.MaxRowBytes);
            Base64.EncodeToUtf8(value, text.Reserve(length), out _, out var written);
            text.Advance(written);
        }
    }

    private static void Decimal(TextBuffer text, ReadOnlySpan<byte> value, int scale, in AvroCursor cursor)
    {
        if (value.Length > AvroLimits.DecimalBytes) throw cursor.Fault($"a decimal has more than {AvroLimits.DecimalBytes} bytes");
        var number = new BigInteger(value, isUnsigned: false, isBigEndian: true);
        Span<char> digits = stackalloc char[160];
        BigInteger.Abs(number).TryFormat(digits, out var count, default, CultureInfo.InvariantCulture);
        if (number.Sign < 0) text.Add((byte)'-');
        var whole = Math.Max(count - scale, 0);
        if (whole == 0) text.Add((byte)'0');
        for (var i = 0; i < whole; i++) text.Add((byte)digits[i]);
        if (scale == 0) return;
        text.Add((byte)'.');
        for (var i = count; i < scale; i++) text.Add((byte)'0');
        for (var i = whole; i < count; i++) text.Add((byte)digits[i]);
    }

    private static void Format<T>(TextBuffer text, T value, ReadOnlySpan<char> format)
        where T : IUtf8SpanFormattable
    {
        value.TryFormat(text.Reserve(64), out var written, format, CultureInfo.InvariantCulture);
        text.Advance(written);
    }
}
