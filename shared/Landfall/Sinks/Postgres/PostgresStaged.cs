using System.Runtime.CompilerServices;
using Landfall.Contracts;
using Landfall.Rows;
using Npgsql;

namespace Landfall.Sinks.Postgres;

/// <summary>
/// Copies each feed into a temporary table that holds the columns of all its tables, under numbered names, and the line of each row. The tables are
/// projections of it; a rule over rows is SQL on it.
/// </summary>
internal sealed class PostgresStaged(NpgsqlConnection connection, NpgsqlTransaction transaction, Source source) : PostgresStaging(connection, transaction, source)
{
    private readonly StagedSql _sql = new(source);

    /// <summary>Tables in which two staged rows share a key.</summary>
    private readonly HashSet<Table> _repeats = [];

    /// <summary>Under <c>replace</c>, how many keys of a table do not come again.</summary>
    private readonly Dictionary<Table, long> _vanished = [];

    public override async IAsyncEnumerable<(Feed Feed, Reject Reject)> CheckAsync(Decision decision, bool parentsMayCome, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        foreach (var feed in _sql.Feeds.Where(_ => Copied > 1000)) await ExecuteAsync($"ANALYZE {StagedSql.Staged(feed)}", cancellationToken).ConfigureAwait(false);
        await ExecuteAsync(StagedSql.CreateRejected, cancellationToken).ConfigureAwait(false);
        var replaced = decision.Replaced.Select(e => e.Source.Version.LandingId).ToArray();
        // A row taken out may have been the parent of another, so again until nothing more falls. Relationships first: a row without its parent must
        // not win a key from one that has it.
        while (await CheckRelationshipsAsync(replaced, parentsMayCome, cancellationToken).ConfigureAwait(false)
            + await CheckKeysAsync(replaced, cancellationToken).ConfigureAwait(false) > 0) { }
        // Only where every table of a feed has a repeated key can a whole row be repeated.
        foreach (var feed in _sql.Feeds.Where(feed => feed.Tables.All(_repeats.Contains)))
            Collapsed += (long)await ScalarAsync(_sql.CountCollapsed(feed), cancellationToken).ConfigureAwait(false);

        await using var command = Command(StagedSql.ReadRejected);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
        while (await reader.ReadAsync(cancellationToken).ConfigureAwait(false))
            yield return (_sql.Feeds[reader.GetInt32(0)], new(reader.GetInt64(1), reader.GetString(2), reader.GetString(3), reader.IsDBNull(4) ? null : reader.GetString(4), reader.GetString(5)));
    }

    private protected override async Task BeginCopyAsync(Feed feed, CancellationToken cancellationToken)
    {
        await ExecuteAsync(_sql.CreateStaged(feed), cancellationToken).ConfigureAwait(false);
        await CopyAsync(StagedSql.Staged(feed), _sql.StagedColumns(feed), feed.Columns.Count, lines: true, [], cancellationToken).ConfigureAwait(false);
    }

    private protected override async Task<int> RemoveAsync(Table table, object[] values, CancellationToken cancellationToken)
    {
        if (table.Write == WriteMode.Upsert) return 0;
        if (table is { Write: WriteMode.Replace, Key.Count: > 0 }) _vanished[table] = (long)await ScalarAsync(_sql.CountVanished(table), cancellationToken).ConfigureAwait(false);
        return await ExecuteAsync($"DELETE FROM {table.Quoted} t WHERE {_sql.Goes(table)}", cancellationToken, values).ConfigureAwait(false);
    }

    private protected override async Task<TableResult> AddAsync(Table table, long removed, object[] values, CancellationToken cancellationToken)
    {
        var repeats = _repeats.Contains(table);
        if (table.Write == WriteMode.Upsert)
        {
            var rows = await ExecuteAsync(_sql.Upsert(table, repeats), cancellationToken, values).ConfigureAwait(false);
            var keys = (long)await ScalarAsync(_sql.CountKeys(table, repeats), cancellationToken).ConfigureAwait(false);
            return new(table.ToString(), rows, keys - rows);
        }
        var written = await ExecuteAsync(_sql.Add(table, repeats), cancellationToken, values).ConfigureAwait(false);
        if (table.Write != WriteMode.Replace) return new(table.ToString(), written);
        // Of what went, what did not vanish came again with other values.
        var changed = _vanished.TryGetValue(table, out var vanished) ? removed - vanished : 0;
        return new(table.ToString(), written) { Added = written - changed, Changed = changed, Removed = removed - changed };
    }

    private protected override async Task<IReadOnlyList<TableResult>> CountAsync(object[] values, CancellationToken cancellationToken)
    {
        var results = new List<TableResult>();
        foreach (var table in Source.Contract.Tables)
        {
            await using var command = Command(_sql.CountChanges(table, _repeats.Contains(table)), values);
            await using var reader = await command.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
            await reader.ReadAsync(cancellationToken).ConfigureAwait(false);
            var (added, changed, removed, older) = (reader.GetInt64(0), reader.GetInt64(1), reader.GetInt64(2), reader.GetInt64(3));
            results.Add(new(table.ToString(), added + changed, older) { Added = added, Changed = changed, Removed = removed });
        }
        return results;
    }

    private protected override string Brought(Table table) => _sql.Rows(table, _repeats.Contains(table));

    /// <returns>Rows taken out.</returns>
    private async Task<int> CheckRelationshipsAsync(long[] replaced, bool parentsMayCome, CancellationToken cancellationToken)
    {
        var total = 0;
        foreach (var (table, relationship) in Source.Contract.Tables.SelectMany(t => t.Relationships.Select(r => (t, r))))
        {
            var rows = await RejectAsync(_sql.Orphans(table, relationship), cancellationToken, replaced).ConfigureAwait(false);
            if (rows > 0 && relationship.ParentContract != Source.Contract.Id) await WaitForParentAsync(rows, relationship, parentsMayCome, cancellationToken).ConfigureAwait(false);
            total += rows;
        }
        return total;
    }

    /// <returns>Rows taken out.</returns>
    private async Task<int> CheckKeysAsync(long[] replaced, CancellationToken cancellationToken)
    {
        var total = 0;
        foreach (var table in Source.Contract.Tables)
        {
            foreach (var statement in _sql.Taken(table)) total += await RejectAsync(statement, cancellationToken, replaced).ConfigureAwait(false);
            if (table.Key.Count > 0 && (bool)await ScalarAsync(_sql.HasRepeats(table), cancellationToken).ConfigureAwait(false))
            {
                _repeats.Add(table);
                total += await RejectAsync(_sql.Repeats(table), cancellationToken).ConfigureAwait(false);
            }
            foreach (var statement in _sql.UniqueRepeats(table)) total += await RejectAsync(statement, cancellationToken).ConfigureAwait(false);
        }
        return total;
    }

    private async Task WaitForParentAsync(int rows, Relationship relationship, bool parentsMayCome, CancellationToken cancellationToken)
    {
        var landed = (bool)await ScalarAsync("SELECT EXISTS (SELECT 1 FROM landfall.landings WHERE contract = $1 AND outcome = 'landed')",
            cancellationToken, relationship.ParentContract.Name).ConfigureAwait(false);
        if (landed && !parentsMayCome) return;
        throw ParentWait.For(rows, relationship, landed);
    }

    /// <summary>Runs a statement that puts rows into the table of rejects, and takes them out of the staged ones.</summary>
    private async Task<int> RejectAsync(string statement, CancellationToken cancellationToken, params object[] values)
    {
        var rows = await ExecuteAsync(statement, cancellationToken, values).ConfigureAwait(false);
        if (rows == 0) return 0;
        foreach (var feed in _sql.Feeds) await ExecuteAsync(StagedSql.TakeOut(feed), cancellationToken).ConfigureAwait(false);
        return rows;
    }
}
