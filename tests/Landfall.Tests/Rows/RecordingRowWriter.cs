using System.Globalization;
using System.Text;
using Landfall.Rows;

namespace Landfall.Tests.Rows;

/// <summary>Keeps what a binder writes, as text: the last committed row's cells joined with <c>|</c>, NULL as <c>∅</c>.</summary>
internal sealed class RecordingRowWriter : IRowWriter
{
    private readonly List<string> _cells = [];
    private long _line;

    public List<(long Line, string Row)> Rows { get; } = [];

    public bool Full => false;

    public void Begin(long line) => (_line, _) = (line, 0);

    public void Null() => _cells.Add("∅");

    public void Int64(long value) => _cells.Add($"{value}");

    public void Double(double value) => _cells.Add(value.ToString("R", CultureInfo.InvariantCulture));

    public void Numeric(decimal value) => _cells.Add($"{value}");

    public void Boolean(bool value) => _cells.Add(value ? "true" : "false");

    public void Date(int days) => _cells.Add($"{DateTime.UnixEpoch.AddDays(days):yyyy-MM-dd}");

    public void Timestamp(long microseconds) => _cells.Add($"{DateTime.UnixEpoch.AddMicroseconds(microseconds):yyyy-MM-ddTHH:mm:ss.ffffff}");

    public void Time(long microseconds) => _cells.Add($"{TimeSpan.FromMicroseconds(microseconds)}");

    public void Utf8(ReadOnlySpan<byte> value) => _cells.Add(Encoding.UTF8.GetString(value));

    public void Json(ReadOnlySpan<byte> value) => _cells.Add(Encoding.UTF8.GetString(value));

    public void End()
    {
        Rows.Add((_line, string.Join('|', _cells)));
        _cells.Clear();
    }

    public void Abandon() => _cells.Clear();

    public ValueTask FlushAsync(CancellationToken cancellationToken) => ValueTask.CompletedTask;
}
