using System.Buffers.Binary;
using Landfall.Contracts;
using Landfall.Rows;

namespace Landfall.Avro;

/// <summary>A table's rows as an Avro file, with the schema of <see cref="AvroRowSchema"/>. <see cref="CompleteAsync"/> ends it; before that it is no whole file.</summary>
public sealed class AvroRowWriter : IRowWriter
{
    private readonly AvroFileWriter _file;
    private readonly Column[] _columns;
    private int _next;
    private long _line;

    /// <param name="output">Not disposed here.</param>
    /// <param name="name">The record's name: the table's.</param>
    /// <param name="columns">What a row is made of, in the order in which its values are written.</param>
    /// <param name="metadata">More entries for the header, as in <see cref="AvroFileWriter"/>.</param>
    /// <param name="sync">As in <see cref="AvroFileWriter"/>.</param>
    public AvroRowWriter(
        Stream output, Identifier name, IEnumerable<Column> columns, AvroCodec codec = AvroCodec.Deflate, IEnumerable<KeyValuePair<string, string>>? metadata = null, ReadOnlySpan<byte> sync = default)
    {
        _columns = [.. columns];
        _file = new AvroFileWriter(output, AvroRowSchema.Of(name, _columns), codec, metadata, sync);
    }

    /// <param name="file">Where the values go; its schema is that of the columns.</param>
    /// <param name="columns">As above.</param>
    internal AvroRowWriter(AvroFileWriter file, IEnumerable<Column> columns) => (_file, _columns) = (file, [.. columns]);

    /// <summary>Rows ended so far.</summary>
    public long Rows => _file.Records;

    public bool Full => _file.Full;

    public void Begin(long line) => (_line, _next) = (line, 0);

    /// <exception cref="InvalidOperationException">The column is required.</exception>
    public void Null()
    {
        var column = _columns[_next++];
        if (column.Required) throw new InvalidOperationException($"{column} is required, and the schema has no null for it.");
        _file.Index(0);
    }

    public void Int64(long value) => Whole(ColumnType.Int64, value);

    public void Date(int days) => Whole(ColumnType.Date, days);

    public void Timestamp(long microseconds) => Whole(ColumnType.Timestamp, microseconds);

    public void Time(long microseconds) => Whole(ColumnType.Time, microseconds);

    public void Double(double value)
    {
        Next(ColumnType.Double);
        _file.Double(value);
    }

    public void Boolean(bool value)
    {
        Next(ColumnType.Boolean);
        _file.Boolean(value);
    }

    public void Utf8(ReadOnlySpan<byte> value)
    {
        Next(ColumnType.Text);
        _file.Bytes(value);
    }

    public void Json(ReadOnlySpan<byte> value)
    {
        Next(ColumnType.Json);
        _file.Bytes(value);
    }

    /// <exception cref="RejectException">The value has more digits than the column declares: nothing is rounded.</exception>
    public void Numeric(decimal value)
    {
        var column = Next(ColumnType.Numeric);
        var (precision, scale) = AvroRowSchema.Decimal(column);
        if (AvroDecimal.TryUnscale(value, precision, scale) is not { } unscaled)
        {
            throw new RejectException(
                $"{column} has a value that does not fit numeric({precision},{scale}), as which it is written to Avro", "declare numeric(p,s) in the contract, wide enough for its values", _line, column.Name.Name, "physicalType");
        }
        Span<byte> bytes = stackalloc byte[16];
        BinaryPrimitives.WriteInt128BigEndian(bytes, unscaled);
        // The specification asks for no more bytes than are needed: those that only repeat the sign go.
        while (bytes.Length > 1 && bytes[0] == (byte)((sbyte)bytes[1] >> 7)) bytes = bytes[1..];
        _file.Bytes(bytes);
    }

    /// <exception cref="InvalidOperationException">A value is missing.</exception>
    public void End()
    {
        if (_next != _columns.Length) throw new InvalidOperationException($"A row has {_columns.Length} values; {_next} were written.");
        _file.End();
    }

    public void Abandon() => _file.Abandon();

    public ValueTask FlushAsync(CancellationToken cancellationToken) => _file.FlushAsync(cancellationToken);

    /// <summary>Sends what is left.</summary>
    public ValueTask CompleteAsync(CancellationToken cancellationToken) => _file.CompleteAsync(cancellationToken);

    private void Whole(ColumnType type, long value)
    {
        Next(type);
        _file.Long(value);
    }

    /// <summary>The column that a value is for. One of another type would make all that follows unreadable.</summary>
    private Column Next(ColumnType type)
    {
        var column = _columns[_next++];
        if (column.Type != type) throw new InvalidOperationException($"{column} is {column.Type}, and {type} was written.");
        if (!column.Required) _file.Index(1);
        return column;
    }
}
