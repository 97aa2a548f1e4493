namespace Landfall.Rows;

/// <summary>
/// Where the binder puts typed values: PGCOPY, Avro, JSON. A row is never an object: values go straight into the writer's buffer, column by
/// column, between <see cref="Begin"/> and <see cref="End"/>; <see cref="Abandon"/> takes back all since <see cref="Begin"/>.
/// </summary>
public interface IRowWriter
{
    /// <param name="line">1-based line of the source where the row starts.</param>
    void Begin(long line);

    void Null();

    void Int64(long value);

    void Double(double value);

    void Numeric(decimal value);

    void Boolean(bool value);

    /// <param name="days">Days since 1970-01-01, as Avro counts them.</param>
    void Date(int days);

    /// <param name="microseconds">Microseconds since 1970-01-01T00:00:00Z, as Avro counts them.</param>
    void Timestamp(long microseconds);

    /// <param name="microseconds">Microseconds since midnight.</param>
    void Time(long microseconds);

    /// <param name="value">Valid UTF-8 without NUL.</param>
    void Utf8(ReadOnlySpan<byte> value);

    /// <param name="value">Valid JSON in UTF-8.</param>
    void Json(ReadOnlySpan<byte> value);

    void End();

    void Abandon();

    /// <summary>Whether the buffer is full enough to be sent; then <see cref="FlushAsync"/> is called between two rows.</summary>
    bool Full { get; }

    ValueTask FlushAsync(CancellationToken cancellationToken);
}
