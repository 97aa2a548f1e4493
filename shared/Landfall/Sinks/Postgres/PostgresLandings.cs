using Landfall.Contracts;
using Npgsql;

namespace Landfall.Sinks.Postgres;

/// <summary><c>landfall.landings</c>, as people look at it.</summary>
internal static class PostgresLandings
{
    /// <summary>As <see cref="ILedgerSink.ReadLandingsAsync"/>.</summary>
    public static async Task<IReadOnlyList<LedgerEntry>> ReadAsync(NpgsqlDataSource database, Contract contract, LandingsQuery query, CancellationToken cancellationToken)
    {
        // The outcome is a word of ours: named in the statement, it finds the index of its own.
        var only = query.Outcome is { } outcome ? $" AND outcome = '{OutcomeWords.Of(outcome)}'" : "";
        await using var command = database.CreateCommand($"""
            SELECT {PostgresLedger.Columns} FROM landfall.landings
            WHERE contract = $1{only}{(query.After is null ? "" : " AND (finished_at, landing_id) < ($3, $4)")}
            ORDER BY finished_at DESC, landing_id DESC LIMIT $2
            """);
        command.Parameters.Add(new() { Value = contract.Id.Name });
        command.Parameters.Add(new() { Value = query.Limit });
        if (query.After is var (finishedAt, landingId))
        {
            command.Parameters.Add(new() { Value = finishedAt.UtcDateTime });
            command.Parameters.Add(new() { Value = landingId });
        }
        return await EntriesAsync(command, contract, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>As <see cref="ILedgerSink.FindLandingAsync"/>.</summary>
    public static async Task<LedgerEntry?> FindAsync(NpgsqlDataSource database, Contract contract, long landingId, CancellationToken cancellationToken)
    {
        await using var command = database.CreateCommand($"SELECT {PostgresLedger.Columns} FROM landfall.landings WHERE landing_id = $1 AND contract = $2");
        command.Parameters.Add(new() { Value = landingId });
        command.Parameters.Add(new() { Value = contract.Id.Name });
        return (await EntriesAsync(command, contract, cancellationToken).ConfigureAwait(false)).SingleOrDefault();
    }

    /// <summary>As <see cref="ILedgerSink.ReadDaysAsync"/>.</summary>
    public static async Task<IReadOnlyList<LandedDay>> ReadDaysAsync(NpgsqlDataSource database, Contract contract, DateTimeOffset since, CancellationToken cancellationToken)
    {
        await using var command = database.CreateCommand("""
            SELECT (finished_at AT TIME ZONE $3)::date AS day, source_date, count(*) FILTER (WHERE outcome = 'landed'), count(*) FILTER (WHERE outcome = 'refused'),
              coalesce(sum(rows_landed) FILTER (WHERE outcome = 'landed'), 0)::bigint, sum(rows_rejected)::bigint, min(finished_at) FILTER (WHERE outcome = 'landed')
            FROM landfall.landings WHERE contract = $1 AND finished_at >= $2
            GROUP BY day, source_date
            """);
        command.Parameters.Add(new() { Value = contract.Id.Name });
        command.Parameters.Add(new() { Value = since.UtcDateTime });
        command.Parameters.Add(new() { Value = contract.TimeZone.Id });
        var days = new List<LandedDay>();
        await using var reader = await command.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
        while (await reader.ReadAsync(cancellationToken).ConfigureAwait(false))
        {
            days.Add(new(
                reader.GetFieldValue<DateOnly>(0), reader.IsDBNull(1) ? null : reader.GetFieldValue<DateOnly>(1), reader.GetInt64(2), reader.GetInt64(3), reader.GetInt64(4), reader.GetInt64(5),
                reader.IsDBNull(6) ? null : reader.GetFieldValue<DateTimeOffset>(6)));
        }
        return days;
    }

    private static async Task<List<LedgerEntry>> EntriesAsync(NpgsqlCommand command, Contract contract, CancellationToken cancellationToken)
    {
        var entries = new List<LedgerEntry>();
        await using var reader = await command.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
        while (await reader.ReadAsync(cancellationToken).ConfigureAwait(false)) entries.Add(PostgresLedger.Entry(reader, contract));
        return entries;
    }
}
