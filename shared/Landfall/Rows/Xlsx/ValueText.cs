using System.Globalization;
using System.Text;
using Landfall.Contracts;

namespace Landfall.Rows.Xlsx;

/// <summary>
/// A cell's value as the text that its column reads. A date becomes what the column asks for if that loses nothing; else all of it stands there in ISO 8601,
/// and the column refuses it.
/// </summary>
internal sealed class ValueText(bool date1904)
{
    private static readonly string[] Moments = ["yyyy-MM-dd", "yyyy-MM-ddTHH:mm", "yyyy-MM-ddTHH:mm:ss", "yyyy-MM-ddTHH:mm:ss.FFFFFFF", "yyyy-MM-ddTHH:mm:ssZ", "yyyy-MM-ddTHH:mm:ss.FFFFFFFZ"];

    /// <param name="column">Which column reads it; null for none, so that it is text.</param>
    public void Write(SheetValue cell, Column? column, ByteBuffer to)
    {
        var text = cell.Text.Span;
        switch (cell.Kind)
        {
            case ValueKind.Blank:
                break;
            case ValueKind.Error:
                to.Append(ErrorCode.Shown(cell));
                break;
            case ValueKind.Boolean:
                to.Append(text.SequenceEqual("1"u8) ? "true"u8 : text.SequenceEqual("0"u8) ? "false"u8 : text);
                break;
            case ValueKind.IsoDate:
                if (text.Length < 64 && DateTime.TryParseExact(Encoding.UTF8.GetString(text), Moments, CultureInfo.InvariantCulture, DateTimeStyles.AdjustToUniversal | DateTimeStyles.AssumeUniversal, out var iso)) Moment(iso, column, to);
                else to.Append(text);
                break;
            case ValueKind.Number when CellParser.TryDouble(text, out var number):
                if (cell.Format == NumberFormat.General || !TryTime(number, cell.Format, column, to)) Number(text, number, to);
                break;
            default:
                to.Append(text);
                break;
        }
    }

    private bool TryTime(double serial, NumberFormat format, Column? column, ByteBuffer to)
    {
        var isMoment = SerialDate.TryRead(serial, date1904, out DateTime moment);
        var isTime = SerialDate.TryRead(serial, out var elapsed);
        if (format == NumberFormat.Elapsed && isTime) Elapsed(elapsed, column, to);
        else if (format == NumberFormat.Time && isTime && (elapsed.Days == 0 || (column?.Type == ColumnType.Time && serial >= 1))) Elapsed(elapsed - TimeSpan.FromDays(elapsed.Days), column, to);
        else if (format == NumberFormat.DateTime && isTime && elapsed.Days == 0 && !date1904) Elapsed(elapsed, column, to);
        else if (isMoment) Moment(moment, column, to);
        else return false;
        return true;
    }

    private static void Moment(DateTime moment, Column? column, ByteBuffer to)
    {
        var format = column?.Type switch
        {
            ColumnType.Date when moment.TimeOfDay == TimeSpan.Zero => column.Format ?? "yyyy-MM-dd",
            ColumnType.Timestamp => column.Format ?? "yyyy-MM-ddTHH:mm:ss.FFF",
            ColumnType.Date or ColumnType.Time => "yyyy-MM-ddTHH:mm:ss.FFF",
            _ => moment.TimeOfDay == TimeSpan.Zero ? "yyyy-MM-dd" : "yyyy-MM-ddTHH:mm:ss.FFF",
        };
        to.Append(moment.ToString(format, CultureInfo.InvariantCulture));
    }

    private static void Elapsed(TimeSpan elapsed, Column? column, ByteBuffer to)
    {
        if (elapsed.Days > 0) to.Append(string.Create(CultureInfo.InvariantCulture, $"{(long)elapsed.TotalHours}:{elapsed:mm\\:ss}{(elapsed.Milliseconds == 0 ? "" : $".{elapsed:fff}")}"));
        else to.Append(TimeOnly.FromTimeSpan(elapsed).ToString(column?.Type == ColumnType.Time && column.Format is { } format ? format : "HH:mm:ss.FFF", CultureInfo.InvariantCulture));
    }

    /// <summary>
    /// Spreadsheets keep doubles, which other programs write with more digits than they have; a whole number is kept digit by digit. No exponent, which
    /// exact decimals do not take, unless there would be more than 28 zeros.
    /// </summary>
    private static void Number(ReadOnlySpan<byte> text, double number, ByteBuffer to)
    {
        var digits = text.StartsWith("-"u8) ? text[1..] : text;
        if (digits.Length <= 28 && digits[0] != '0' && !digits.ContainsAnyExceptInRange((byte)'0', (byte)'9'))
        {
            to.Append(text);
            return;
        }
        var shortest = (number == 0 ? 0 : number).ToString("R", CultureInfo.InvariantCulture);
        var e = shortest.IndexOf('E', StringComparison.Ordinal);
        if (e >= 0 && Math.Abs(int.Parse(shortest.AsSpan(e + 1), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture)) <= 28)
            shortest = decimal.TryParse(shortest, NumberStyles.Float, CultureInfo.InvariantCulture, out var exact) && (double)exact == number ? exact.ToString(CultureInfo.InvariantCulture) : shortest;
        to.Append(shortest);
    }
}
