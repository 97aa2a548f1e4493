using System.Globalization;
using Landfall.Cloud;
using Landfall.Contracts;

namespace Landfall.Sinks.BigQuery;

/// <summary>
/// What a commit will do to each table, counted before it: between the reading of the ledger and a commit that finds it unmoved, nothing else has landed there.
/// </summary>
internal sealed class TableCounts
{
    private readonly Dictionary<(int Table, string What, long LandingId), long> _counts = [];
    private readonly Contract _contract;

    private TableCounts(Contract contract) => _contract = contract;

    /// <summary>Tables that are as the rows say already: nothing is written to them.</summary>
    public IReadOnlySet<Table> Unchanged => _contract.Write != WriteMode.Replace ? new HashSet<Table>() :
        _contract.Tables.Where((_, i) => Changes(i) is (0, 0, 0)).ToHashSet();

    public static async Task<TableCounts> ReadAsync(BigQueryClient client, Contract contract, StagedSql staged, CancellationToken cancellationToken)
    {
        var counts = new TableCounts(contract);
        var queries = contract.Tables.SelectMany((table, index) => Queries(contract, table, index, staged)).ToList();
        if (queries.Count == 0) return counts;
        var query = new QueryRequest(string.Join("\nUNION ALL ", queries)) { Parameters = staged.Parameters, Labels = BigQueryNames.Labels(contract) };
        await foreach (var row in client.QueryAsync(LedgerTable.Job(contract, "count"), query, cancellationToken).ConfigureAwait(false))
            counts._counts[((int)Number(row[0]), row[1]!, Number(row[2]))] = Number(row[3]);
        return counts;
    }

    /// <summary>Whether what the one source of a <c>replace</c> does to each table is within the contract's limit.</summary>
    /// <exception cref="RejectException">It is not.</exception>
    public void CheckLimit(IReadOnlyList<TableResult> results)
    {
        foreach (var (result, index) in results.Select((r, i) => (r, i))) ChangeLimit.Check(_contract, result, Count(index, "standing"));
    }

    /// <summary>The tables' results for one source.</summary>
    public IReadOnlyList<TableResult> Results(StagedSource source)
    {
        var results = new List<TableResult>();
        var landingId = source.Source.Version.LandingId;
        foreach (var (table, index) in _contract.Tables.Select((t, i) => (t, i)))
        {
            if (table.Write == WriteMode.Replace)
            {
                var (added, changed, removed) = Changes(index);
                results.Add(new(table.ToString(), added + changed)
                {
                    Added = added,
                    Changed = changed,
                    Removed = removed,
                    UpliftKept = table.Uplift is null ? null : Count(index, "kept"),
                    UpliftOvertaken = table.Uplift is null ? null : Count(index, "overtaken"),
                });
                continue;
            }
            var feed = _contract.Feeds.First(f => f.Tables.Contains(table));
            var rows = table.Key.Count == 0 ? source.Rows(feed) : Count(index, "rows", landingId);
            results.Add(table.Write == WriteMode.Upsert ? new(table.ToString(), rows, Count(index, "keys", landingId) - rows) : new(table.ToString(), rows));
        }
        return results;
    }

    private (long Added, long Changed, long Removed) Changes(int table)
    {
        if (_contract.Tables[table].Key.Count == 0) return (Count(table, "added"), 0, Count(table, "removed"));
        var (common, same) = (Count(table, "common"), Count(table, "same"));
        return (Count(table, "coming") - common, common - same, Count(table, "standing") - common);
    }

    private long Count(int table, string what, long landingId = 0) => _counts.GetValueOrDefault((table, what, landingId));

    private static IEnumerable<string> Queries(Contract contract, Table table, int index, StagedSql staged)
    {
        var name = BigQueryNames.Quoted(table);
        string Ask(string what, string landingId, string number, string rest) => $"SELECT {index} AS t, '{what}' AS what, {landingId} AS landing_id, {number} AS n FROM {rest}";
        if (table.Uplift is not null)
        {
            yield return Ask("kept", "0", "COUNT(*)", UpliftTable.Shown(contract, table, staged, same: true));
            yield return Ask("overtaken", "0", "COUNT(*)", UpliftTable.Shown(contract, table, staged, same: false));
        }
        if (table.Write == WriteMode.Replace && table.Key.Count == 0)
        {
            // Rows without a key are compared as a multitude: each that comes counts up, each that stands counts down.
            var ours = string.Join(", ", table.Columns.Select((c, i) => $"{BigQueryTypes.Comparable(c, "s." + staged.Name(c))} AS v{i}"));
            var theirs = string.Join(", ", table.Columns.Select((c, i) => $"{BigQueryTypes.Comparable(c, "t." + BigQueryNames.Quoted(c))} AS v{i}"));
            var values = string.Join(", ", table.Columns.Select((_, i) => $"u.v{i}"));
            var sums = $"(SELECT SUM(u.one) AS d FROM (SELECT {ours}, 1 AS one FROM {staged.Rows(table)} s UNION ALL SELECT {theirs}, -1 AS one FROM {name} t) u GROUP BY {values}) g";
            yield return Ask("added", "0", "IFNULL(SUM(GREATEST(g.d, 0)), 0)", sums);
            yield return Ask("removed", "0", "IFNULL(SUM(GREATEST(-g.d, 0)), 0)", sums);
            if (contract.MaxChangePercent is not null) yield return Ask("standing", "0", "COUNT(*)", $"{name} t");
        }
        else if (table.Write == WriteMode.Replace)
        {
            var both = $"{staged.Rows(table)} s JOIN {name} t ON {staged.KeysMeet(table, "t.", "s.")}";
            yield return Ask("standing", "0", "COUNT(*)", $"{name} t");
            yield return Ask("coming", "0", "COUNT(*)", $"{staged.Rows(table)} s");
            yield return Ask("common", "0", "COUNT(*)", both);
            yield return Ask("same", "0", "COUNT(*)", $"{both} WHERE TRUE{staged.Same(table.Columns.Where(c => !table.Key.Contains(c)), "t.", "s.")}");
        }
        else if (table.Write == WriteMode.Upsert)
        {
            yield return Ask("rows", "s._landing_id", "COUNT(*)", $"{staged.Rows(table)} s WHERE NOT EXISTS (SELECT 1 FROM {name} t WHERE {staged.KeysMeet(table, "t.", "s.")} AND {StagedSql.IsNewer("t", "s")}) GROUP BY s._landing_id");
            yield return Ask("keys", "d._landing_id", "COUNT(*)", $"(SELECT DISTINCT r._landing_id, {staged.Staged(table.Key, "r.")} FROM {staged.Rows(staged.FeedOf(table))} r) d GROUP BY d._landing_id");
        }
        else if (table.Key.Count > 0)
        {
            yield return Ask("rows", "s._landing_id", "COUNT(*)", $"{staged.Rows(table)} s GROUP BY s._landing_id");
        }
    }

    private static long Number(string? text) => long.Parse(text!, CultureInfo.InvariantCulture);
}
