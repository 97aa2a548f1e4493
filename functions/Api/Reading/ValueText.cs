using System.Globalization;
using System.Text;
using Landfall.Rest.Tables;
using Landfall.Rows;

namespace Landfall.Rest.Reading;

/// <summary>
/// A value of a request, parsed by the rules that the cells of files are parsed by, as the text that Postgres reads its column's type from. It goes there as a parameter
/// without a type: the server takes the column's.
/// </summary>
internal sealed class ValueText : IRowWriter
{
    private readonly TextBuffer _buffer;

    private ValueText(TextBuffer buffer) => _buffer = buffer;

    /// <param name="column">What it is compared with.</param>
    /// <param name="value">As the caller has written it.</param>
    /// <returns>The text, or what was expected: <c>must be a whole number of 64 bits</c>.</returns>
    public static (string? Text, string? Expected) Of(ApiColumn column, string value)
    {
        if (value.Length == 0) return (null, "must not be empty: an empty value is NULL, which is.null finds");
        var buffer = TextBuffers.Rent();
        try
        {
            return Of(column, value, new(buffer));
        }
        finally
        {
            TextBuffers.Return(buffer);
        }
    }

    private static (string? Text, string? Expected) Of(ApiColumn column, string value, ValueText text)
    {
        var cell = Encoding.UTF8.GetBytes(value);
        var broken = CellBinder.Write(column.Comparable, cell, isText: false, text);
        // A day is the moment with which it begins; a file's own form is read where it is no ISO 8601.
        if (broken is not null && column.Type == Contracts.ColumnType.Timestamp && value.Length == 10)
            broken = text.Again(column.Comparable, Encoding.UTF8.GetBytes(value + "T00:00:00Z"));
        if (broken is not null && column.Column.Format is { } format)
            broken = text.Again(column.Comparable with { Format = format }, cell);
        if (broken is not null) return (null, broken.Expected);
        return text._buffer.Length == 0 ? (null, "must not be blank") : (Encoding.UTF8.GetString(text._buffer[0, text._buffer.Length]), null);
    }

    public bool Full => false;

    public void Begin(long line)
    {
    }

    public void Null() => _buffer.Clear();

    public void Int64(long value) => _buffer.Add(Encoding.ASCII.GetBytes(value.ToString(CultureInfo.InvariantCulture)));

    public void Double(double value) => _buffer.Add(Encoding.ASCII.GetBytes(value.ToString("R", CultureInfo.InvariantCulture)));

    public void Numeric(decimal value) => _buffer.Add(Encoding.ASCII.GetBytes(value.ToString(CultureInfo.InvariantCulture)));

    public void Boolean(bool value) => _buffer.Add(value ? "true"u8 : "false"u8);

    public void Date(int days) => IsoText.Date(_buffer, days);

    public void Timestamp(long microseconds) => IsoText.Timestamp(_buffer, microseconds);

    public void Time(long microseconds) => IsoText.Time(_buffer, microseconds);

    public void Utf8(ReadOnlySpan<byte> value) => _buffer.Add(value);

    public void Json(ReadOnlySpan<byte> value) => _buffer.Add(value);

    public void End()
    {
    }

    public void Abandon() => _buffer.Clear();

    public ValueTask FlushAsync(CancellationToken cancellationToken) => ValueTask.CompletedTask;

    private Violation? Again(Contracts.Column column, ReadOnlySpan<byte> cell)
    {
        _buffer.Clear();
        return CellBinder.Write(column, cell, isText: false, this);
    }
}
