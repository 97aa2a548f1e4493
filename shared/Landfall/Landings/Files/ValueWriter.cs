using Landfall.Rows;

namespace Landfall.Landings.Files;

/// <summary>A row writer that looks at values, and sends nothing.</summary>
internal abstract class ValueWriter : IRowWriter
{
    public bool Full => false;

    public abstract void Begin(long line);

    public abstract void Null();

    public abstract void Int64(long value);

    public abstract void Double(double value);

    public abstract void Numeric(decimal value);

    public abstract void Boolean(bool value);

    public abstract void Date(int days);

    public abstract void Timestamp(long microseconds);

    public abstract void Time(long microseconds);

    public abstract void Utf8(ReadOnlySpan<byte> value);

    public abstract void Json(ReadOnlySpan<byte> value);

    public abstract void End();

    public virtual void Abandon()
    {
    }

    public ValueTask FlushAsync(CancellationToken cancellationToken) => ValueTask.CompletedTask;
}
