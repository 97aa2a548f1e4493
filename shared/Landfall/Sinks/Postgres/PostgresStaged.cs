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

    public override async IAsyncEnumerable<Reject> CheckAsync(Decision decision, bool parentsMayCome, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        if (Copied > 1000) await ExecuteAsync($"ANALYZE {StagedSql.Staged}", cancellationToken).ConfigureAwait(false);
        await ExecuteAsync(StagedSql.CreateRejected, cancellationToken).ConfigureAwait(false);
        // Relationships first: a row that has no parent must not win a key from one that has.
        await CheckRelationshipsAsync(parentsMayCome, cancellationToken).ConfigureAwait(false);
        var replaced = decision.Replaced.Select(e => e.Source.Version.LandingId).ToArray();
        foreach (var table in Source.Contract.Tables)
        {
            foreach (var statement in _sql.Taken(table)) await RejectAsync(statement, cancellationToken, replaced).ConfigureAwait(false);
            if (table.Key.Count > 0 && (bool)await ScalarAsync(_sql.HasRepeats(table), cancellationToken).ConfigureAwait(false))
            {
                _repeats.Add(table);
                await RejectAsync(_sql.Repeats(table), cancellationToken).ConfigureAwait(false);
            }
            foreach (var statement in _sql.UniqueRepeats(table)) await RejectAsync(statement, cancellationToken).ConfigureAwait(false);
        }
        // Only where every table has a repeated key can a whole row be repeated.
        if (_repeats.Count == Source.Contract.Tables.Count) Collapsed = (long)await ScalarAsync(_sql.CountCollapsed(), cancellationToken).ConfigureAwait(false);

        await using var command = Command(StagedSql.ReadRejected);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
        while (await reader.ReadAsync(cancellationToken).ConfigureAwait(false))
            yield return new(reader.GetInt64(0), reader.GetString(1), reader.GetString(2), reader.IsDBNull(3) ? null : reader.GetString(3), reader.GetString(4));
    }

    private protected override async Task OpenAsync(CancellationToken cancellationToken)
    {
        await ExecuteAsync(_sql.CreateStaged(), cancellationToken).ConfigureAwait(false);
        await CopyAsync(StagedSql.Staged, _sql.StagedColumns, lines: true, [], cancellationToken).ConfigureAwait(false);
    }

    private protected override async Task<TableResult> InsertAsync(Table table, Decision decision, CancellationToken cancellationToken)
    {
        if (table.Write == WriteMode.Append && decision.Newer is not null) return new(table.ToString(), 0);
        var version = Source.Version;
        if (table.Write == WriteMode.Append)
            return new(table.ToString(), await ExecuteAsync(_sql.Append(table, _repeats.Contains(table)), cancellationToken, version.LandingId).ConfigureAwait(false));
        var rows = await ExecuteAsync(_sql.Upsert(table, _repeats.Contains(table)), cancellationToken, version.LandingId, Source.Order.Folded).ConfigureAwait(false);
        var keys = (long)await ScalarAsync(_sql.CountKeys(table, _repeats.Contains(table)), cancellationToken).ConfigureAwait(false);
        return new(table.ToString(), rows, keys - rows);
    }

    private async Task CheckRelationshipsAsync(bool parentsMayCome, CancellationToken cancellationToken)
    {
        var relationships = Source.Contract.Tables.SelectMany(t => t.Relationships.Select(r => (Table: t, Relationship: r))).ToList();
        for (var again = relationships.Count > 0; again;)
        {
            again = false;
            foreach (var (table, relationship) in relationships)
            {
                var rows = await RejectAsync(_sql.Orphans(table, relationship), cancellationToken).ConfigureAwait(false);
                var fromOutside = relationship.ParentContract != Source.Contract.Id;
                if (rows > 0 && fromOutside) await WaitForParentAsync(rows, relationship, parentsMayCome, cancellationToken).ConfigureAwait(false);
                // A row taken out may have been the parent of another row of this file.
                again |= rows > 0 && relationships.Exists(r => r.Relationship.ParentContract == Source.Contract.Id);
            }
        }
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
