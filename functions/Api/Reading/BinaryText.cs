using System.Buffers.Binary;
using System.Buffers.Text;
using System.Globalization;
using Landfall.Contracts;
using Landfall.Rows;

namespace Landfall.Rest.Reading;

/// <summary>
/// A value as Postgres sends it in binary, as text: what a contract's cell would say, exactly. The forms are those of the types' <c>_send</c> functions
/// (src/backend/utils/adt).
/// </summary>
internal static class BinaryText
{
    /// <summary>From 1970-01-01 to 2000-01-01, where Postgres counts from.</summary>
    private const int EpochDays = 10_957;

    private const long EpochMicroseconds = EpochDays * 86_400_000_000L;

    /// <summary>Whether JSON has no number for it: NaN and the infinities.</summary>
    public static bool IsNoNumber(ColumnType type, ReadOnlySpan<byte> value) => type switch
    {
        ColumnType.Double => !double.IsFinite(BinaryPrimitives.ReadDoubleBigEndian(value)),
        ColumnType.Numeric => (value[4] & 0xC0) == 0xC0,
        _ => false,
    };

    public static void Write(TextBuffer text, ColumnType type, ReadOnlySpan<byte> value)
    {
        switch (type)
        {
            case ColumnType.Text: text.Add(value); break;
            // jsonb_send puts the version of its format before the text.
            case ColumnType.Json: text.Add(value[1..]); break;
            case ColumnType.Boolean: text.Add(value[0] != 0 ? "true"u8 : "false"u8); break;
            case ColumnType.Int64: Int64(text, BinaryPrimitives.ReadInt64BigEndian(value)); break;
            case ColumnType.Double: Double(text, BinaryPrimitives.ReadDoubleBigEndian(value)); break;
            case ColumnType.Numeric: Numeric(text, value); break;
            case ColumnType.Date: Date(text, BinaryPrimitives.ReadInt32BigEndian(value)); break;
            case ColumnType.Timestamp: Timestamp(text, BinaryPrimitives.ReadInt64BigEndian(value)); break;
            default: IsoText.Time(text, BinaryPrimitives.ReadInt64BigEndian(value)); break;
        }
    }

    private static void Int64(TextBuffer text, long value)
    {
        _ = Utf8Formatter.TryFormat(value, text.Reserve(20), out var written);
        text.Advance(written);
    }

    private static void Double(TextBuffer text, double value)
    {
        if (double.IsFinite(value))
        {
            _ = value.TryFormat(text.Reserve(32), out var written, default, CultureInfo.InvariantCulture);
            text.Advance(written);
        }
        else
        {
            text.Add(double.IsNaN(value) ? "NaN"u8 : value > 0 ? "Infinity"u8 : "-Infinity"u8);
        }
    }

    private static void Date(TextBuffer text, int days)
    {
        if (days == int.MaxValue) text.Add("infinity"u8);
        else if (days == int.MinValue) text.Add("-infinity"u8);
        else IsoText.Date(text, (long)days + EpochDays);
    }

    private static void Timestamp(TextBuffer text, long microseconds)
    {
        if (microseconds == long.MaxValue) text.Add("infinity"u8);
        else if (microseconds == long.MinValue) text.Add("-infinity"u8);
        else IsoText.Timestamp(text, microseconds + EpochMicroseconds);
    }

    /// <summary>Digits of base 10,000, the first of weight 10,000^weight; sign; digits after the point to show.</summary>
    private static void Numeric(TextBuffer text, ReadOnlySpan<byte> value)
    {
        var count = BinaryPrimitives.ReadUInt16BigEndian(value);
        var weight = BinaryPrimitives.ReadInt16BigEndian(value[2..]);
        var sign = BinaryPrimitives.ReadUInt16BigEndian(value[4..]);
        var scale = BinaryPrimitives.ReadUInt16BigEndian(value[6..]);
        var digits = value[8..];
        if ((sign & 0xC000) == 0xC000)
        {
            text.Add(sign == 0xC000 ? "NaN"u8 : sign == 0xD000 ? "Infinity"u8 : "-Infinity"u8);
            return;
        }
        if (sign == 0x4000) text.Add((byte)'-');
        if (weight < 0) text.Add((byte)'0');
        for (var i = 0; i <= weight; i++)
        {
            _ = Utf8Formatter.TryFormat(Group(digits, i, count), text.Reserve(4), out var written, i == 0 ? default : new('D', 4));
            text.Advance(written);
        }
        if (scale == 0) return;
        text.Add((byte)'.');
        for (var (i, left) = (weight + 1, (int)scale); left > 0; i++, left -= 4)
        {
            _ = Utf8Formatter.TryFormat(Group(digits, i, count), text.Reserve(4), out _, new('D', 4));
            text.Advance(Math.Min(4, left));
        }
    }

    /// <summary>Zeros at either end are not sent.</summary>
    private static uint Group(ReadOnlySpan<byte> digits, int index, int count) =>
        index < 0 || index >= count ? 0u : BinaryPrimitives.ReadUInt16BigEndian(digits[(index * 2)..]);
}
