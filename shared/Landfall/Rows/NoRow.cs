namespace Landfall.Rows;

/// <summary>Takes values that are checked, and go nowhere: those of a row that is already known to be rejected.</summary>
internal class NoRow : IRowWriter
{
    protected NoRow()
    {
    }

    public static NoRow Instance { get; } = new();

    public bool Full => false;

    public void Begin(long line)
    {
    }

    public void Null()
    {
    }

    public void Int64(long value)
    {
    }

    public void Double(double value)
    {
    }

    public void Numeric(decimal value)
    {
    }

    public void Boolean(bool value)
    {
    }

    public void Date(int days)
    {
    }

    public void Timestamp(long microseconds)
    {
    }

    public void Time(long microseconds)
    {
    }

    public void Utf8(ReadOnlySpan<byte> value)
    {
    }

    public void Json(ReadOnlySpan<byte> value)
    {
    }

    public virtual void End()
    {
    }

    public void Abandon()
    {
    }

    public ValueTask FlushAsync(CancellationToken cancellationToken) => ValueTask.CompletedTask;
}
