using Landfall.Cloud;
using Npgsql;

namespace Landfall.Local.BigQuery.Sql;

/// <summary>One script's run on one connection.</summary>
internal sealed class ScriptRun(NpgsqlConnection connection, TableCatalog catalog, DatasetCatalog datasets, QueryParameters parameters)
{
    private const string Staged = "pg_temp.\"landfall made\"";

    /// <summary>Two transactions that update or delete rows of one table conflict, whatever the rows: here they meet in the table's row of the catalog.</summary>
    private const string Fence = "UPDATE bigquery.tables SET mutations = mutations + 1 WHERE dataset = $1 AND name = $2";

    private IReadOnlySet<TableName>? _names;
    private bool _inTransaction;
    private long _rowCount;

    /// <exception cref="BigQueryFault">A statement failed. The connection, and a transaction with it, is the caller's to close.</exception>
    public async Task<IReadOnlyList<SqlOutcome>> RunAsync(IReadOnlyList<Statement> script, DateTimeOffset now, CancellationToken cancellationToken)
    {
        // What BigQuery does: it has no indexes, and joins by hashes. Of rows that a minute ago were not there Postgres knows too little to choose well.
        await connection.ExecuteAsync(
            """
            SELECT set_config('enable_nestloop', 'off', false), set_config('search_path', $1, false), set_config('TimeZone', 'UTC', false), set_config('DateStyle', 'ISO, YMD', false),
                set_config('IntervalStyle', 'postgres', false), set_config('bytea_output', 'hex', false), set_config('bigquery.now', $2, false)
            """,
            cancellationToken, SqlSchema.SearchPath, now.UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss.ffffff+00"));
        var outcomes = new List<SqlOutcome>();
        foreach (var statement in script)
        {
            try
            {
                outcomes.Add(await RunAsync(statement, cancellationToken));
            }
            catch (PostgresException e)
            {
                throw PostgresFaults.Of(e, statement);
            }
            catch (NpgsqlException e) when (e.InnerException is TimeoutException)
            {
                throw new BigQueryFault(400, "timeout", "Job execution was cancelled: Job timed out");
            }
        }
        if (_inTransaction) await connection.ExecuteAsync("ROLLBACK", cancellationToken);
        return outcomes;
    }

    private async Task<SqlOutcome> RunAsync(Statement statement, CancellationToken cancellationToken)
    {
        await CheckAsync(statement, cancellationToken);
        var outcome = new SqlOutcome(statement.Kind, statement.Sql);
        switch (statement.Kind)
        {
            case "SELECT":
                await using (var command = Command(statement))
                {
                    command.AllResultTypesAreUnknown = true;
                    await using var reader = await command.ExecuteReaderAsync(cancellationToken);
                    return await Answers.ReadAsync(reader, outcome, statement.Spelling, cancellationToken);
                }
            case "INSERT" or "UPDATE" or "DELETE" or "MERGE" or "TRUNCATE_TABLE":
                _rowCount = await ChangeAsync(statement, cancellationToken);
                return outcome with { Affected = _rowCount };
            case "BEGIN_TRANSACTION":
                if (_inTransaction) throw new BigQueryFault(400, "invalidQuery", "Transaction is already in progress");
                await BeginAsync(cancellationToken);
                _inTransaction = true;
                return outcome;
            case "COMMIT_TRANSACTION" or "ROLLBACK_TRANSACTION":
                if (!_inTransaction) throw new BigQueryFault(400, "invalidQuery", "There is no active transaction");
                await connection.ExecuteAsync(statement.Kind == "COMMIT_TRANSACTION" ? "COMMIT" : "ROLLBACK", cancellationToken);
                _inTransaction = false;
                return outcome;
        }
        if (_inTransaction)
            throw new BigQueryFault(400, "invalidQuery", "DDL statements that create or drop permanent entities are not supported inside a transaction");
        var operation = await DefineAsync(statement, cancellationToken);
        _names = null;
        return outcome with { Target = statement.Target, Operation = operation };
    }

    /// <summary>The tables are looked up before a statement runs, not before its script: an earlier statement may make them.</summary>
    private async Task CheckAsync(Statement statement, CancellationToken cancellationToken)
    {
        if (statement.Tables.Count == 0 && !statement.IsDefinition) return;
        _names ??= await catalog.NamesAsync(cancellationToken);
        foreach (var table in statement.Tables)
        {
            if (_names.Contains(table)) continue;
            if (await datasets.GetAsync(table.Dataset, cancellationToken) is not { } dataset)
                throw new BigQueryFault(404, "notFound", $"{BigQueryFault.NoDataset(table.Dataset).Message} was not found");
            throw new BigQueryFault(404, "notFound", $"{BigQueryFault.NoTable(table).Message} was not found in location {dataset["location"]}");
        }
        if (catalog.External is not { } external) return;
        if (statement is { IsDefinition: false, Target: { } target } && await ExternalTables.IsOneAsync(connection, target, cancellationToken))
            throw new BigQueryFault(400, "invalidQuery", $"{LocalCloud.Project}:{target} is not allowed for this operation because it is currently a EXTERNAL.");
        await external.RefreshAsync(connection, statement.Tables, cancellationToken);
    }

    /// <summary>The snapshot is taken now, not at the first statement that reads.</summary>
    private async Task BeginAsync(CancellationToken cancellationToken)
    {
        await using var batch = new NpgsqlBatch(connection) { BatchCommands = { new("BEGIN ISOLATION LEVEL REPEATABLE READ"), new("SELECT 1") } };
        await batch.ExecuteNonQueryAsync(cancellationToken);
    }

    /// <summary>A statement that stands alone is a transaction with its fence.</summary>
    private async Task<long> ChangeAsync(Statement statement, CancellationToken cancellationToken)
    {
        await using var batch = new NpgsqlBatch(connection) { Timeout = 0 };
        var (change, target) = (new NpgsqlBatchCommand(statement.Postgres), statement.Target!.Value);
        if (statement.Mutates) batch.BatchCommands.Add(new(Fence) { Parameters = { new() { Value = target.Dataset }, new() { Value = target.Name } } });
        foreach (var name in statement.Parameters) change.Parameters.Add(Parameter(name));
        batch.BatchCommands.Add(change);
        await batch.ExecuteNonQueryAsync(cancellationToken);
        return change.RecordsAffected;
    }

    private NpgsqlCommand Command(Statement statement, string? sql = null)
    {
        var command = new NpgsqlCommand(sql ?? statement.Postgres, connection) { CommandTimeout = 0 };
        foreach (var name in statement.Parameters) command.Parameters.Add(Parameter(name));
        return command;
    }

    private NpgsqlParameter Parameter(string name) => (name == "@row_count" ? new SqlParameter("bigint", $"{_rowCount}") : parameters[name]).ToNpgsql();

    /// <returns>What was done: <c>CREATE</c>, <c>SKIP</c>…</returns>
    private async Task<string> DefineAsync(Statement statement, CancellationToken cancellationToken)
    {
        var target = statement.Target!.Value;
        if (statement.Kind == "CREATE_SCHEMA") return await UnlessAsync(statement, () => datasets.CreateAsync(statement.Resource!, cancellationToken));

        var isThere = _names!.Contains(target);
        if (statement.Resource is null)
        {
            if (!isThere) return statement.IsConditional ? "SKIP" : throw new BigQueryFault(404, "notFound", $"{BigQueryFault.NoTable(target).Message} was not found");
            var kind = statement.Kind["DROP_".Length..];
            if ((string?)(await catalog.GetTableAsync(target, cancellationToken))?["type"] is { } type && (type == ExternalTables.Type ? "EXTERNAL_TABLE" : type) != kind)
                throw new BigQueryFault(400, "invalidQuery", $"{LocalCloud.Project}:{target} is not allowed for this operation because it is currently a {type}.");
            await catalog.DeleteTableAsync(target, null, cancellationToken);
            return "DROP";
        }
        if (isThere && statement.IsConditional) return "SKIP";

        return await UnlessAsync(statement, async () =>
        {
            await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
            await CreateAsync(statement, target, isThere && statement.Replaces, cancellationToken);
            await transaction.CommitAsync(cancellationToken);
        }) is "CREATE" && isThere ? "REPLACE" : "CREATE";
    }

    /// <summary>With IF NOT EXISTS, that somebody else was quicker is no fault.</summary>
    private static async Task<string> UnlessAsync(Statement statement, Func<Task> create)
    {
        try
        {
            await create();
            return "CREATE";
        }
        catch (BigQueryFault e) when (e.Reason == "duplicate" && statement.IsConditional)
        {
            return "SKIP";
        }
    }

    private async Task CreateAsync(Statement statement, TableName target, bool replaces, CancellationToken cancellationToken)
    {
        var resource = statement.Resource!.DeepClone().AsObject();
        if (statement.Expiration is { } expression)
        {
            await using var expiration = Command(statement, $"SELECT (extract(epoch FROM bigquery.to_timestamp({expression})) * 1000)::bigint::text");
            resource["expirationTime"] = (string?)await expiration.ExecuteScalarAsync(cancellationToken);
        }
        if (statement.Postgres.Length > 0)
        {
            // The query may read the table that it replaces.
            await using var made = Command(statement, $"CREATE TEMP TABLE \"landfall made\" ON COMMIT DROP AS {statement.Postgres}");
            await made.ExecuteNonQueryAsync(cancellationToken);
            if (resource["schema"] is null) resource["schema"] = TableSchema.Write(await ColumnsAsync(statement, cancellationToken));
        }
        if (replaces) await catalog.DeleteTableAsync(target, connection, cancellationToken);
        await catalog.CreateTableAsync(resource, connection, cancellationToken);
        if (statement.Postgres.Length > 0) await connection.ExecuteAsync($"INSERT INTO {TableCatalog.Quoted(target)} SELECT * FROM {Staged}", cancellationToken);
    }

    private async Task<IEnumerable<TableField>> ColumnsAsync(Statement statement, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand($"SELECT * FROM {Staged} LIMIT 0", connection);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        return (await Answers.ReadAsync(reader, new(statement.Kind, statement.Sql), statement.Spelling, cancellationToken)).Fields;
    }
}
