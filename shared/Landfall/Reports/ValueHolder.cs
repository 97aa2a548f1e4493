using System.Text;
using Landfall.Contracts;
using Landfall.Rows;
using Npgsql;
using NpgsqlTypes;

namespace Landfall.Reports;

/// <summary>Keeps one value that the binder writes, as a parameter of Postgres has it.</summary>
internal sealed class ValueHolder : IRowWriter
{
    private object? _value;

    public bool Full => false;

    /// <summary>The value, typed: the server never guesses what it is.</summary>
    public NpgsqlParameter Parameter(ColumnType type) => new() { NpgsqlDbType = TypeOf(type), Value = _value ?? DBNull.Value };

    public void Begin(long line)
    {
    }

    public void Null() => _value = null;

    public void Int64(long value) => _value = value;

    public void Double(double value) => _value = value;

    public void Numeric(decimal value) => _value = value;

    public void Boolean(bool value) => _value = value;

    public void Date(int days) => _value = DateOnly.FromDayNumber(days + DateOnly.FromDateTime(DateTime.UnixEpoch).DayNumber);

    public void Timestamp(long microseconds) => _value = DateTime.UnixEpoch.AddTicks(microseconds * TimeSpan.TicksPerMicrosecond);

    public void Time(long microseconds) => _value = new TimeOnly(microseconds * TimeSpan.TicksPerMicrosecond);

    public void Utf8(ReadOnlySpan<byte> value) => _value = Encoding.UTF8.GetString(value);

    public void Json(ReadOnlySpan<byte> value) => _value = Encoding.UTF8.GetString(value);

    public void End()
    {
    }

    public void Abandon() => _value = null;

    public ValueTask FlushAsync(CancellationToken cancellationToken) => ValueTask.CompletedTask;

    private static NpgsqlDbType TypeOf(ColumnType type) => type switch
    {
        ColumnType.Text => NpgsqlDbType.Text,
        ColumnType.Int64 => NpgsqlDbType.Bigint,
        ColumnType.Numeric => NpgsqlDbType.Numeric,
        ColumnType.Double => NpgsqlDbType.Double,
        ColumnType.Boolean => NpgsqlDbType.Boolean,
        ColumnType.Date => NpgsqlDbType.Date,
        ColumnType.Timestamp => NpgsqlDbType.TimestampTz,
        ColumnType.Time => NpgsqlDbType.Time,
        _ => NpgsqlDbType.Jsonb,
    };
}
