using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text.Json;
using Landfall.Avro;
using Landfall.Contracts;
using Landfall.Reports;
using Landfall.Rows;

namespace Landfall.Functions;

/// <summary>
/// Rows as BigQuery loads them: a JSON object a line (https://cloud.google.com/bigquery/docs/loading-data-cloud-storage-json). With a schema beside it, which may
/// describe columns, as Avro's can not.
/// </summary>
/// <param name="output">Takes a line at a time; memory, or what ends in it.</param>
/// <param name="columns">In the order in which values come.</param>
/// <param name="check">Called for every row.</param>
[SuppressMessage("Design", "CA1001", Justification = "What it owns holds nothing but memory.")]
internal sealed class NdjsonRowWriter(Stream output, IReadOnlyList<ReportColumn> columns, Action check) : IRowWriter
{
    /// <summary>Beyond it a JSON number may be a double to its reader.</summary>
    private const long MaxExact = 1L << 53;

    private const int DefaultPrecision = 38, DefaultScale = 9;

    private static readonly int Epoch = DateOnly.FromDateTime(DateTime.UnixEpoch).DayNumber;

    private readonly (JsonEncodedText Name, Column Column)[] _columns = [.. columns.Select(column => (JsonEncodedText.Encode(column.Column.Name.Name), column.Column))];
    private readonly ArrayBufferWriter<byte> _row = new();
    private readonly Utf8JsonWriter _json = new(Stream.Null, new() { SkipValidation = true });
    private int _next;
    private long _line;

    public bool Full => false;

    public void Begin(long line)
    {
        (_line, _next) = (line, 0);
        _row.ResetWrittenCount();
        _json.Reset(_row);
        _json.WriteStartObject();
    }

    /// <summary>A column that is not named is NULL.</summary>
    public void Null() => _next++;

    public void Int64(long value)
    {
        if (value is > -MaxExact and < MaxExact) _json.WriteNumber(Name(), value);
        else _json.WriteString(Name(), value.ToString(CultureInfo.InvariantCulture));
    }

    public void Double(double value)
    {
        if (double.IsFinite(value)) _json.WriteNumber(Name(), value);
        else _json.WriteString(Name(), double.IsNaN(value) ? "NaN" : value > 0 ? "Infinity" : "-Infinity");
    }

    /// <exception cref="RejectException">It has more digits than its column in BigQuery: nothing is rounded.</exception>
    public void Numeric(decimal value)
    {
        var column = _columns[_next].Column;
        var (precision, scale) = column.Precision is { } digits ? (digits, column.Scale ?? 0) : (DefaultPrecision, DefaultScale);
        if (AvroDecimal.TryUnscale(value, precision, scale) is null) throw Beyond($"a number of more than {scale} digits behind the point, or of more than {precision} in all", "round it in the query, or let physicalType be numeric(p,s)");
        _json.WriteString(Name(), value.ToString(CultureInfo.InvariantCulture));
    }

    public void Boolean(bool value) => _json.WriteBoolean(Name(), value);

    /// <exception cref="RejectException">It is not of the years 1 to 9999.</exception>
    public void Date(int days)
    {
        if (days < -Epoch || days > DateOnly.MaxValue.DayNumber - Epoch) throw Years();
        _json.WriteString(Name(), DateOnly.FromDayNumber(days + Epoch).ToString("yyyy-MM-dd", CultureInfo.InvariantCulture));
    }

    /// <inheritdoc cref="Date"/>
    public void Timestamp(long microseconds)
    {
        if (microseconds < (DateTime.MinValue - DateTime.UnixEpoch).TotalMicroseconds || microseconds > (DateTime.MaxValue - DateTime.UnixEpoch).Ticks / TimeSpan.TicksPerMicrosecond) throw Years();
        _json.WriteString(Name(), DateTime.UnixEpoch.AddTicks(microseconds * TimeSpan.TicksPerMicrosecond).ToString("yyyy-MM-dd'T'HH:mm:ss.FFFFFF'Z'", CultureInfo.InvariantCulture));
    }

    public void Time(long microseconds) => _json.WriteString(Name(), new TimeOnly(microseconds * TimeSpan.TicksPerMicrosecond).ToString("HH:mm:ss.FFFFFF", CultureInfo.InvariantCulture));

    public void Utf8(ReadOnlySpan<byte> value) => _json.WriteString(Name(), value);

    public void Json(ReadOnlySpan<byte> value)
    {
        _json.WritePropertyName(Name());
        _json.WriteRawValue(value, skipInputValidation: true);
    }

    public void End()
    {
        _json.WriteEndObject();
        _json.Flush();
        output.Write(_row.WrittenSpan);
        output.WriteByte((byte)'\n');
        check();
    }

    public void Abandon()
    {
    }

    public ValueTask FlushAsync(CancellationToken cancellationToken) => ValueTask.CompletedTask;

    private JsonEncodedText Name() => _columns[_next++].Name;

    private RejectException Years() => Beyond("a day that is not of the years 1 to 9999, which are BigQuery's", "leave it out, or let it be NULL");

    private RejectException Beyond(string what, string hint) => new($"The report gives {what}, in {_columns[_next].Column}", hint, _line, _columns[_next].Column.Name.Name, "logicalType");
}
