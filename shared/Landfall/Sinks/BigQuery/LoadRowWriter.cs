using System.Diagnostics.CodeAnalysis;
using System.Numerics;
using Landfall.Avro;
using Landfall.Cloud;
using Landfall.Contracts;
using Landfall.Rows;

namespace Landfall.Sinks.BigQuery;

/// <summary>
/// Rows of a large source as Avro files of some megabytes, each a load job of its own into the attempt's staging table: what a job refuses or loses can be sent
/// again from memory, and no more than a few parts are held at a time.
/// </summary>
[SuppressMessage("Design", "CA1001", Justification = "What it owns holds nothing but memory.")]
internal sealed class LoadRowWriter : IRowWriter
{
    /// <summary>Of a part, compressed, and of the largest: smaller ones cost more jobs (a table takes 1,500 a day, a project 100,000), larger ones more memory.</summary>
    internal const int LeastPart = 8 << 20, MostPart = 64 << 20;

    /// <summary>The share of what is written that the next part has, rounded down to a power of 2. So 70 GiB of Avro are 1,500 parts, and those of the first 2 GiB stay small.</summary>
    private const int Growth = 128;

    /// <summary>Parts under way beside the one that is filled.</summary>
    internal const int PartsUnderWay = 3;

    /// <summary>The last block, too, has room.</summary>
    private const int Room = 1 << 19;

    private static readonly Column Line = new() { Name = Identifier.Parse("_line"), Type = ColumnType.Int64, Source = "_line", Required = true };

    private readonly BigQueryClient _client;
    private readonly TableName _table;
    private readonly string _job;
    private readonly IReadOnlyDictionary<string, string> _labels;
    private readonly Column[] _columns;
    private readonly Queue<(Task<long> Load, MemoryStream Part)> _loads = new();
    private MemoryStream _part = new();
    private AvroRowWriter _rows;
    private int _parts;
    private long _written;

    /// <param name="client">Where they go.</param>
    /// <param name="table">The attempt's own, which stands.</param>
    /// <param name="job">What its jobs' ids begin with: the attempt's own.</param>
    /// <param name="columns">The feed's columns under their names in the table.</param>
    /// <param name="labels">For the bill.</param>
    public LoadRowWriter(BigQueryClient client, TableName table, string job, IEnumerable<Column> columns, IReadOnlyDictionary<string, string> labels)
    {
        (_client, _table, _job, _labels) = (client, table, job, labels);
        _columns = [Line, .. columns];
        _rows = NewFile();
    }

    /// <summary>Rows ended so far.</summary>
    public long Rows { get; private set; }

    public bool Full => _rows.Full;

    private int PartBytes => PartAfter(_written);

    private int PartCapacity => PartBytes + Room;

    /// <summary>Bytes of the next part.</summary>
    /// <param name="written">Bytes of those before it.</param>
    internal static int PartAfter(long written) => written / Growth >= MostPart ? MostPart : 1 << Math.Max(BitOperations.Log2(LeastPart), BitOperations.Log2((ulong)(written / Growth)));

    public void Begin(long line)
    {
        _rows.Begin(line);
        _rows.Int64(line);
    }

    public void Null() => _rows.Null();

    public void Int64(long value) => _rows.Int64(value);

    public void Double(double value) => _rows.Double(value);

    public void Numeric(decimal value) => _rows.Numeric(value);

    public void Boolean(bool value) => _rows.Boolean(value);

    public void Date(int days) => _rows.Date(days);

    public void Timestamp(long microseconds) => _rows.Timestamp(microseconds);

    public void Time(long microseconds) => _rows.Time(microseconds);

    public void Utf8(ReadOnlySpan<byte> value) => _rows.Utf8(value);

    public void Json(ReadOnlySpan<byte> value) => _rows.Json(value);

    public void End()
    {
        _rows.End();
        Rows++;
    }

    public void Abandon() => _rows.Abandon();

    public async ValueTask FlushAsync(CancellationToken cancellationToken)
    {
        await _rows.FlushAsync(cancellationToken).ConfigureAwait(false);
        if (_part.Length >= PartBytes) await SendAsync(cancellationToken).ConfigureAwait(false);
        // It will be a whole part, then: doubling on the way there would leave twice its size behind, and more ahead.
        else if (_part.Length > PartBytes / 16 && _part.Capacity < PartCapacity) _part.Capacity = PartCapacity;
    }

    /// <summary>Sends what is left and waits for all.</summary>
    /// <exception cref="RetryException">Fewer rows were loaded than were sent.</exception>
    public async Task CompleteAsync(CancellationToken cancellationToken)
    {
        if (_rows.Rows > 0) await SendAsync(cancellationToken).ConfigureAwait(false);
        while (_loads.TryDequeue(out var load)) await load.Load.ConfigureAwait(false);
    }

    /// <summary>Ends what is under way; its outcome no longer matters.</summary>
    public async ValueTask AbandonAsync()
    {
        while (_loads.TryDequeue(out var load)) await load.Load.ContinueWith(static _ => { }, CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default).ConfigureAwait(false);
    }

    private async Task SendAsync(CancellationToken cancellationToken)
    {
        await _rows.CompleteAsync(cancellationToken).ConfigureAwait(false);
        _written += _part.Length;
        MemoryStream? loaded = null;
        if (_loads.Count >= PartsUnderWay)
        {
            (var load, loaded) = _loads.Dequeue();
            await load.ConfigureAwait(false);
            // One huge row must not pin its memory for the rest of the file; and to enlarge one would need both at once.
            if (loaded.Capacity != PartCapacity) loaded = null;
            loaded?.SetLength(0);
        }
        _loads.Enqueue((LoadAsync($"{_job}_{_parts++}", _part.GetBuffer().AsMemory(0, (int)_part.Length), _rows.Rows, cancellationToken), _part));
        _part = loaded ?? new MemoryStream(PartCapacity);
        _rows = NewFile();
    }

    private async Task<long> LoadAsync(string job, ReadOnlyMemory<byte> content, long rows, CancellationToken cancellationToken)
    {
        var loaded = await _client.LoadAvroAsync(job, _table, content, _labels, cancellationToken).ConfigureAwait(false);
        return loaded == rows ? loaded : throw new RetryException($"BigQuery loaded {loaded} of {rows} rows by the job {job}");
    }

    private AvroRowWriter NewFile() => new(_part, Identifier.Parse("row"), _columns);
}
