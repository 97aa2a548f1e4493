using Landfall.Contracts;
using Landfall.Rows;
using Landfall.Sinks;
using Landfall.Sinks.Postgres;
using Npgsql;

namespace Landfall.Backups;

/// <summary>
/// A restore is one transaction. The table and the contract's head row are locked, the table's rows go, and the backup's are copied into their place, where nobody sees them before all of them are there
/// and verified. Disposing it before <see cref="CommitAsync"/> leaves nothing behind.
/// </summary>
internal sealed class RestoreTransaction : IAsyncDisposable
{
    private const string Staged = "pg_temp.landfall_restored", BeforeLocks = "staged", InPlace = "in_place";

    /// <summary>How long landings may keep the restore waiting.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(100);

    private readonly NpgsqlConnection _connection;
    private readonly NpgsqlTransaction _transaction;
    private readonly BackupLayout _layout;

    private RestoreTransaction(NpgsqlConnection connection, NpgsqlTransaction transaction, BackupLayout layout) => (_connection, _transaction, _layout) = (connection, transaction, layout);

    private Table Table => _layout.Table;

    public static async Task<RestoreTransaction> BeginAsync(NpgsqlDataSource database, BackupLayout layout, CancellationToken cancellationToken)
    {
        var connection = await database.OpenConnectionAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            return new(connection, await connection.BeginTransactionAsync(cancellationToken).ConfigureAwait(false), layout);
        }
        catch
        {
            await connection.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    /// <summary>Takes the locks and puts a backup's rows in the place of the table's.</summary>
    /// <returns>How many rows stood there.</returns>
    /// <exception cref="RejectException">The backup is damaged, or of another form of the table; its rows break a rule of the table, or others refer to rows that they lack: its rows name them.</exception>
    /// <exception cref="RetryException">Landings are in the way.</exception>
    public async Task<long> ReplaceAsync(Contract contract, BackupFile file, TimeProvider clock, CancellationToken cancellationToken)
    {
        var columns = BackupSchema.Match(file.Reader.Schema, _layout);
        await RefuseWhatWouldBeLostAsync(cancellationToken).ConfigureAwait(false);
        for (var started = clock.GetTimestamp(); ;)
        {
            await _transaction.SaveAsync(BeforeLocks, cancellationToken).ConfigureAwait(false);
            try
            {
                await LockAsync(contract, cancellationToken).ConfigureAwait(false);
                return await ReplaceAsync(file, columns, cancellationToken).ConfigureAwait(false);
            }
            catch (PostgresException e) when (e.SqlState is PostgresErrorCodes.LockNotAvailable or PostgresErrorCodes.DeadlockDetected)
            {
                await _transaction.RollbackAsync(BeforeLocks, cancellationToken).ConfigureAwait(false);
                if (clock.GetElapsedTime(started) > Patience) throw new RetryException($"landings of {contract.Id}, or others who write to {Table}, are in the way", "wait until they have ended, and restore again");
            }
            await Task.Delay(Pause, clock, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>Notes in the ledger what was done, and makes it seen.</summary>
    public async Task<(IReadOnlyList<string> First, long Count)> CommitAsync(LedgerEntry entry, BackupHeader backup, CancellationToken cancellationToken)
    {
        var contract = entry.Source.Contract;
        await RestoreLedger.MarkAsync(_connection, contract, Table, backup, cancellationToken).ConfigureAwait(false);
        await PostgresLedger.InsertAsync(_connection, entry, cancellationToken).ConfigureAwait(false);
        var reverted = await RestoreLedger.RevertedAsync(_connection, contract, cancellationToken).ConfigureAwait(false);
        // Whether somebody still waits or not: from here on it is done, or it is not.
        await _transaction.CommitAsync(CancellationToken.None).ConfigureAwait(false);
        return reverted;
    }

    public async ValueTask DisposeAsync()
    {
        await _transaction.DisposeAsync().ConfigureAwait(false);
        await _connection.DisposeAsync().ConfigureAwait(false);
    }

    /// <summary>
    /// The table first, behind whoever writes to it: a landing that copies straight into it asks for the head row only then. One that stages has the head row, and asks for the table later: so the head row
    /// only for a moment, less than a deadlock takes to be one.
    /// </summary>
    private async Task LockAsync(Contract contract, CancellationToken cancellationToken)
    {
        await ExecuteAsync($"SET LOCAL lock_timeout = '30s'; LOCK TABLE {Table.Quoted} IN SHARE ROW EXCLUSIVE MODE; SET LOCAL lock_timeout = '300ms'", cancellationToken).ConfigureAwait(false);
        await using (var head = Command("SELECT true FROM landfall.heads WHERE contract = $1 FOR UPDATE", contract.Id.Name))
        {
            if (await head.ExecuteScalarAsync(cancellationToken).ConfigureAwait(false) is null) throw new PostgresMissingException($"landfall.heads has no row for the contract {contract.Id}");
        }
        await ExecuteAsync("SET LOCAL lock_timeout = '30s'", cancellationToken).ConfigureAwait(false);
    }

    private async Task<long> ReplaceAsync(BackupFile file, IReadOnlyList<Column> columns, CancellationToken cancellationToken)
    {
        // Rows that others refer to go and come again: only the end must be right.
        await ExecuteAsync("SET CONSTRAINTS ALL DEFERRED", cancellationToken).ConfigureAwait(false);
        var removed = await ExecuteAsync($"DELETE FROM {Table.Quoted}", cancellationToken).ConfigureAwait(false);
        await _transaction.SaveAsync(InPlace, cancellationToken).ConfigureAwait(false);
        try
        {
            await CopyAsync(file, columns, Table.Quoted, cancellationToken).ConfigureAwait(false);
            await _transaction.SaveAsync(InPlace, cancellationToken).ConfigureAwait(false);
            await ExecuteAsync("SET CONSTRAINTS ALL IMMEDIATE", cancellationToken).ConfigureAwait(false);
        }
        catch (PostgresException e) when (e.SqlState.StartsWith("23", StringComparison.Ordinal))
        {
            await _transaction.RollbackAsync(InPlace, cancellationToken).ConfigureAwait(false);
            throw await BrokenAsync(file, columns, e, cancellationToken).ConfigureAwait(false);
        }
        return removed;
    }

    /// <summary>Copies a backup's rows into a table, and verifies that they are all of them and as they were written.</summary>
    /// <param name="into">Quoted.</param>
    private async Task CopyAsync(BackupFile file, IReadOnlyList<Column> columns, string into, CancellationToken cancellationToken)
    {
        if (file.Reader.Block > 0)
        {
            await using var again = await file.AgainAsync(cancellationToken).ConfigureAwait(false);
            await CopyAsync(again, columns, into, cancellationToken).ConfigureAwait(false);
            return;
        }
        // Those that came since are NULL, whatever the table has as a default.
        var since = _layout.Columns.Except(columns).ToList();
        var names = PostgresDdl.Names([.. columns, .. since]);
        var copy = await _connection.BeginRawBinaryCopyAsync($"COPY {into} ({names}) FROM STDIN (FORMAT BINARY)", cancellationToken).ConfigureAwait(false);
        var whole = false;
        try
        {
            var rows = new PgCopyWriter(copy, columns.Count + since.Count, lines: false);
            var (count, sha256) = await BackupRows.ReadAsync(file.Reader, [.. columns.Select(_layout.Stored)], rows, since.Count, cancellationToken).ConfigureAwait(false);
            file.Verify(count, sha256);
            await rows.CompleteAsync(cancellationToken).ConfigureAwait(false);
            whole = true;
        }
        finally
        {
            // Disposing is what completes a raw COPY: what is not whole is cancelled first.
            if (!whole) await TryCancelAsync(copy).ConfigureAwait(false);
            if (whole) await copy.DisposeAsync().ConfigureAwait(false);
        }
    }

    /// <summary>What of the table a backup does not have: columns that its contract does not know. And what rows that go would take with them.</summary>
    private async Task RefuseWhatWouldBeLostAsync(CancellationToken cancellationToken)
    {
        var standing = await StandingTable.ReadAsync(_connection, Table, cancellationToken).ConfigureAwait(false) ?? throw new PostgresMissingException($"the table {Table} is gone");
        foreach (var other in standing.Columns.Where(column => !_layout.Columns.Any(known => known.Name.Name == column.Name)))
        {
            var name = $"\"{other.Name.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";
            await using var command = Command($"SELECT EXISTS (SELECT 1 FROM {Table.Quoted} WHERE {name} IS NOT NULL)");
            if ((bool)(await command.ExecuteScalarAsync(cancellationToken).ConfigureAwait(false))!)
                throw new RejectException($"{Table} has a column {other.Name} with values, which its contract does not know and no backup has: they would be lost", "add it to the contract, or empty it", rule: "columns");
        }
        foreach (var key in standing.ForeignKeys.Where(key => key.Incoming && !(key.Plain && key.Deferrable)))
        {
            throw new RejectException(
                $"{key.Name} of {key.Table} {(key.Plain ? "can not wait until all rows are in place" : "does something of its own when a row goes")}",
                key.Plain ? $"ALTER TABLE {key.Table} ALTER CONSTRAINT {key.Name} DEFERRABLE INITIALLY IMMEDIATE" : $"add it again without ON DELETE and ON UPDATE, and DEFERRABLE", rule: "relationships");
        }
    }

    /// <summary>Which rows break a rule. For a key the rows are out of the table again, for a reference they are in it.</summary>
    private async Task<RejectException> BrokenAsync(BackupFile file, IReadOnlyList<Column> columns, PostgresException violation, CancellationToken cancellationToken)
    {
        const string Hint = "name another backup; or correct the tables that it refers to, and restore again";
        if (violation.SqlState == PostgresErrorCodes.ForeignKeyViolation)
        {
            var own = Table.Schema.Name == violation.SchemaName && Table.Name.Name == violation.TableName;
            var rows = await PostgresReferences.DanglingAsync(_connection, violation, cancellationToken, own ? "that is not there" : "that the backup does not have").ConfigureAwait(false);
            return new RejectException(
                own ? $"rows of the backup refer to rows that are not there ({violation.ConstraintName})" : $"rows of {violation.SchemaName}.{violation.TableName} refer to rows that the backup does not have ({violation.ConstraintName})",
                own ? "restore the table that they refer to first, or name another backup" : Hint, rule: "relationships") { Rows = rows };
        }
        if (violation.SqlState == PostgresErrorCodes.UniqueViolation && Table.Key.Count > 0)
        {
            await ExecuteAsync($"CREATE TEMPORARY TABLE landfall_restored (LIKE {Table.Quoted}) ON COMMIT DROP", cancellationToken).ConfigureAwait(false);
            await CopyAsync(file, columns, Staged, cancellationToken).ConfigureAwait(false);
            var key = PostgresDdl.Names(Table.Key);
            var rows = new List<Reject>();
            await using var command = Command($"SELECT concat_ws(', ', {key}), count(*) FROM {Staged} GROUP BY {key} HAVING count(*) > 1 ORDER BY {key} LIMIT 100");
            await using var reader = await command.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
            while (await reader.ReadAsync(cancellationToken).ConfigureAwait(false)) rows.Add(new(0, string.Join(", ", Table.Key), "primaryKey", reader.GetString(0), $"{reader.GetInt64(1)} rows of the backup have this key"));
            return new RejectException($"rows of the backup have one and the same key ({violation.ConstraintName})", Hint, rule: "primaryKey") { Rows = rows };
        }
        return new RejectException($"a row of the backup breaks a rule of the table (SQLSTATE {violation.SqlState}, {violation.ConstraintName ?? violation.ColumnName})", Hint, rule: "postgres");
    }

    private static async Task TryCancelAsync(NpgsqlRawCopyStream copy)
    {
        try
        {
            await copy.CancelAsync().ConfigureAwait(false);
        }
        catch (Exception e) when (e is NpgsqlException or IOException or InvalidOperationException)
        {
            // The connection is broken: the server has rolled back already.
        }
    }

    private async Task<int> ExecuteAsync(string sql, CancellationToken cancellationToken)
    {
        await using var command = Command(sql);
        return await command.ExecuteNonQueryAsync(cancellationToken).ConfigureAwait(false);
    }

    private NpgsqlCommand Command(string sql, params string[] values)
    {
        var command = new NpgsqlCommand(sql, _connection, _transaction);
        foreach (var value in values) command.Parameters.Add(new NpgsqlParameter { Value = value });
        return command;
    }
}
