using Landfall.Contracts;
using Npgsql;

namespace Landfall.Sinks.Postgres;

/// <summary>Lets go of rows that nobody keeps longer. The ledger is kept for ever.</summary>
internal static class PostgresRetention
{
    /// <summary>How long the API promises to know its answers.</summary>
    private static readonly TimeSpan AnswersKept = TimeSpan.FromDays(1);

    /// <summary>Deletes rows of days that are past the retention: the same days of which a file is refused.</summary>
    /// <returns>How many; 0 where the table is not there yet.</returns>
    public static async Task<long> ExpireAsync(NpgsqlDataSource database, Table table, DateOnly first, int most, CancellationToken cancellationToken)
    {
        await using var standing = database.CreateCommand("SELECT to_regclass($1) IS NOT NULL");
        standing.Parameters.Add(new() { Value = table.Quoted });
        if (await standing.ExecuteScalarAsync(cancellationToken).ConfigureAwait(false) is not true) return 0;
        await using var command = database.CreateCommand($"DELETE FROM {table.Quoted} WHERE ctid = ANY (ARRAY(SELECT ctid FROM {table.Quoted} WHERE {table.Partition!.Name.Quoted} < $1 LIMIT $2))");
        command.Parameters.Add(new() { Value = first });
        command.Parameters.Add(new() { Value = most });
        return await command.ExecuteNonQueryAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Deletes rejected rows of a contract, in <c>landfall.rejects</c>.</summary>
    public static async Task<long> ForgetRejectsAsync(NpgsqlDataSource database, Contract contract, DateTimeOffset before, int most, CancellationToken cancellationToken)
    {
        await using var command = database.CreateCommand("DELETE FROM landfall.rejects WHERE ctid = ANY (ARRAY(SELECT ctid FROM landfall.rejects WHERE rejected_at < $1 AND contract = $2 LIMIT $3))");
        command.Parameters.Add(new() { Value = before.UtcDateTime });
        command.Parameters.Add(new() { Value = contract.Id.Name });
        command.Parameters.Add(new() { Value = most });
        return await command.ExecuteNonQueryAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Deletes answers to requests whose day is over, in <c>landfall.requests</c>.</summary>
    public static async Task<long> ForgetAnswersAsync(NpgsqlDataSource database, DateTimeOffset now, int most, CancellationToken cancellationToken)
    {
        await using var command = database.CreateCommand("DELETE FROM landfall.requests WHERE ctid = ANY (ARRAY(SELECT ctid FROM landfall.requests WHERE created_at < $1 LIMIT $2 FOR UPDATE SKIP LOCKED))");
        command.Parameters.Add(new() { Value = (now - AnswersKept).UtcDateTime });
        command.Parameters.Add(new() { Value = most });
        return await command.ExecuteNonQueryAsync(cancellationToken).ConfigureAwait(false);
    }
}
