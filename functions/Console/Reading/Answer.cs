using Landfall.Rows;

namespace Landfall.Web.Reading;

/// <summary>A report's rows as texts, the first of them.</summary>
/// <param name="most">Rows kept; the others are counted.</param>
public sealed class Answer(int most) : IRowWriter
{
    private readonly List<string?> _row = [];

    public List<string?[]> Rows { get; } = [];

    public long Count { get; private set; }

    public bool Full => false;

    public void Begin(long line) => _row.Clear();

    public void Null() => _row.Add(null);

    public void Int64(long value) => Add(value);

    public void Double(double value) => Add(value);

    public void Numeric(decimal value) => Add(value);

    public void Boolean(bool value) => _row.Add(value ? "true" : "false");

    public void Date(int days) => _row.Add(Moment(days * TimeSpan.MicrosecondsPerDay, "yyyy-MM-dd"));

    public void Timestamp(long microseconds) => _row.Add(Moment(microseconds, "yyyy-MM-dd'T'HH:mm:ss.FFFFFF'Z'"));

    public void Time(long microseconds) => _row.Add(new TimeOnly(microseconds * TimeSpan.TicksPerMicrosecond).ToString("HH:mm:ss.FFFFFF", System.Globalization.CultureInfo.InvariantCulture));

    public void Utf8(ReadOnlySpan<byte> value) => _row.Add(System.Text.Encoding.UTF8.GetString(value));

    public void Json(ReadOnlySpan<byte> value) => Utf8(value);

    public void End()
    {
        if (Count++ < most) Rows.Add([.. _row]);
    }

    public void Abandon() => _row.Clear();

    public ValueTask FlushAsync(CancellationToken cancellationToken) => ValueTask.CompletedTask;

    private void Add(IFormattable value) => _row.Add(value.ToString(null, System.Globalization.CultureInfo.InvariantCulture));

    /// <summary>Beyond the years 1 to 9999 it is infinite.</summary>
    private static string Moment(long microseconds, string format) =>
        microseconds >= (DateTime.MinValue - DateTime.UnixEpoch).Ticks / TimeSpan.TicksPerMicrosecond && microseconds <= (DateTime.MaxValue - DateTime.UnixEpoch).Ticks / TimeSpan.TicksPerMicrosecond
            ? DateTime.UnixEpoch.AddTicks(microseconds * TimeSpan.TicksPerMicrosecond).ToString(format, System.Globalization.CultureInfo.InvariantCulture)
            : microseconds > 0 ? "infinity" : "-infinity";
}
