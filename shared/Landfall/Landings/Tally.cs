using Landfall.Contracts;

namespace Landfall.Landings;

/// <summary>What an attempt has counted.</summary>
internal sealed class Tally
{
    private readonly Dictionary<int, (Feed Feed, long Read, long Rejected)> _feeds = [];

    /// <summary>Rows of the source so far.</summary>
    public long Read { get; set; }

    /// <summary>The feeds that have ended.</summary>
    public IReadOnlyCollection<(Feed Feed, long Read, long Rejected)> Feeds => _feeds.Values;

    public void Add(Feed feed, long read, long rejected) => _feeds.Add(feed.Index, (feed, read, rejected));

    /// <summary>A row of a feed was rejected after all.</summary>
    public void Reject(Feed feed)
    {
        var count = _feeds[feed.Index];
        _feeds[feed.Index] = count with { Rejected = count.Rejected + 1 };
    }
}
