using System.Runtime.CompilerServices;
using Landfall.Contracts;
using Landfall.Rows;
using Npgsql;

namespace Landfall.Sinks.Postgres;

/// <summary>
/// Copies into one temporary table that holds the columns of all tables of the contract, under numbered names, and the line of each row. The tables are
/// projections of it; a rule over rows is SQL on it.
/// </summary>
internal sealed class PostgresStaged(NpgsqlConnection connection, NpgsqlTransaction transaction, Source source) : PostgresStaging(connection, transaction, source)
{
    private readonly StagedSql _sql = new(source.Contract);

    /// <summary>Tables in which two staged rows share a key.</summary>
    private readonly HashSet<Table> _repeats = [];

    public override async IAsyncEnumerable<(Feed Feed, Reject Reject)> CheckAsync(Decision decision, bool parentsMayCome, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        if (Copied > 1000) await ExecuteAsync($"ANALYZE {StagedSql.Staged}", cancellationToken).ConfigureAwait(false);
        await ExecuteAsync(StagedSql.CreateRejected, cancellationToken).ConfigureAwait(false);
        var replaced = decision.Replaced.Select(e => e.Source.Version.LandingId).ToArray();
        // A row taken out may have been the parent of another, so again until nothing more falls. Relationships first: a row without its parent must
        // not win a key from one that has it.
        while (await CheckRelationshipsAsync(replaced, parentsMayCome, cancellationToken).ConfigureAwait(false)
            + await CheckKeysAsync(replaced, cancellationToken).ConfigureAwait(false) > 0) { }
        // Only where every table has a repeated key can a whole row be repeated.
        if (_repeats.Count == Source.Contract.Tables.Count) Collapsed = (long)await ScalarAsync(_sql.CountCollapsed(), cancellationToken).ConfigureAwait(false);

        await using var command = Command(StagedSql.ReadRejected);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
        while (await reader.ReadAsync(cancellationToken).ConfigureAwait(false))
            yield return (Source.Contract.Feeds[0], new(reader.GetInt64(0), reader.GetString(1), reader.GetString(2), reader.IsDBNull(3) ? null : reader.GetString(3), reader.GetString(4)));
    }

    private protected override async Task BeginCopyAsync(Feed feed, CancellationToken cancellationToken)
    {
        await ExecuteAsync(_sql.CreateStaged(), cancellationToken).ConfigureAwait(false);
        await CopyAsync(StagedSql.Staged, _sql.StagedColumns, feed.Columns.Count, lines: true, [], cancellationToken).ConfigureAwait(false);
    }

    private protected override async Task<TableResult> InsertAsync(Table table, Decision decision, CancellationToken cancellationToken)
    {
        var version = Source.Version;
        if (table.Write == WriteMode.Append)
            return new(table.ToString(), await ExecuteAsync(_sql.Append(table, _repeats.Contains(table)), cancellationToken, version.LandingId).ConfigureAwait(false));
        var rows = await ExecuteAsync(_sql.Upsert(table, _repeats.Contains(table)), cancellationToken, version.LandingId, Source.Order.Folded).ConfigureAwait(false);
        var keys = (long)await ScalarAsync(_sql.CountKeys(table, _repeats.Contains(table)), cancellationToken).ConfigureAwait(false);
        return new(table.ToString(), rows, keys - rows);
    }

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
        throw new RetryException(
            landed ? $"{rows} rows refer to rows of {relationship.ParentContract} that are not there yet; waiting for them until waitForParents is over"
                : $"rows refer to {relationship.ParentContract}, of which nothing has landed yet",
            $"drop the file of {relationship.ParentContract}");
    }

    /// <summary>Runs a statement that puts rows into the table of rejects, and takes them out of the staged ones.</summary>
    private async Task<int> RejectAsync(string statement, CancellationToken cancellationToken, params object[] values)
    {
        // A statement that does not use a parameter does not get it.
        var rows = await ExecuteAsync(statement, cancellationToken, statement.Contains("$1", StringComparison.Ordinal) ? values : []).ConfigureAwait(false);
        if (rows > 0) await ExecuteAsync(StagedSql.TakeOut, cancellationToken).ConfigureAwait(false);
        return rows;
    }
}
