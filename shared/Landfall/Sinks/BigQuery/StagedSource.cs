using Landfall.Cloud;
using Landfall.Contracts;

namespace Landfall.Sinks.BigQuery;

/// <summary>Where the rows of one attempt wait in BigQuery.</summary>
/// <param name="source">Whose rows.</param>
/// <param name="attempt">The attempt's id: no other's rows have it.</param>
/// <param name="stagedOn">The UTC day on which the attempt began, or that of a run: the partition of what is streamed.</param>
/// <param name="run">The id under which the rows of a run were staged, page by page; null for rows that the attempt stages itself.</param>
internal sealed class StagedSource(Source source, Guid attempt, DateOnly stagedOn, string? run = null)
{
    private readonly Dictionary<int, (TableName Table, long Rows)> _loaded = [];
    private readonly Dictionary<int, long> _rows = [];

    public Source Source { get; } = source;

    /// <summary>Under which its rows are staged: 32 hexadecimal digits.</summary>
    public string Attempt { get; } = run ?? attempt.ToString("N");

    /// <summary>Under which its marks are staged. Those of a run are the attempt's, too: what one attempt takes out, another may not.</summary>
    public string Marks { get; } = attempt.ToString("N");

    /// <summary>Whether others have staged its rows, and may still: then a line may come to have two contents.</summary>
    public bool IsRun => run is not null;

    public DateOnly StagedOn { get; } = stagedOn;

    /// <summary>The feeds that load jobs brought, by index, each in a table of its own; what is not here was streamed.</summary>
    public IReadOnlyDictionary<int, (TableName Table, long Rows)> Loaded => _loaded;

    /// <summary>Rows in <see cref="BigQueryNames.Streamed"/>, marks among them.</summary>
    public long Streamed { get; private set; }

    /// <summary>Whether lines were taken out: a mark in <see cref="BigQueryNames.Streamed"/> stands for each, for streamed rows can not be deleted.</summary>
    public bool HasMarks { get; private set; }

    /// <summary>The table that the feed's load jobs fill.</summary>
    public TableName TableOf(Feed feed) => new(BigQueryNames.Staging, $"s_{Attempt}_{feed.Index}");

    /// <summary>Rows of a feed that are to land.</summary>
    public long Rows(Feed feed) => _rows.GetValueOrDefault(feed.Index);

    public void AddLoaded(Feed feed, long rows)
    {
        _loaded[feed.Index] = (TableOf(feed), rows);
        _rows[feed.Index] = rows;
    }

    public void AddStreamed(Feed feed, long rows)
    {
        Streamed += rows;
        _rows[feed.Index] = rows;
    }

    /// <summary>The rows of a run, which wait already.</summary>
    public void AddRun(long good, long rejected)
    {
        Streamed = good + rejected;
        _rows[StagedRun.Good] = good;
    }

    /// <summary>Lines of a feed were taken out.</summary>
    public void AddMarks(Feed feed, long lines)
    {
        Streamed += lines;
        HasMarks |= lines > 0;
        _rows[feed.Index] -= lines;
    }

    /// <summary>The feed under which a feed's marks stand.</summary>
    public static int MarksOf(Feed feed) => -1 - feed.Index;
}
