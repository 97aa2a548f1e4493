using System.Text.Json;
using Landfall.Cloud;
using Landfall.Contracts;
using Npgsql;

namespace Landfall.Sinks.Postgres;

/// <summary>The statements on <c>landfall.landings</c> and <c>landfall.heads</c>.</summary>
internal static class PostgresLedger
{
    /// <summary>The statement of <see cref="LockHeadAsync"/>: $1 is the contract.</summary>
    public const string LockHead = "SELECT strange FROM landfall.heads WHERE contract = $1 FOR UPDATE";

    /// <summary>Takes the contract's head row: from here to the end of the transaction no other landing of the contract commits.</summary>
    /// <returns>Whether rows may stand in the contract's tables of landings that this ledger does not know: they came with a backup of another one.</returns>
    public static async Task<bool> LockHeadAsync(NpgsqlConnection connection, Source source, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(LockHead, connection)
        {
            Parameters = { new() { Value = source.Contract.Id.Name } },
        };
        // Without the row nothing would be locked, and two versions could pass each other.
        return (bool)(await command.ExecuteScalarAsync(cancellationToken).ConfigureAwait(false) ?? throw new PostgresMissingException($"landfall.heads has no row for the contract {source.Contract.Id}"));
    }

    /// <summary>The columns of an entry, as <see cref="Entry"/> reads them.</summary>
    public const string Columns = """
        bucket, name, generation, time_created, size, source_date, outcome, attempt, started_at, finished_at,
               rows_read, rows_landed, rows_rejected, rows_collapsed, rejects, reason, hint, details::text, contract_version
        """;

    /// <summary>
    /// The source's own entry, those of landed (and reverted) versions of the same object, whatever its contract was called then, and of its contract the newest that has
    /// landed (<c>replace</c>), or the newest of its day (<c>replacePartition</c>).
    /// </summary>
    public static async Task<IReadOnlyList<LedgerEntry>> ReadAsync(NpgsqlConnection connection, Source source, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand($"""
            SELECT {Columns}
            FROM landfall.landings
            WHERE identity = $1 OR (bucket = $2 AND name = $3 AND outcome IN ('landed', 'reverted'))
              OR landing_id = (
                SELECT landing_id FROM landfall.landings
                WHERE contract = $4 AND outcome = 'landed' AND ($5 = 'replace' OR ($5 = 'replacePartition' AND source_date = $6))
                ORDER BY source_date DESC NULLS LAST, time_created DESC, generation DESC LIMIT 1)
            """, connection)
        {
            Parameters =
            {
                new() { Value = source.Version.Identity },
                new() { Value = source.Version.Bucket },
                new() { Value = source.Version.Name },
                new() { Value = source.Contract.Id.Name },
                new() { Value = source.Contract.Write switch { WriteMode.Replace => "replace", WriteMode.ReplacePartition => "replacePartition", _ => "" } },
                new() { Value = (object?)source.Date ?? DBNull.Value, NpgsqlDbType = NpgsqlTypes.NpgsqlDbType.Date },
            },
        };
        var entries = new List<LedgerEntry>();
        await using var reader = await command.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
        while (await reader.ReadAsync(cancellationToken).ConfigureAwait(false)) entries.Add(Entry(reader, source.Contract));
        return entries;
    }

    /// <summary>
    /// Inserts an entry; false when the source has one already that stands. One that a restore took back stands until it lands again: some of its rows may be in other tables, and whatever
    /// replaces it must know of them. What lands is told the version it makes of its contract's head, whose row the landing has locked:
    /// by it a backup knows what it holds.
    /// </summary>
    public static async Task<bool> InsertAsync(NpgsqlConnection connection, LedgerEntry entry, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(Insert, connection);
        AddValues(entry, command.Parameters);
        return await command.ExecuteNonQueryAsync(cancellationToken).ConfigureAwait(false) == 1;
    }

    /// <summary>The same as a part of a batch: no row is inserted when the source has an entry already.</summary>
    public static NpgsqlBatchCommand InsertCommand(LedgerEntry entry)
    {
        var command = new NpgsqlBatchCommand(Insert);
        AddValues(entry, command.Parameters);
        return command;
    }

    private const string Insert = """
        WITH head AS (UPDATE landfall.heads SET version = version + 1 WHERE contract = $3 AND $11 = 'landed' RETURNING version),
        back AS (UPDATE landfall.presence SET versions = versions + int8multirange(int8range((SELECT version FROM head), NULL)) WHERE identity = $1 AND $11 = 'landed')
        INSERT INTO landfall.landings AS e (identity, landing_id, contract, contract_version, bucket, name, generation, time_created, size, source_date,
          outcome, attempt, started_at, finished_at, rows_read, rows_landed, rows_rejected, rows_collapsed, rejects, reason, hint, details, version)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22::jsonb, (SELECT version FROM head))
        ON CONFLICT (identity) DO UPDATE SET (contract_version, outcome, attempt, started_at, finished_at, rows_read, rows_landed, rows_rejected, rows_collapsed, rejects, reason, hint, details, version)
          = (EXCLUDED.contract_version, EXCLUDED.outcome, EXCLUDED.attempt, EXCLUDED.started_at, EXCLUDED.finished_at, EXCLUDED.rows_read, EXCLUDED.rows_landed, EXCLUDED.rows_rejected,
             EXCLUDED.rows_collapsed, EXCLUDED.rejects, EXCLUDED.reason, EXCLUDED.hint, EXCLUDED.details, coalesce(e.version, EXCLUDED.version))
          WHERE e.outcome = 'reverted' AND (EXCLUDED.outcome = 'landed' OR e.version IS NULL)
        """;

    /// <summary>
    /// What replaces a day, a table or an object leaves nothing of a landing there that a restore had taken out of some of the contract's tables: from here on that is in none of them,
    /// and to restore one alone does not make it whole. For what <see cref="InsertAsync"/> has just inserted.
    /// </summary>
    public static async Task TakeOutRevertedAsync(NpgsqlConnection connection, Source source, CancellationToken cancellationToken)
    {
        var target = source.Contract.Write switch
        {
            WriteMode.Replace => "replace",
            WriteMode.ReplacePartition => "replacePartition",
            WriteMode.Append => "append",
            _ => null,
        };
        // Rows by key: those of others stay.
        if (target is null) return;
        await using var command = new NpgsqlCommand("""
            INSERT INTO landfall.presence AS p (identity, table_name, versions)
            SELECT e.identity, t.name, coalesce(p.versions, int8multirange(int8range(e.version, NULL))) * int8multirange(int8range(NULL, h.version))
            FROM landfall.heads h JOIN landfall.landings e USING (contract) CROSS JOIN unnest($3) t (name) LEFT JOIN landfall.presence p ON p.identity = e.identity AND p.table_name = t.name
            WHERE h.contract = $1 AND e.outcome = 'reverted' AND e.version IS NOT NULL AND e.identity <> $2 AND (p.versions IS NULL OR upper_inf(p.versions))
              AND ($7 = 'replace' OR ($7 = 'replacePartition' AND e.source_date = $4) OR ($7 = 'append' AND e.bucket = $5 AND e.name = $6))
            ON CONFLICT (identity, table_name) DO UPDATE SET versions = EXCLUDED.versions
            """, connection)
        {
            Parameters =
            {
                new() { Value = source.Contract.Id.Name },
                new() { Value = source.Version.Identity },
                new() { Value = source.Contract.Tables.Select(table => $"{table}").ToArray() },
                new() { Value = (object?)source.Date ?? DBNull.Value, NpgsqlDbType = NpgsqlTypes.NpgsqlDbType.Date },
                new() { Value = source.Version.Bucket },
                new() { Value = source.Version.Name },
                new() { Value = target },
            },
        };
        await command.ExecuteNonQueryAsync(cancellationToken).ConfigureAwait(false);
    }

    private static void AddValues(LedgerEntry entry, NpgsqlParameterCollection values)
    {
        var version = entry.Source.Version;
        var details = JsonSerializer.Serialize(new LedgerDetails(entry.Tables, entry.Reasons, entry.Findings.Count == 0 ? null : entry.Findings), LedgerJson.Default.LedgerDetails);
        values.Add(new() { Value = version.Identity });
        values.Add(new() { Value = version.LandingId });
        values.Add(new() { Value = entry.Source.Contract.Id.Name });
        values.Add(new() { Value = entry.ContractVersion });
        values.Add(new() { Value = version.Bucket });
        values.Add(new() { Value = version.Name });
        values.Add(new() { Value = version.Generation });
        values.Add(new() { Value = version.TimeCreated.UtcDateTime });
        values.Add(new() { Value = version.Size });
        values.Add(new() { Value = (object?)entry.Source.Date ?? DBNull.Value, NpgsqlDbType = NpgsqlTypes.NpgsqlDbType.Date });
        values.Add(new() { Value = OutcomeWords.Of(entry.Outcome) });
        values.Add(new() { Value = entry.Attempt });
        values.Add(new() { Value = entry.StartedAt.UtcDateTime });
        values.Add(new() { Value = entry.FinishedAt.UtcDateTime });
        values.Add(new() { Value = entry.RowsRead });
        values.Add(new() { Value = entry.RowsLanded });
        values.Add(new() { Value = entry.RowsRejected });
        values.Add(new() { Value = entry.RowsCollapsed });
        values.Add(new() { Value = (object?)entry.Rejects ?? DBNull.Value, NpgsqlDbType = NpgsqlTypes.NpgsqlDbType.Text });
        values.Add(new() { Value = (object?)entry.Reason ?? DBNull.Value, NpgsqlDbType = NpgsqlTypes.NpgsqlDbType.Text });
        values.Add(new() { Value = (object?)entry.Hint ?? DBNull.Value, NpgsqlDbType = NpgsqlTypes.NpgsqlDbType.Text });
        values.Add(new() { Value = details });
    }

    /// <summary>The entry at which a reader of <see cref="Columns"/> stands.</summary>
    public static LedgerEntry Entry(NpgsqlDataReader reader, Contract contract)
    {
        var details = JsonSerializer.Deserialize(reader.GetString(17), LedgerJson.Default.LedgerDetails)!;
        var version = new StoredObject(reader.GetString(0), reader.GetString(1), reader.GetInt64(2), Moment(3), reader.GetInt64(4));
        return new LedgerEntry
        {
            Source = new(contract, version, reader.IsDBNull(5) ? null : reader.GetFieldValue<DateOnly>(5)),
            ContractVersion = reader.GetString(18),
            Outcome = OutcomeWords.Parse(reader.GetString(6)),
            Attempt = reader.GetGuid(7),
            StartedAt = Moment(8),
            FinishedAt = Moment(9),
            RowsRead = reader.GetInt64(10),
            RowsLanded = reader.GetInt64(11),
            RowsRejected = reader.GetInt64(12),
            RowsCollapsed = reader.GetInt64(13),
            Rejects = Text(14),
            Reason = Text(15),
            Hint = Text(16),
            Tables = details.Tables,
            Reasons = details.Reasons,
            Findings = details.Findings ?? [],
        };

        DateTimeOffset Moment(int column) => new(reader.GetDateTime(column));
        string? Text(int column) => reader.IsDBNull(column) ? null : reader.GetString(column);
    }
}
