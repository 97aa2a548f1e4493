using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Unicode;
using Landfall.Contracts;

namespace Landfall.Rows;

/// <summary>One cell: empty is NULL; else padding, type, and every rule of the column.</summary>
internal static class CellBinder
{
    /// <summary>Up to the most digits that a column can have.</summary>
    private static readonly decimal[] PowersOfTen = [.. Enumerable.Range(0, 29).Select(exponent => decimal.Parse($"1{new string('0', exponent)}", CultureInfo.InvariantCulture))];

    /// <summary>Writes the value; or returns the rule it broke (what was written of the row is then abandoned).</summary>
    /// <param name="isText">Whether the cell is known to be UTF-8 without NUL.</param>
    public static Violation? Write(Column column, ReadOnlySpan<byte> cell, bool isText, IRowWriter writer)
    {
        // Few cells have anything to take off: a look at both ends tells.
        if (column.Type != ColumnType.Text && !cell.IsEmpty && (cell[0] <= ' ' || cell[^1] <= ' ')) cell = cell.Trim(" \t"u8);
        if (cell.IsEmpty)
        {
            if (column.Required) return new("required", "is required and empty");
            writer.Null();
            return null;
        }
        switch (column.Type)
        {
            case ColumnType.Text:
                return Text(column, cell, isText, writer);
            case ColumnType.Int64:
                if (!CellParser.TryInt64(cell, out var integer)) return new("logicalType", "must be a whole number of 64 bits");
                writer.Int64(integer);
                // To make a decimal of it takes longer than to read it.
                return column.HasBounds ? Bounds(column, (decimal)integer) : null;
            case ColumnType.Numeric:
                return Numeric(column, cell, writer);
            case ColumnType.Double:
                if (!CellParser.TryDouble(cell, out var real)) return new("logicalType", "must be a number");
                writer.Double(real);
                return Bounds(column, real);
            case ColumnType.Boolean:
                if (!CellParser.TryBoolean(cell, out var truth)) return new("logicalType", "must be true or false");
                writer.Boolean(truth);
                return null;
            case ColumnType.Date:
                if (!CellParser.TryDate(cell, column.Format, out var days)) return new("logicalType", $"must be a date ({column.Format ?? "yyyy-MM-dd"})");
                writer.Date(days);
                return null;
            case ColumnType.Timestamp:
                if (!CellParser.TryTimestamp(cell, column.Format, out var moment)) return new("logicalType", $"must be a timestamp ({column.Format ?? "yyyy-MM-ddTHH:mm:ssZ"})");
                writer.Timestamp(moment);
                return null;
            case ColumnType.Time:
                if (!CellParser.TryTime(cell, column.Format, out var time)) return new("logicalType", $"must be a time ({column.Format ?? "HH:mm:ss"})");
                writer.Time(time);
                return null;
            default:
                if (!CellParser.IsJson(cell)) return new("logicalType", "must be one JSON value");
                writer.Json(cell);
                return null;
        }
    }

    private static Violation? Text(Column column, ReadOnlySpan<byte> cell, bool isText, IRowWriter writer)
    {
        if (!isText && !Utf8.IsValid(cell)) return new("encoding", "must be UTF-8");
        if (!isText && cell.Contains((byte)0)) return new("encoding", "holds a NUL character, which no warehouse takes");
        if (column.Pad is { } pad) return Padded(column, cell, pad, writer);
        return Ruled(column, cell, writer);
    }

    private static Violation? Padded(Column column, ReadOnlySpan<byte> cell, Padding pad, IRowWriter writer)
    {
        var lack = pad.Length - Characters(cell);
        if (lack <= 0) return Ruled(column, cell, writer);
        var rented = ArrayPool<byte>.Shared.Rent(lack + cell.Length);
        try
        {
            var whole = rented.AsSpan(0, lack + cell.Length);
            whole[..lack].Fill((byte)pad.Fill);
            cell.CopyTo(whole[lack..]);
            return Ruled(column, whole, writer);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(rented);
        }
    }

    private static Violation? Ruled(Column column, ReadOnlySpan<byte> cell, IRowWriter writer)
    {
        if (column.MaxLength is { } most && cell.Length > most && Characters(cell) > most) return new("maxLength", $"must have at most {most} characters");
        if (column.MinLength is { } least && (cell.Length < least || Characters(cell) < least)) return new("minLength", $"must have at least {least} characters");
        if (column.MaxBytes is { } bytes && cell.Length > bytes) return new(column.Unique ? "unique" : "primaryKey", $"must have at most {bytes} bytes, as it is part of a key or unique");
        if (column.Pattern is not null && !Matches(column, cell)) return new("pattern", $"must match {column.PatternText}");
        writer.Utf8(cell);
        return null;
    }

    private static bool Matches(Column column, ReadOnlySpan<byte> cell)
    {
        char[]? rented = null;
        var chars = cell.Length <= 256 ? stackalloc char[256] : rented = ArrayPool<char>.Shared.Rent(cell.Length);
        var matches = column.Pattern!.IsMatch(chars[..Encoding.UTF8.GetChars(cell, chars)]);
        if (rented is not null) ArrayPool<char>.Shared.Return(rented);
        return matches;
    }

    private static Violation? Numeric(Column column, ReadOnlySpan<byte> cell, IRowWriter writer)
    {
        if (!CellParser.TryNumeric(cell, out var value)) return new("logicalType", "must be a decimal number of up to 28 digits");
        if (column.Scale is { } scale && value.Scale > scale && decimal.Round(value, scale) != value) return new("physicalType", $"must have at most {scale} digits after the point");
        if (column.Precision is { } precision && decimal.Abs(value) >= PowersOfTen[precision - (column.Scale ?? 0)])
            return new("physicalType", $"must have at most {precision - (column.Scale ?? 0)} digits before the point");
        writer.Numeric(value);
        return Bounds(column, value);
    }

    private static Violation? Bounds(Column column, decimal value)
    {
        if (column.Minimum is { } least && (value < least.Value || (least.Exclusive && value == least.Value)))
            return new(least.Exclusive ? "exclusiveMinimum" : "minimum", $"must be {(least.Exclusive ? "more than" : "at least")} {least.Value}");
        if (column.Maximum is { } most && (value > most.Value || (most.Exclusive && value == most.Value)))
            return new(most.Exclusive ? "exclusiveMaximum" : "maximum", $"must be {(most.Exclusive ? "less than" : "at most")} {most.Value}");
        return null;
    }

    private static Violation? Bounds(Column column, double value)
    {
        if (!column.HasBounds) return null;
        // Beyond decimal's range only the sign matters, and every bound is within it.
        return Bounds(column, value >= 7.9e28 ? decimal.MaxValue : value <= -7.9e28 ? decimal.MinValue : (decimal)value);
    }

    /// <summary>Unicode characters of valid UTF-8: the bytes that begin one.</summary>
    private static int Characters(ReadOnlySpan<byte> cell)
    {
        var count = 0;
        foreach (var b in cell) count += (b & 0xC0) != 0x80 ? 1 : 0;
        return count;
    }
}
