using Landfall.Contracts;
using Landfall.Sinks.Postgres;

namespace Landfall.Landings.Files;

/// <summary>
/// The rules over rows, as the sinks' SQL has them on staged rows, in the same order and until nothing more falls: relationships within the file, keys, unique values.
/// </summary>
internal sealed class RowRules(Contract contract, IReadOnlyList<RowDigests> feeds)
{
    private readonly Dictionary<RowDigests, Dictionary<int, BrokenRule>> _broken = feeds.ToDictionary(feed => feed, _ => new Dictionary<int, BrokenRule>());

    /// <summary>As <see cref="Sinks.IStaging.Collapsed"/>.</summary>
    public long Collapsed { get; private set; }

    /// <summary>The rows of a feed that break one, by their position.</summary>
    public IReadOnlyDictionary<long, BrokenRule> Broken(RowDigests feed) => _broken[feed].ToDictionary(row => feed.Positions[row.Key], row => row.Value);

    public void Run()
    {
        while (CheckRelationships() + CheckKeys() > 0)
        {
        }
        foreach (var feed in feeds.Where(feed => feed.Feed.Tables.All(table => table.Key.Count > 0)))
        {
            var distinct = new HashSet<UInt128>();
            var rows = feed.Of([.. Enumerable.Range(0, feed.Feed.Columns.Count)]);
            foreach (var row in Standing(feed)) Collapsed += distinct.Add(rows[row]) ? 0 : 1;
        }
    }

    private int CheckRelationships()
    {
        var total = 0;
        // Where rows of the parent stand already, only the warehouse knows.
        foreach (var (table, relationship) in contract.Tables.SelectMany(t => t.Relationships.Select(r => (t, r))).Where(pair => pair.r.ParentContract == contract.Id && contract.Write == WriteMode.Replace))
        {
            var parent = contract.Tables.First(t => t.Schema == relationship.ParentSchema && t.Name == relationship.ParentTable);
            var of = FeedOf(parent);
            var keys = of.Of(of.Places(parent, parent.Columns.Where(column => column.Name == relationship.ParentColumn)));
            var known = Standing(of).Select(row => keys[row]).ToHashSet();
            var feed = FeedOf(table);
            var places = feed.Places(table, [relationship.Column]);
            var values = feed.Of(places);
            var orphans = Standing(feed).Where(row => values[row] != RowDigests.Nothing && !known.Contains(values[row])).ToList();
            var rule = new BrokenRule(places, relationship.Column.Name.Name, "relationships", $"{relationship.Column} refers to no row of {relationship.ParentSchema}.{relationship.ParentTable}");
            foreach (var row in orphans) _broken[feed].Add(row, rule);
            total += orphans.Count;
        }
        return total;
    }

    private int CheckKeys()
    {
        var total = 0;
        foreach (var table in contract.Tables)
        {
            var feed = FeedOf(table);
            if (table.Key.Count > 0)
            {
                var rows = feed.Of(feed.Places(table, table.Columns));
                total += TakeOutEarlier(feed, table, table.Key, "primaryKey", (row, last) => rows[row] != rows[last]);
            }
            var keys = table.Key.Count > 0 ? feed.Of(feed.Places(table, table.Key)) : null;
            foreach (var column in table.Columns.Where(column => column.Unique)) total += TakeOutEarlier(feed, table, [column], "unique", (row, last) => keys is null || keys[row] != keys[last]);
        }
        return total;
    }

    /// <summary>Takes out rows that share values with a later one, the last of which wins.</summary>
    private int TakeOutEarlier(RowDigests feed, Table table, IReadOnlyList<Column> columns, string rule, Func<int, int, bool> differs)
    {
        var places = feed.Places(table, columns);
        var values = feed.Of(places);
        var last = new Dictionary<UInt128, int>();
        foreach (var row in Standing(feed)) last[values[row]] = row;
        if (last.Count == feed.Positions.Count - _broken[feed].Count) return 0;
        var words = string.Join(", ", columns);
        var earlier = Standing(feed).Where(row => values[row] != RowDigests.Nothing && last[values[row]] is var winner && winner > row && differs(row, winner)).ToList();
        foreach (var row in earlier) _broken[feed].Add(row, new(places, words, rule, $"{Line(table, feed.Positions[last[values[row]]])} has the same {words}; the last one wins"));
        return earlier.Count;
    }

    private RowDigests FeedOf(Table table) => feeds.First(feed => feed.Feed.Tables.Contains(table));

    /// <summary>The rows that break no rule so far, by their place.</summary>
    private IEnumerable<int> Standing(RowDigests feed)
    {
        var broken = _broken[feed];
        for (var row = 0; row < feed.Positions.Count; row++)
        {
            if (!broken.ContainsKey(row)) yield return row;
        }
    }

    private static string Line(Table table, long position) => table.Section?.Unpivot is null ? $"line {position}" : $"a cell in row {position / StagedSql.CellsOfRow}";
}
