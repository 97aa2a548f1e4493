using Landfall.Contracts;
using Npgsql;

namespace Landfall.Backups;

/// <summary>
/// What a restore does to the ledger. Each landing is in a table at some versions of its contract's head: from the one it made, until a restore to a version at which it was not there,
/// and again when it lands again or a restore to another version brings it back. A landing that is missing in any of its tables is <c>reverted</c>.
/// </summary>
internal static class RestoreLedger
{
    /// <summary>Landings listed at most.</summary>
    private const int Most = 100;

    /// <summary>A source that was superseded by what is gone is decided anew, too. When it was, its own clock says.</summary>
    private const string Margin = "1 day";

    /// <summary>The version of a backup from another ledger: it holds nothing that landed here.</summary>
    private const long Elsewhere = -1;

    /// <summary>Marks the landings that a restored table does not hold; in the restore's transaction, which holds the head row.</summary>
    /// <param name="contract">Whose table.</param>
    /// <param name="table">The table.</param>
    /// <param name="backup">What it was restored to.</param>
    public static async Task MarkAsync(NpgsqlConnection connection, Contract contract, Table table, BackupHeader backup, CancellationToken cancellationToken)
    {
        await using var head = new NpgsqlCommand("""
            UPDATE landfall.heads h SET version = h.version + 1, strange = h.strange OR l.id <> $2 FROM landfall.ledger l WHERE h.contract = $1 RETURNING h.version, l.id = $2
            """, connection) { Parameters = { new() { Value = contract.Id.Name }, new() { Value = backup.Ledger } } };
        var (version, held) = (0L, Elsewhere);
        await using (var reader = await head.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false))
        {
            await reader.ReadAsync(cancellationToken).ConfigureAwait(false);
            version = reader.GetInt64(0);
            // A version that is still to come is one of a time that this database was taken back from.
            if (reader.GetBoolean(1) && backup.Version < version) held = backup.Version;
        }

        await using var presence = new NpgsqlCommand("""
            INSERT INTO landfall.presence AS p (identity, table_name, versions)
            SELECT identity, $2, CASE WHEN versions @> $3 THEN versions + int8multirange(int8range($4, NULL)) ELSE versions * int8multirange(int8range(NULL, $4)) END
            FROM (
              SELECT e.identity, coalesce(p.versions, int8multirange(int8range(e.version, NULL))) AS versions
              FROM landfall.landings e LEFT JOIN landfall.presence p ON p.identity = e.identity AND p.table_name = $2
              WHERE e.contract = $1 AND e.version IS NOT NULL AND e.details->'tables' @> jsonb_build_array(jsonb_build_object('table', $2))) held
            WHERE (versions @> $3) <> upper_inf(versions)
            ON CONFLICT (identity, table_name) DO UPDATE SET versions = EXCLUDED.versions
            """, connection)
        {
            Parameters = { new() { Value = contract.Id.Name }, new() { Value = $"{table}" }, new() { Value = held }, new() { Value = version } },
        };
        await presence.ExecuteNonQueryAsync(cancellationToken).ConfigureAwait(false);

        await using var outcomes = new NpgsqlCommand($"""
            UPDATE landfall.landings e
            SET outcome = CASE WHEN gone THEN 'reverted' ELSE 'landed' END, reason = CASE WHEN gone THEN $2 END, hint = CASE WHEN gone THEN 'deliver it again, and it lands again' END
            FROM (
              SELECT identity, version IS NULL OR EXISTS (SELECT 1 FROM landfall.presence p WHERE p.identity = l.identity AND NOT upper_inf(p.versions)) AS gone
              FROM landfall.landings l WHERE contract = $1 AND (version IS NOT NULL OR (outcome = 'superseded' AND finished_at > $3 - interval '{Margin}'))) now
            WHERE e.identity = now.identity AND gone <> (e.outcome <> 'landed')
              OR e.identity = now.identity AND gone AND e.outcome = 'superseded'
            """, connection)
        {
            Parameters = { new() { Value = contract.Id.Name }, new() { Value = $"a restore took {table} back to {backup.Time.UtcDateTime:yyyy-MM-dd'T'HH:mm:ss.fff'Z'}" }, new() { Value = backup.Time.UtcDateTime } },
        };
        await outcomes.ExecuteNonQueryAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <summary>The landings of a contract whose rows are not all in its tables, the oldest first, and how many there are.</summary>
    public static async Task<(IReadOnlyList<string> First, long Count)> RevertedAsync(NpgsqlConnection connection, Contract contract, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand($"""
            SELECT identity, count(*) OVER () FROM landfall.landings WHERE contract = $1 AND outcome = 'reverted' AND version IS NOT NULL
            ORDER BY source_date NULLS FIRST, time_created, generation LIMIT {Most}
            """, connection) { Parameters = { new() { Value = contract.Id.Name } } };
        var (first, count) = (new List<string>(), 0L);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
        while (await reader.ReadAsync(cancellationToken).ConfigureAwait(false))
        {
            first.Add(reader.GetString(0));
            count = reader.GetInt64(1);
        }
        return (first, count);
    }
}
