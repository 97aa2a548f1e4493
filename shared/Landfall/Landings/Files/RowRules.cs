using Landfall.Contracts;
using Landfall.Sinks.Postgres;

namespace Landfall.Landings.Files;

/// <summary>
/// The rules over rows, as the sinks' SQL has them on staged rows, in the same order and until nothing more falls: relationships within the file, keys, unique values.
/// </summary>
internal sealed class RowRules(Contract contract, IReadOnlyList<RowDigests> feeds)
{
    private readonly Dictionary<RowDigests, Dictionary<int, BrokenRule>> _broken = feeds.ToDictionary(feed => feed, _ => new Dictionary<int, BrokenRule>());

    /// <summary>Tables in which two rows share a key.</summary>
    private readonly HashSet<Table> _repeats = new(ReferenceEqualityComparer.Instance);

    /// <summary>As <see cref="Sinks.IStaging.Collapsed"/>.</summary>
    public long Collapsed { get; private set; }

    /// <summary>The rows of a feed that break one, by their position.</summary>
    public IReadOnlyDictionary<long, BrokenRule> Broken(RowDigests feed) => _broken[feed].ToDictionary(row => feed.Positions[row.Key], row => row.Value);

    public void Run()
    {
        while (CheckRelationships() + CheckKeys() > 0)
        {
        }
        // Only where every table of a feed has a repeated key can a whole row be repeated.
        foreach (var feed in feeds.Where(feed => feed.Feed.Tables.All(_repeats.Contains)))
        {
            var distinct = new HashSet<UInt128>();
            var rows = feed.Of([.. Enumerable.Range(0, feed.Feed.Columns.Count)]);
            foreach (var row in Standing(feed)) Collapsed += distinct.Add(rows[row]) ? 0 : 1;
        }
    }

    /// <summary>The rows that would stand in a table, by their place among its feed's: of those with one key the last.</summary>
    public IEnumerable<int> RowsOf(Table table)
    {
        var feed = FeedOf(table);
        if (table.Key.Count == 0) return Standing(feed);
        var keys = feed.Of(feed.Places(table, table.Key));
        var last = new Dictionary<UInt128, int>();
        foreach (var row in Standing(feed)) last[keys[row]] = row;
        return last.Values;
    }

    public RowDigests FeedOf(Table table) => feeds.First(feed => feed.Feed.Tables.Contains(table));

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
        var last = Last(feed, values);
        if (last.Count == 0) return 0;
        if (rule == "primaryKey") _repeats.Add(table);
        var words = string.Join(", ", columns);
        var earlier = Standing(feed).Where(row => values[row] != RowDigests.Nothing && last.TryGetValue(values[row], out var winner) && winner > row && differs(row, winner)).ToList();
        foreach (var row in earlier) _broken[feed].Add(row, new(places, words, rule, $"{Line(table, feed.Positions[last[values[row]]])} has the same {words}; the last one wins"));
        return earlier.Count;
    }

    /// <summary>The last row of each value that several have. By sorting: what is kept of all rows is small, for all of them to fit.</summary>
    private Dictionary<UInt128, int> Last(RowDigests feed, List<UInt128> values)
    {
        var rows = Standing(feed).ToArray();
        var sorted = Array.ConvertAll(rows, row => values[row]);
        Array.Sort(sorted, rows);
        var last = new Dictionary<UInt128, int>();
        for (var i = 1; i < rows.Length; i++)
        {
            if (sorted[i] == sorted[i - 1]) last[sorted[i]] = Math.Max(last.GetValueOrDefault(sorted[i], rows[i - 1]), rows[i]);
        }
        return last;
    }

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
