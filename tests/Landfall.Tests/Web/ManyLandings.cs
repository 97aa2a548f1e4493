using Npgsql;

namespace Landfall.Tests.Web;

/// <summary>Landings in a ledger that nobody has landed: copies of its newest one, each an hour older than the one before, as of other objects.</summary>
internal static class ManyLandings
{
    public static async Task AddAsync(string connection, string contract, int many, int refusedEvery)
    {
        await using var database = NpgsqlDataSource.Create(connection);
        await using var command = database.CreateCommand("""
            INSERT INTO landfall.landings (identity, landing_id, contract, contract_version, bucket, name, generation, time_created, size, source_date, outcome, attempt, started_at, finished_at,
              rows_read, rows_landed, rows_rejected, rows_collapsed, rejects, reason, hint, details)
            SELECT 'made/' || $1 || '#' || n, abs(hashtextextended($1, n)), contract, contract_version, bucket, replace(name, '20240105', to_char(date '2026-01-01' + n, 'YYYYMMDD')), n, time_created, size,
              date '2026-01-01' + n, CASE WHEN n % $3 = 0 THEN 'refused' ELSE 'landed' END, gen_random_uuid(), started_at - n * interval '1 hour', finished_at - n * interval '1 hour',
              1000 + n, CASE WHEN n % $3 = 0 THEN 0 ELSE 1000 + n END, 0, 0, NULL, CASE WHEN n % $3 = 0 THEN 'more than 20 % of the rows break a rule' END, NULL, details
            FROM generate_series(1, $2) n, (SELECT * FROM landfall.landings WHERE contract = $1 ORDER BY finished_at DESC LIMIT 1) l
            """);
        command.Parameters.Add(new() { Value = contract });
        command.Parameters.Add(new() { Value = many });
        command.Parameters.Add(new() { Value = refusedEvery });
        await command.ExecuteNonQueryAsync();
    }
}
