using Landfall.Contracts;
using Landfall.Rows;
using Npgsql;

namespace Landfall.Sinks.Postgres;

/// <summary>
/// One attempt in one transaction of its own connection. Two ways in: <see cref="PostgresDirect"/> copies straight into the table,
/// <see cref="PostgresStaged"/> copies into a temporary table first, where SQL can look at the rows.
/// </summary>
internal abstract class PostgresStaging : IStaging
{
    private readonly NpgsqlConnection _connection;
    private readonly NpgsqlTransaction _transaction;
    private NpgsqlRawCopyStream? _copy;
    private PgCopyWriter? _rows;
    private bool _disposed;
    private bool _strange;

    private protected PostgresStaging(NpgsqlConnection connection, NpgsqlTransaction transaction, Source source) =>
        (_connection, _transaction, Source) = (connection, transaction, source);

    public long Collapsed { get; private protected set; }

    private protected Source Source { get; }

    /// <summary>What is told instead of a commit; null for a landing.</summary>
    private Rehearsal? Rehearsal { get; init; }

    /// <summary>Rows copied so far, of all feeds.</summary>
    private protected long Copied { get; private set; }

    /// <param name="rehearsal">Takes what a commit would do, and nothing is committed; null to land.</param>
    public static async Task<IStaging> BeginAsync(NpgsqlDataSource database, Source source, bool careful, TimeSpan patience, Rehearsal? rehearsal, CancellationToken cancellationToken)
    {
        var connection = await database.OpenConnectionAsync(cancellationToken).ConfigureAwait(false);
        PostgresStaging? staging = null;
        try
        {
            var transaction = await connection.BeginTransactionAsync(cancellationToken).ConfigureAwait(false);
            staging = rehearsal is null && IsDirect(source.Contract, careful) ? new PostgresDirect(connection, transaction, source) : new PostgresStaged(connection, transaction, source) { Rehearsal = rehearsal };
            // Whoever waits for the head row waits this long and is delivered again; whoever stalls while holding it, longer than an event may take, loses it.
            await staging.ExecuteAsync($"SET LOCAL lock_timeout = '30s'; SET LOCAL idle_in_transaction_session_timeout = {(long)patience.TotalMilliseconds}", cancellationToken).ConfigureAwait(false);
            return staging;
        }
        catch
        {
            if (staging is not null) await staging.DisposeAsync().ConfigureAwait(false);
            else await connection.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    public async Task<IRowWriter> OpenAsync(Feed feed, CancellationToken cancellationToken)
    {
        await BeginCopyAsync(feed, cancellationToken).ConfigureAwait(false);
        return _rows!;
    }

    public async Task CompleteAsync(CancellationToken cancellationToken)
    {
        await _rows!.CompleteAsync(cancellationToken).ConfigureAwait(false);
        // Disposing is what completes a raw COPY, and is where the server's error comes from; the field goes first, so that no one cancels it then.
        var copy = _copy!;
        _copy = null;
        await copy.DisposeAsync().ConfigureAwait(false);
        Copied += _rows.Rows;
    }

    public async Task<Decision> DecideAsync(CancellationToken cancellationToken)
    {
        // Here and not before: to make tables is to keep others from it.
        if (Rehearsal is not null) await Rehearsal.PrepareAsync(_connection, _transaction, cancellationToken).ConfigureAwait(false);
        _strange = await PostgresLedger.LockHeadAsync(_connection, Source, cancellationToken).ConfigureAwait(false);
        // A statement of its own: only one that begins after the lock was granted sees what the previous holder committed.
        return Decision.Decide(Source, await PostgresLedger.ReadAsync(_connection, Source, cancellationToken).ConfigureAwait(false));
    }

    public abstract IAsyncEnumerable<(Feed Feed, Reject Reject)> CheckAsync(Decision decision, bool parentsMayCome, CancellationToken cancellationToken);

    public async Task<LedgerEntry?> CommitAsync(Decision decision, LedgerEntry entry, CancellationToken cancellationToken)
    {
        object[] values = [decision.Replaced.Select(e => e.Source.Version.LandingId).Concat(_strange ? [Source.Version.LandingId] : []).ToArray(), Source.Version.LandingId, Source.Order.Folded];
        // Rows that go and come again, and children that move from a parent that goes to one that comes: only the end must be right.
        await ExecuteAsync("SET CONSTRAINTS ALL DEFERRED", cancellationToken).ConfigureAwait(false);
        if (Rehearsal is not null) Rehearsal.Tables = await CountAsync(values, cancellationToken).ConfigureAwait(false);
        var guarded = Source.Contract.MaxChangePercent is null ? [] : Source.Contract.Tables;
        var standing = new Dictionary<Table, long>();
        foreach (var table in guarded) standing.Add(table, (long)await ScalarAsync($"SELECT count(*) FROM {table.Quoted}", cancellationToken).ConfigureAwait(false));
        var removed = new Dictionary<Table, long>();
        foreach (var table in Source.Contract.Tables.Reverse()) removed.Add(table, await RemoveAsync(table, values, cancellationToken).ConfigureAwait(false));
        var tables = new List<TableResult>();
        foreach (var table in Source.Contract.Tables) tables.Add(await AddAsync(table, removed[table], values, cancellationToken).ConfigureAwait(false));
        foreach (var (table, result) in guarded.Zip(tables)) ChangeLimit.Check(Source.Contract, result, standing[table]);
        await CheckReferencesAsync(cancellationToken).ConfigureAwait(false);
        var quality = new PostgresQuality(_connection, _transaction, Source.Contract.Tables);
        foreach (var table in Source.Contract.Tables) await quality.CheckAsync(table, Brought(table), cancellationToken).ConfigureAwait(false);
        quality.ThrowIfBroken();
        entry = entry with { Tables = Rehearsal?.Tables ?? tables, Findings = quality.Findings };
        if (Rehearsal is not null) return entry;
        if (!await PostgresLedger.InsertAsync(_connection, entry, cancellationToken).ConfigureAwait(false)) return null;
        await PostgresLedger.TakeOutRevertedAsync(_connection, Source, cancellationToken).ConfigureAwait(false);
        using var step = LandingSteps.Begin(LandingSteps.Commit);
        await _transaction.CommitAsync(cancellationToken).ConfigureAwait(false);
        return entry;
    }

    public async ValueTask DisposeAsync()
    {
        // Once: Npgsql hands connection and transaction to the next landing, and a second disposal would end that one's.
        if (_disposed) return;
        _disposed = true;
        try
        {
            // Disposing an unfinished raw COPY would complete it.
            if (_copy is not null) await _copy.CancelAsync().ConfigureAwait(false);
        }
        catch (Exception e) when (e is NpgsqlException or IOException or InvalidOperationException)
        {
            // The connection is broken: the server has rolled back already.
        }
        await _transaction.DisposeAsync().ConfigureAwait(false);
        await _connection.DisposeAsync().ConfigureAwait(false);
    }

    /// <summary>Whether all foreign keys hold, now that all is in place: rows that went may be referred to from tables of other contracts.</summary>
    private async Task CheckReferencesAsync(CancellationToken cancellationToken)
    {
        await _transaction.SaveAsync("in_place", cancellationToken).ConfigureAwait(false);
        try
        {
            await ExecuteAsync("SET CONSTRAINTS ALL IMMEDIATE", cancellationToken).ConfigureAwait(false);
        }
        catch (PostgresException e) when (e.SqlState == PostgresErrorCodes.ForeignKeyViolation)
        {
            await _transaction.RollbackAsync("in_place", cancellationToken).ConfigureAwait(false);
            // The other way round: a parent went while its children were on their way. They wait, or are rejects, the next time.
            if (Source.Contract.Tables.Any(t => t.Schema.Name == e.SchemaName && t.Name.Name == e.TableName))
                throw new RetryException($"rows that {e.SchemaName}.{e.TableName} would refer to went while it was landing ({e.ConstraintName})");
            var dangling = await PostgresReferences.DanglingAsync(_connection, e, cancellationToken).ConfigureAwait(false);
            throw new RejectException($"it would remove rows that rows of {e.SchemaName}.{e.TableName} refer to",
                "the rejects name them: keep them in the file, or remove what refers to them first", rule: "relationships") { Rows = dangling };
        }
    }

    /// <summary>Begins the COPY.</summary>
    private protected abstract Task BeginCopyAsync(Feed feed, CancellationToken cancellationToken);

    /// <summary>Takes out of a table what this landing's rows take the place of. The values are those of <see cref="StagedSql"/>.</summary>
    /// <returns>How many rows went.</returns>
    private protected abstract Task<int> RemoveAsync(Table table, object[] values, CancellationToken cancellationToken);

    /// <summary>Brings the rows into a table, unless they are there.</summary>
    private protected abstract Task<TableResult> AddAsync(Table table, long removed, object[] values, CancellationToken cancellationToken);

    /// <summary>What the tables' rows would become, for a rehearsal.</summary>
    private protected abstract Task<IReadOnlyList<TableResult>> CountAsync(object[] values, CancellationToken cancellationToken);

    /// <summary>The rows that this landing brings into a table, as a table expression with the columns that the table's metrics are about.</summary>
    private protected abstract string Brought(Table table);

    private protected async Task CopyAsync(string into, string columns, int fields, bool lines, long[] suffix, CancellationToken cancellationToken)
    {
        _copy = await _connection.BeginRawBinaryCopyAsync($"COPY {into} ({columns}) FROM STDIN (FORMAT BINARY)", cancellationToken).ConfigureAwait(false);
        _rows = new PgCopyWriter(_copy, fields, lines, suffix);
    }

    private protected async Task<int> ExecuteAsync(string sql, CancellationToken cancellationToken, params object[] values)
    {
        await using var command = Command(sql, values);
        return await command.ExecuteNonQueryAsync(cancellationToken).ConfigureAwait(false);
    }

    private protected async Task<object> ScalarAsync(string sql, CancellationToken cancellationToken, params object[] values)
    {
        await using var command = Command(sql, values);
        return (await command.ExecuteScalarAsync(cancellationToken).ConfigureAwait(false))!;
    }

    private protected NpgsqlCommand Command(string sql, params object[] values)
    {
        var command = new NpgsqlCommand(sql, _connection, _transaction);
        foreach (var value in values) command.Parameters.Add(new NpgsqlParameter { Value = value });
        return command;
    }

    /// <summary>
    /// One table, with no rule over rows that has to be looked at before they are in place: its key and unique values Postgres itself guards, and a source
    /// that breaks them is staged again, with care. Metrics of columns are measured on staged rows: in the table nothing finds them but a look at all.
    /// </summary>
    private static bool IsDirect(Contract contract, bool careful) =>
        contract.Tables is [{ Write: WriteMode.Append or WriteMode.ReplacePartition, Relationships.Count: 0 } table]
        && !table.Quality.Any(q => q.Metric is not (null or QualityMetric.RowCount))
        && !(careful && (table.Key.Count > 0 || table.Columns.Any(c => c.Unique)));
}
