using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Security.Cryptography;
using System.Text.Encodings.Web;
using System.Text.Json;
using Landfall.Cloud;
using Landfall.Rows;

namespace Landfall.Sinks.BigQuery;

/// <summary>
/// Rows of a small source as requests of <c>insertAll</c>, into <see cref="BigQueryNames.Streamed"/>. A row's values are an array of texts: BigQuery reads a
/// JSON number of many digits as a double. A request that is sent twice may leave rows twice; readers take each line once.
/// </summary>
[SuppressMessage("Design", "CA1001", Justification = "What it owns holds nothing but memory.")]
internal sealed class InsertRowWriter : IRowWriter
{
    /// <summary>A request and a row have at most 10 MB (https://cloud.google.com/bigquery/quotas#streaming_inserts); a row is escaped twice.</summary>
    private const int MaxRowBytes = 8 << 20;

    /// <summary>As many go in one request.</summary>
    public const int MaxRequestBytes = 9 << 20;

    /// <summary>500 rows a request are what the documentation recommends; with small ones more do no harm.</summary>
    internal const int RequestBytes = 1 << 20;

    /// <summary>What is more goes by a load job, which costs nothing a row.</summary>
    internal const long MaxBytes = 16 << 20;

    // The texts go into JSON alone, never into a page.
    public static readonly JsonWriterOptions Plain = new() { SkipValidation = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private readonly BigQueryClient _client;
    private readonly string _stagedOn;
    private readonly string _attempt;
    private readonly int _feed;
    private readonly ArrayBufferWriter<byte> _request = new();
    private readonly ArrayBufferWriter<byte> _fields = new();
    private readonly Utf8JsonWriter _values;
    private long _line;
    private long _sent;

    /// <param name="client">Where they go.</param>
    /// <param name="stagedOn">The day of the attempt.</param>
    /// <param name="attempt">32 digits.</param>
    /// <param name="feed">The feed's index; <c>-1 - index</c> for lines of it that do not count after all.</param>
    public InsertRowWriter(BigQueryClient client, DateOnly stagedOn, string attempt, int feed)
    {
        (_client, _attempt, _feed) = (client, attempt, feed);
        _stagedOn = stagedOn.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
        _values = new Utf8JsonWriter(_fields, Plain);
    }

    /// <summary>Rows ended so far.</summary>
    public long Rows { get; private set; }

    /// <summary>Bytes that wait to be sent.</summary>
    public int Waiting => _request.WrittenCount;

    public bool Full => _request.WrittenCount >= RequestBytes;

    public void Begin(long line)
    {
        _line = line;
        _fields.ResetWrittenCount();
        _values.Reset();
        _values.WriteStartArray();
    }

    public void Null() => _values.WriteNullValue();

    public void Int64(long value) => Text(value);

    public void Numeric(decimal value) => Text(value);

    public void Double(double value) => Text(value);

    public void Boolean(bool value) => _values.WriteStringValue(value ? "true"u8 : "false"u8);

    public void Date(int days) => _values.WriteStringValue(DateOnly.FromDayNumber(days + DateOnly.FromDateTime(DateTime.UnixEpoch).DayNumber).ToString("yyyy-MM-dd", CultureInfo.InvariantCulture));

    public void Timestamp(long microseconds) =>
        _values.WriteStringValue(DateTime.UnixEpoch.AddTicks(microseconds * TimeSpan.TicksPerMicrosecond).ToString("yyyy-MM-dd HH:mm:ss.ffffff+00", CultureInfo.InvariantCulture));

    public void Time(long microseconds) => _values.WriteStringValue(new TimeOnly(microseconds * TimeSpan.TicksPerMicrosecond).ToString("HH:mm:ss.ffffff", CultureInfo.InvariantCulture));

    public void Utf8(ReadOnlySpan<byte> value) => _values.WriteStringValue(value);

    public void Json(ReadOnlySpan<byte> value) => _values.WriteStringValue(value);

    /// <exception cref="TooLargeToStreamException">The source is not small after all.</exception>
    public void End()
    {
        _values.WriteEndArray();
        _values.Flush();
        Row(_feed, _fields.WrittenSpan);
    }

    /// <summary>A line without values.</summary>
    public void Line(long line)
    {
        _line = line;
        Row(_feed, default);
    }

    /// <summary>A line under another feed.</summary>
    /// <param name="feed">The feed.</param>
    /// <param name="line">The line.</param>
    /// <param name="fields">JSON of any kind.</param>
    /// <exception cref="TooLargeToStreamException">As <see cref="End"/>.</exception>
    public void Aside(int feed, long line, ReadOnlySpan<byte> fields)
    {
        _line = line;
        Row(feed, fields);
    }

    public void Abandon()
    {
    }

    public async ValueTask FlushAsync(CancellationToken cancellationToken)
    {
        if (_request.WrittenCount == 0) return;
        _request.Write("]}"u8);
        await _client.InsertAllAsync(BigQueryNames.Streamed, _request.WrittenMemory, cancellationToken).ConfigureAwait(false);
        _sent += _request.WrittenCount;
        _request.ResetWrittenCount();
    }

    private void Row(int feed, ReadOnlySpan<byte> fields)
    {
        var before = _request.WrittenCount;
        _request.Write(before == 0 ? "{\"rows\":["u8 : ","u8);
        // With the content in it: of two rows with one id BigQuery may pass over the second, and a copy that differs must be seen.
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(fields, hash);
        using (var row = new Utf8JsonWriter(_request, Plain))
        {
            row.WriteStartObject();
            row.WriteString("insertId"u8, string.Create(CultureInfo.InvariantCulture, $"{_attempt}-{feed}-{_line}-{Convert.ToHexStringLower(hash[..8])}"));
            row.WriteStartObject("json"u8);
            row.WriteString("staged_on"u8, _stagedOn);
            row.WriteString("attempt"u8, _attempt);
            row.WriteNumber("feed"u8, feed);
            row.WriteNumber("line"u8, _line);
            if (!fields.IsEmpty) row.WriteString("fields"u8, fields);
            row.WriteEndObject();
            row.WriteEndObject();
        }
        Rows++;
        var size = _request.WrittenCount - before;
        // Lines alone can go no other way.
        if (size > MaxRowBytes || (!fields.IsEmpty && _sent + _request.WrittenCount > MaxBytes)) throw new TooLargeToStreamException();
    }

    private void Text<T>(T value) where T : IFormattable => _values.WriteStringValue(value.ToString(null, CultureInfo.InvariantCulture));
}
