using System.Globalization;
using Landfall.Contracts;
using Npgsql;
using NpgsqlTypes;

namespace Landfall.Sinks.Postgres;

/// <summary>What is asked of <c>landfall.landings</c> from outside of a landing.</summary>
internal static class PostgresArrivals
{
    /// <summary>Stands for the bucket in the identities of what comes over the API.</summary>
    private const string Api = Accounting.Api;

    /// <summary>As <see cref="IReconciledSink.FindEndedAsync"/>.</summary>
    public static async Task<IReadOnlySet<string>> FindEndedAsync(NpgsqlDataSource database, IReadOnlyCollection<Source> sources, CancellationToken cancellationToken)
    {
        await using var command = database.CreateCommand("SELECT identity FROM landfall.landings WHERE identity = ANY($1)");
        command.Parameters.Add(new NpgsqlParameter<string[]> { TypedValue = [.. sources.Select(source => source.Version.Identity)] });
        var ended = new HashSet<string>(StringComparer.Ordinal);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
        while (await reader.ReadAsync(cancellationToken).ConfigureAwait(false)) ended.Add(reader.GetString(0));
        return ended;
    }

    /// <summary>As <see cref="IReconciledSink.ReadArrivalsAsync"/>.</summary>
    public static async Task<IReadOnlyList<LedgerEntry>> ReadAsync(NpgsqlDataSource database, Contract contract, IReadOnlyList<ExpectedArrival> arrivals, CancellationToken cancellationToken)
    {
        await using var command = database.CreateCommand($"""
            SELECT {PostgresLedger.Columns} FROM landfall.landings WHERE landing_id IN (
              (SELECT landing_id FROM landfall.landings WHERE contract = $1 AND bucket <> '{Api}' AND outcome = 'landed' ORDER BY finished_at DESC LIMIT 1)
              UNION ALL (SELECT landing_id FROM landfall.landings WHERE contract = $1 AND bucket <> '{Api}' AND outcome = 'refused' ORDER BY finished_at DESC LIMIT 1)
              UNION ALL (SELECT l.landing_id FROM unnest($2, $3) a (day, since) CROSS JOIN LATERAL (
                SELECT landing_id FROM landfall.landings
                WHERE contract = $1 AND bucket <> '{Api}' AND outcome = 'landed' AND a.day IS NULL AND finished_at >= a.since ORDER BY finished_at LIMIT 1) l)
              UNION ALL (SELECT l.landing_id FROM unnest($2) a (day) CROSS JOIN LATERAL (
                SELECT landing_id FROM landfall.landings WHERE contract = $1 AND bucket <> '{Api}' AND outcome = 'landed' AND source_date = a.day ORDER BY finished_at LIMIT 1) l))
            """);
        command.Parameters.Add(new() { Value = contract.Id.Name });
        command.Parameters.Add(new NpgsqlParameter<DateOnly?[]> { TypedValue = [.. arrivals.Select(arrival => arrival.Date)], NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Date });
        command.Parameters.Add(new NpgsqlParameter<DateTime[]> { TypedValue = [.. arrivals.Select(arrival => arrival.From.UtcDateTime)] });
        var entries = new List<LedgerEntry>();
        await using var reader = await command.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
        while (await reader.ReadAsync(cancellationToken).ConfigureAwait(false)) entries.Add(PostgresLedger.Entry(reader, contract));
        return entries;
    }

    /// <summary>As <see cref="IReconciledSink.FindUnbalancedAsync"/>.</summary>
    public static async Task<IReadOnlyList<string>> FindUnbalancedAsync(NpgsqlDataSource database, Contract contract, DateTimeOffset since, CancellationToken cancellationToken)
    {
        var broken = Accounting.Broken(contract, (table, number) => $"(details #>> '{{tables,{table.ToString(CultureInfo.InvariantCulture)},{number}}}')::bigint");
        await using var command = database.CreateCommand($"SELECT identity FROM landfall.landings WHERE contract = $1 AND finished_at >= $2 AND {broken} LIMIT {Accounting.Most}");
        command.Parameters.Add(new() { Value = contract.Id.Name });
        command.Parameters.Add(new() { Value = since.UtcDateTime });
        var identities = new List<string>();
        await using var reader = await command.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
        while (await reader.ReadAsync(cancellationToken).ConfigureAwait(false)) identities.Add(reader.GetString(0));
        return identities;
    }
}
