using System.Globalization;
using Landfall.Cloud;
using Landfall.Contracts;
using Landfall.Rows;
using Landfall.Runs;

namespace Landfall.Sinks.BigQuery;

/// <summary>Looks at the staged rows of one source by the rules over rows, and takes out those that break them.</summary>
internal sealed class RowCheck
{
    private static readonly TimeSpan[] Patience = [TimeSpan.FromSeconds(0.2), TimeSpan.FromSeconds(0.5), TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(2), TimeSpan.FromSeconds(4)];

    private readonly BigQueryClient _client;
    private readonly BigQueryContract _contract;
    private readonly StagedSource _staged;
    private readonly SortedDictionary<(int Feed, long Line), (Feed Feed, Reject Reject)> _rejects = [];

    public RowCheck(BigQueryClient client, BigQueryContract contract, StagedSource staged, IReadOnlyList<LedgerEntry> replaced)
    {
        (_client, _contract, _staged) = (client, contract, staged);
        Sql = new StagedSql(contract.Contract, [staged], replaced.Select(e => e.Source.Version.LandingId));
    }

    public StagedSql Sql { get; }

    /// <summary>As <see cref="IStaging.Collapsed"/>.</summary>
    public long Collapsed { get; private set; }

    /// <summary>What it would remove although others refer to it; null for nothing.</summary>
    public RejectException? Removal { get; private set; }

    /// <summary>Streamed rows may take a moment to be seen.</summary>
    public async Task WaitForRowsAsync(CancellationToken cancellationToken)
    {
        if (_staged.Streamed == 0) return;
        foreach (var pause in Patience)
        {
            var seen = 0L;
            await foreach (var row in AskAsync(Sql.CountStreamed(), cancellationToken).ConfigureAwait(false)) seen += Number(row[1]);
            if (seen == _staged.Streamed) return;
            await Task.Delay(pause, cancellationToken).ConfigureAwait(false);
        }
        throw new RetryException($"rows of {_staged.Source.Version} that were streamed into BigQuery are not visible yet");
    }

    /// <returns>The rejects, by feed and line.</returns>
    public async Task<IEnumerable<(Feed Feed, Reject Reject)>> RunAsync(bool parentsMayCome, CancellationToken cancellationToken)
    {
        var contract = _contract.Contract;
        // A row taken out may have been the parent of another, so again until nothing more falls. Relationships first: a row without its parent must
        // not win a key from one that has it.
        for (var again = true; again;)
        {
            again = false;
            foreach (var (table, relationship) in contract.Tables.SelectMany(t => t.Relationships.Select(r => (t, r))))
            {
                var rows = await TakeOutAsync(RuleSql.Orphans(Sql, contract, table, relationship), cancellationToken).ConfigureAwait(false);
                if (rows > 0 && relationship.ParentContract != contract.Id) await WaitForParentAsync(rows, relationship, parentsMayCome, cancellationToken).ConfigureAwait(false);
                again |= rows > 0;
            }
            foreach (var table in contract.Tables)
            {
                foreach (var rule in RuleSql.Keys(Sql, table)) again |= await TakeOutAsync(rule, cancellationToken).ConfigureAwait(false) > 0;
            }
        }
        foreach (var feed in Sql.Feeds.Where(f => f.Tables.All(t => t.Key.Count > 0))) Collapsed += await CountCollapsedAsync(feed, cancellationToken).ConfigureAwait(false);
        await CheckChildrenAsync(cancellationToken).ConfigureAwait(false);
        return _rejects.Values;
    }

    private async Task<int> TakeOutAsync(RuleSql rule, CancellationToken cancellationToken)
    {
        var marks = new InsertRowWriter(_client, _staged.StagedOn, _staged.Marks, StagedSource.MarksOf(rule.Feed));
        await foreach (var row in AskAsync(rule.Sql, cancellationToken).ConfigureAwait(false))
        {
            var line = Number(row[0]);
            var value = string.Join(", ", row.Skip(2).Where(v => v is not null));
            var reject = new Reject(line, string.Join(", ", rule.Columns), rule.Rule, value, rule.Reason(row[1] is { } kept ? Number(kept) : 0));
            if (!_rejects.TryAdd((rule.Feed.Index, line), (rule.Feed, reject))) continue;
            marks.Line(line);
            // Of a run no insert is larger than its pages'.
            if (marks.Full || (_staged.IsRun && marks.Rows % Pages.MaxRows == 0)) await marks.FlushAsync(cancellationToken).ConfigureAwait(false);
        }
        if (marks.Rows == 0) return 0;
        await marks.FlushAsync(cancellationToken).ConfigureAwait(false);
        _staged.AddMarks(rule.Feed, marks.Rows);
        await WaitForRowsAsync(cancellationToken).ConfigureAwait(false);
        return (int)marks.Rows;
    }

    private async Task WaitForParentAsync(int rows, Relationship relationship, bool parentsMayCome, CancellationToken cancellationToken)
    {
        var landed = false;
        var query = $"SELECT landing_id FROM {BigQueryNames.Quoted(BigQueryNames.Ledger(relationship.ParentContract))} WHERE outcome = 'landed' LIMIT 1";
        await foreach (var _ in AskAsync(query, cancellationToken).ConfigureAwait(false)) landed = true;
        if (landed && !parentsMayCome) return;
        throw ParentWait.For(rows, relationship, landed);
    }

    private async Task<long> CountCollapsedAsync(Feed feed, CancellationToken cancellationToken)
    {
        var values = string.Join(", ", feed.Columns.Select(c => BigQueryTypes.Comparable(c, $"r.{Sql.Name(c)}") + $" AS {Sql.Name(c)}"));
        var sql = $"SELECT (SELECT COUNT(*) FROM {Sql.Rows(feed)} a) - (SELECT COUNT(*) FROM (SELECT DISTINCT {values} FROM {Sql.Rows(feed)} r) d) AS n";
        var count = 0L;
        await foreach (var row in AskAsync(sql, cancellationToken).ConfigureAwait(false)) count = Number(row[0]);
        return count;
    }

    /// <summary>BigQuery guards no reference: rows that would go, and that others refer to, are looked for.</summary>
    private async Task CheckChildrenAsync(CancellationToken cancellationToken)
    {
        foreach (var (other, child, relationship) in _contract.Children)
        {
            var parent = _contract.Contract.Tables.First(t => t.Schema == relationship.ParentSchema && t.Name == relationship.ParentTable);
            if (!Sql.Removes(parent)) continue;
            var own = other.Id == _contract.Contract.Id;
            if (!own && await _client.GetTableAsync(BigQueryNames.Of(child), cancellationToken).ConfigureAwait(false) is null) continue;
            var column = BigQueryNames.Quoted(relationship.Column);
            var key = parent.Columns.First(c => c.Name == relationship.ParentColumn);
            var sql = $"""
                SELECT CAST(c.{column} AS STRING) AS v, COUNT(*) AS n FROM {BigQueryNames.Quoted(child)} c
                WHERE c.{column} IS NOT NULL{(own ? $" AND {Sql.Stays(child, "c")}" : "")}
                  AND NOT EXISTS (SELECT 1 FROM {BigQueryNames.Quoted(parent)} p WHERE p.{BigQueryNames.Quoted(key)} = c.{column} AND {Sql.Stays(parent, "p")})
                  AND NOT EXISTS (SELECT 1 FROM {Sql.Rows(Sql.FeedOf(parent))} p WHERE p.{Sql.Name(key)} = c.{column})
                GROUP BY v ORDER BY v LIMIT 1000
                """;
            var rows = new List<Reject>();
            await foreach (var row in AskAsync(sql, cancellationToken).ConfigureAwait(false))
                rows.Add(new(0, relationship.Column.Name.Name, "relationships", row[0], $"{row[1]} rows of {child} refer to a row of {parent} that the file would remove"));
            if (rows.Count == 0) continue;
            Removal = new RejectException($"it would remove rows that rows of {child} refer to", "the rejects name them: keep them in the file, or remove what refers to them first", rule: "relationships") { Rows = rows };
            return;
        }
    }

    private IAsyncEnumerable<IReadOnlyList<string?>> AskAsync(string sql, CancellationToken cancellationToken) =>
        _client.QueryAsync(LedgerTable.Job(_contract.Contract, "check"), new(sql) { Parameters = Sql.Parameters, Labels = BigQueryNames.Labels(_contract.Contract) }, cancellationToken);

    private static long Number(string? text) => long.Parse(text!, CultureInfo.InvariantCulture);
}
