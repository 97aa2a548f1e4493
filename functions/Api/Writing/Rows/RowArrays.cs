using Landfall.Contracts;
using Landfall.Rows;
using Npgsql;
using NpgsqlTypes;

namespace Landfall.Rest.Writing.Rows;

/// <summary>
/// Rows as an array a column, for <c>unnest</c>: a thousand rows are one statement that is planned once, and no value is boxed. Rows can be taken out again.
/// </summary>
internal sealed class RowArrays : IRowWriter
{
    private static readonly DateTime Epoch = DateTime.UnixEpoch;

    private readonly ColumnValues[] _values;
    private readonly long[] _indexes;
    private List<int>? _kept;
    private int _rows;
    private int _column;

    /// <param name="columns">What a row is made of.</param>
    /// <param name="capacity">The most rows.</param>
    public RowArrays(IReadOnlyList<Column> columns, int capacity)
    {
        _indexes = new long[capacity];
        _values = [.. columns.Select(column => (ColumnValues)(column.Type switch
        {
            ColumnType.Int64 => new PlainValues<long>(capacity, NpgsqlDbType.Bigint),
            ColumnType.Numeric => new PlainValues<decimal>(capacity, NpgsqlDbType.Numeric),
            ColumnType.Double => new PlainValues<double>(capacity, NpgsqlDbType.Double),
            ColumnType.Boolean => new PlainValues<bool>(capacity, NpgsqlDbType.Boolean),
            ColumnType.Date => new PlainValues<DateOnly>(capacity, NpgsqlDbType.Date),
            ColumnType.Timestamp => new PlainValues<DateTime>(capacity, NpgsqlDbType.TimestampTz),
            ColumnType.Time => new PlainValues<TimeOnly>(capacity, NpgsqlDbType.Time),
            // jsonb is read from its text.
            _ => new TextValues(capacity),
        }))];
    }

    /// <summary>Rows that are in.</summary>
    public int Count => _kept?.Count ?? _rows;

    public bool Full => false;

    /// <summary>The index in the request of a row.</summary>
    /// <param name="place">Its place among those that are in.</param>
    public long Index(int place) => _indexes[_kept?[place] ?? place];

    /// <summary>A column of all rows that are in, as a parameter.</summary>
    public NpgsqlParameter Parameter(int column) => _values[column].Parameter(_kept, Count);

    /// <summary>Takes rows out.</summary>
    /// <param name="places">Their places among those that are in.</param>
    public void Remove(IReadOnlySet<int> places) => _kept = [.. Enumerable.Range(0, Count).Where(place => !places.Contains(place)).Select(place => _kept?[place] ?? place)];

    public void Begin(long line)
    {
        _indexes[_rows] = line;
        _column = 0;
    }

    public void Null() => _values[_column++].Null(_rows);

    public void Int64(long value) => Set(value);

    public void Double(double value) => Set(value);

    public void Numeric(decimal value) => Set(value);

    public void Boolean(bool value) => Set(value);

    public void Date(int days) => Set(DateOnly.FromDayNumber(days + DateOnly.FromDateTime(Epoch).DayNumber));

    public void Timestamp(long microseconds) => Set(Epoch.AddTicks(microseconds * TimeSpan.TicksPerMicrosecond));

    public void Time(long microseconds) => Set(new TimeOnly(microseconds * TimeSpan.TicksPerMicrosecond));

    public void Utf8(ReadOnlySpan<byte> value) => ((TextValues)_values[_column++]).Set(_rows, value);

    public void Json(ReadOnlySpan<byte> value) => Utf8(value);

    public void End() => _rows++;

    public void Abandon()
    {
        // What was written of it is written over.
    }

    public ValueTask FlushAsync(CancellationToken cancellationToken) => ValueTask.CompletedTask;

    private void Set<T>(T value)
        where T : struct => ((PlainValues<T>)_values[_column++]).Set(_rows, value);
}
