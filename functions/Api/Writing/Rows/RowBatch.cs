using Landfall.Contracts;
using Landfall.Rows;
using Landfall.Sinks.Postgres;
using Npgsql;

namespace Landfall.Rest.Writing.Rows;

/// <summary>The rows of a request, looked at one by one: those that keep every rule of their columns, and what is wrong with the others.</summary>
internal sealed class RowBatch
{
    private readonly Feed _feed;
    private readonly ReadOnlyMemory<byte> _body;
    private readonly IReadOnlyList<Range> _ranges;
    private readonly List<Reject> _rejects = [];

    private RowBatch(Feed feed, ReadOnlyMemory<byte> body, IReadOnlyList<Range> ranges) => (_feed, _body, _ranges, Rows) = (feed, body, ranges, new(feed.Columns, ranges.Count));

    /// <summary>Rows that were sent.</summary>
    public int Read => _ranges.Count;

    /// <summary>Those that may be written.</summary>
    public RowArrays Rows { get; }

    /// <summary>By index.</summary>
    public IReadOnlyList<Reject> Rejects => [.. _rejects.OrderBy(reject => reject.Line)];

    /// <summary>Whether there is any.</summary>
    public bool HasRejects => _rejects.Count > 0;

    /// <summary>Rows that repeat another exactly.</summary>
    public int Collapsed { get; private set; }

    /// <summary>Whether its rows have the column.</summary>
    public bool Has(Identifier column) => Place(column) < _feed.Columns.Count;

    /// <summary>A column of the rows that may be written.</summary>
    public NpgsqlParameter Parameter(Identifier column) => Rows.Parameter(Place(column));

    /// <summary>Whether a row wants the key, or a unique value, of another.</summary>
    public bool Collides { get; private set; }

    /// <param name="table">Whose rows they are.</param>
    /// <param name="feed">What of them is written.</param>
    /// <param name="body">Valid JSON.</param>
    /// <param name="ranges">Where in it the rows are; at most so many as one request has.</param>
    /// <param name="wrap">Stands between the rows and their rules; null for nothing.</param>
    public static RowBatch Bind(WritableTable table, Feed feed, ReadOnlyMemory<byte> body, IReadOnlyList<Range> ranges, Func<IRowReader, IRowReader>? wrap = null)
    {
        var unknown = table.Contract.UnknownColumns;
        var batch = new RowBatch(feed, body, ranges);
        var rows = new JsonRowReader(body, ranges, feed, unknown);
        var reader = wrap?.Invoke(rows) ?? rows;
        var binder = RowBinder.Create(feed, header: null, unknown, date: null);
        while (rows.Read())
        {
            if (binder.Bind(reader, batch.Rows) is { } reject) batch._rejects.Add(reject);
        }
        return batch;
    }

    /// <summary>Takes out rows that break a rule over rows.</summary>
    /// <param name="broken">What is wrong, by place among <see cref="Rows"/>; null for a row that repeats another exactly.</param>
    public void Remove(IReadOnlyDictionary<int, Reject?> broken)
    {
        if (broken.Count == 0) return;
        foreach (var reject in broken.Values)
        {
            if (reject is null) Collapsed++;
            else _rejects.Add(reject);
            Collides |= reject?.Rule is "primaryKey" or "unique";
        }
        Rows.Remove(broken.Keys.ToHashSet());
    }

    private int Place(Identifier column) => _feed.Columns.TakeWhile(c => c.Name != column).Count();

    /// <summary>What is to stand in <c>landfall.rejects</c>.</summary>
    public PostgresRejects Refused(WriteRequest write)
    {
        var rejects = new PostgresRejects(write.Source, write.Table.Api.Name);
        foreach (var reject in Rejects) rejects.Add(reject, _body.Span[_ranges[(int)reject.Line]]);
        return rejects;
    }
}
