using System.Buffers.Binary;
using Landfall.Contracts;
using Landfall.Rows;

namespace Landfall.Backups;

/// <summary>
/// Rows in PGCOPY's binary format (PostgreSQL documentation, COPY, "Binary Format"), straight from the bytes into a writer: no value becomes an object. The reverse of
/// <see cref="Sinks.Postgres.PgCopyWriter"/>.
/// </summary>
/// <param name="copy">The COPY stream; not disposed here.</param>
/// <param name="columns">What it copies, in order.</param>
internal sealed class PgCopyReader(Stream copy, IReadOnlyList<Column> columns)
{
    private const int BufferSize = 128 * 1024;

    /// <summary>Signature, flags, and the length of what else stands in the header, which is nothing.</summary>
    private const int HeaderSize = 19;

    /// <summary>From 1970-01-01 to 2000-01-01, where Postgres counts from.</summary>
    private const int EpochDays = 10957;

    private const long EpochMicroseconds = EpochDays * 86_400_000_000L;

    private readonly Column[] _columns = [.. columns];
    private byte[] _buffer = new byte[BufferSize];
    private int _start;
    private int _end;
    private long _row;

    /// <returns>How many rows there were.</returns>
    /// <exception cref="RejectException">A value can not be written to a backup: rule <c>backup</c>, line = the row's number.</exception>
    public async Task<long> ReadAsync(IRowWriter rows, CancellationToken cancellationToken)
    {
        while (_end < HeaderSize) await FillAsync(cancellationToken).ConfigureAwait(false);
        _start = HeaderSize;
        while (true)
        {
            var length = Length(_buffer.AsSpan(_start, _end - _start));
            if (length == 0)
            {
                await FillAsync(cancellationToken).ConfigureAwait(false);
                continue;
            }
            if (length < 0) return _row;
            rows.Begin(++_row);
            Write(_buffer.AsSpan(_start + 2, length - 2), rows);
            rows.End();
            _start += length;
            if (rows.Full) await rows.FlushAsync(cancellationToken).ConfigureAwait(false);
        }
    }

    /// <returns>How many bytes the row takes; 0 when not all of it is there, less when it is the end mark.</returns>
    private int Length(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length < 2) return 0;
        var fields = BinaryPrimitives.ReadInt16BigEndian(bytes);
        if (fields < 0) return -1;
        if (fields != _columns.Length) throw new InvalidOperationException($"A row of the COPY has {fields} fields; expected {_columns.Length}.");
        var at = 2;
        for (; fields > 0; fields--)
        {
            if (bytes.Length - at < 4) return 0;
            var length = BinaryPrimitives.ReadInt32BigEndian(bytes[at..]);
            at += 4;
            if (length <= 0) continue;
            if (bytes.Length - at < length) return 0;
            at += length;
        }
        return at;
    }

    private void Write(ReadOnlySpan<byte> fields, IRowWriter rows)
    {
        foreach (var column in _columns)
        {
            var length = BinaryPrimitives.ReadInt32BigEndian(fields);
            fields = fields[4..];
            if (length < 0)
            {
                rows.Null();
                continue;
            }
            var value = fields[..length];
            fields = fields[length..];
            switch (column.Type)
            {
                case ColumnType.Text: rows.Utf8(value); break;
                case ColumnType.Int64: rows.Int64(BinaryPrimitives.ReadInt64BigEndian(value)); break;
                case ColumnType.Double: rows.Double(BinaryPrimitives.ReadDoubleBigEndian(value)); break;
                case ColumnType.Boolean: rows.Boolean(value[0] != 0); break;
                case ColumnType.Date: rows.Date(Days(BinaryPrimitives.ReadInt32BigEndian(value), column)); break;
                case ColumnType.Timestamp: rows.Timestamp(Microseconds(BinaryPrimitives.ReadInt64BigEndian(value), column)); break;
                case ColumnType.Time: rows.Time(BinaryPrimitives.ReadInt64BigEndian(value)); break;
                case ColumnType.Numeric: rows.Numeric(PgNumeric.Read(value) ?? throw Unfit(column, "NaN, infinity, or of more than 28 digits")); break;
                // jsonb: a version byte before the text (src/backend/utils/adt/jsonb.c, jsonb_send).
                case ColumnType.Json: rows.Json(value[1..]); break;
                default: throw new InvalidOperationException($"{column} is {column.Type}.");
            }
        }
    }

    /// <summary>Infinity is the greatest and the least number (src/include/datatype/timestamp.h).</summary>
    private int Days(int days, Column column) => days is int.MaxValue or int.MinValue ? throw Unfit(column, "infinity") : days + EpochDays;

    private long Microseconds(long microseconds, Column column) =>
        microseconds is > long.MaxValue - EpochMicroseconds or long.MinValue ? throw Unfit(column, "infinity, or beyond the year 294246") : microseconds + EpochMicroseconds;

    private RejectException Unfit(Column column, string what) => new(
        $"row {_row} of the table has in {column} a value that no Avro file can hold: it is {what}", "correct the value; no file brought it", _row, column.Name.Name, "backup");

    private async ValueTask FillAsync(CancellationToken cancellationToken)
    {
        if (_start > 0)
        {
            _buffer.AsSpan(_start, _end - _start).CopyTo(_buffer);
            (_start, _end) = (0, _end - _start);
        }
        if (_end == _buffer.Length) Array.Resize(ref _buffer, checked(_buffer.Length * 2));
        var read = await copy.ReadAsync(_buffer.AsMemory(_end), cancellationToken).ConfigureAwait(false);
        if (read == 0) throw new InvalidOperationException("The COPY ended without its end mark.");
        _end += read;
    }
}
