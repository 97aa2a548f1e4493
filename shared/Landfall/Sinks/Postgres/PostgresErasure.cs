using Npgsql;

namespace Landfall.Sinks.Postgres;

/// <summary>Deletes the rows of a key from its table and from those that refer to it, in one transaction with the ledger's entry.</summary>
internal static class PostgresErasure
{
    public static async Task<LedgerEntry> RunAsync(NpgsqlDataSource database, Erasure erasure, LedgerEntry entry, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken).ConfigureAwait(false);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken).ConfigureAwait(false);
        // In one order, whoever else does so; a landing of any of them waits, or is waited for.
        foreach (var contract in erasure.Steps.Select(step => step.Contract.Id.Name).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal))
        {
            await using var head = new NpgsqlCommand(PostgresLedger.LockHead, connection, transaction) { Parameters = { new() { Value = contract } } };
            await head.ExecuteScalarAsync(cancellationToken).ConfigureAwait(false);
        }
        var results = new Dictionary<string, TableResult>(StringComparer.Ordinal);
        foreach (var step in erasure.Steps)
        {
            var where = erasure.Where(step, table => table.Quoted, name => name.Quoted, (column, place) => $"${place + 1}::text::{PostgresDdl.Type(column)}");
            await using var delete = new NpgsqlCommand($"DELETE FROM {step.Table.Quoted} WHERE {where}", connection, transaction);
            foreach (var value in erasure.Key) delete.Parameters.Add(new() { Value = value });
            var removed = await RunAsync(delete, erasure, cancellationToken).ConfigureAwait(false);
            var before = results.GetValueOrDefault($"{step.Table}")?.Removed ?? 0;
            results[$"{step.Table}"] = new($"{step.Table}", 0) { Removed = before + removed };
        }
        entry = entry with { Tables = [.. results.Values] };
        await PostgresLedger.InsertAsync(connection, entry, cancellationToken).ConfigureAwait(false);
        await transaction.CommitAsync(CancellationToken.None).ConfigureAwait(false);
        return entry;
    }

    private static async Task<int> RunAsync(NpgsqlCommand delete, Erasure erasure, CancellationToken cancellationToken)
    {
        try
        {
            return await delete.ExecuteNonQueryAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (PostgresException e) when (e.SqlState.StartsWith("22", StringComparison.Ordinal))
        {
            throw new RejectException($"the key can not be a value of {string.Join(", ", erasure.Table.Key.Select(column => $"{column} ({PostgresDdl.Type(column)})"))}", "write it as it stands in the table");
        }
    }
}
