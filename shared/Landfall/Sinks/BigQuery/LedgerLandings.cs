using System.Globalization;
using Landfall.Cloud;
using Landfall.Contracts;

namespace Landfall.Sinks.BigQuery;

/// <summary>A contract's ledger, as people look at it. The head row, with landing id 0 and no end, is no landing.</summary>
internal static class LedgerLandings
{
    /// <summary>As <see cref="ILedgerSink.ReadLandingsAsync"/>.</summary>
    public static async Task<IReadOnlyList<LedgerEntry>> ReadAsync(BigQueryClient client, Contract contract, LandingsQuery query, CancellationToken cancellationToken)
    {
        var parameters = new List<QueryParameter>();
        var which = "landing_id <> 0";
        if (query.Outcome is { } outcome)
        {
            which += " AND outcome = @outcome";
            parameters.Add(QueryParameter.Scalar("outcome", "STRING", OutcomeWords.Of(outcome)));
        }
        if (query.After is var (finishedAt, landingId))
        {
            which += " AND (finished_at < @finished_at OR (finished_at = @finished_at AND landing_id < @landing_id))";
            parameters.Add(QueryParameter.Scalar("finished_at", "TIMESTAMP", LedgerTable.Text(finishedAt)));
            parameters.Add(QueryParameter.Scalar("landing_id", "INT64", LedgerTable.Text(landingId)));
        }
        var sql = $"SELECT {LedgerTable.Names} FROM {Ledger(contract)} WHERE {which} ORDER BY finished_at DESC, landing_id DESC LIMIT {query.Limit.ToString(CultureInfo.InvariantCulture)}";
        var rows = await LedgerArrivals.AskAsync(client, contract, new(sql) { Parameters = parameters }, cancellationToken).ConfigureAwait(false);
        return [.. rows.Select(row => LedgerTable.Entry(row, contract))];
    }

    /// <summary>As <see cref="ILedgerSink.FindLandingAsync"/>.</summary>
    public static async Task<LedgerEntry?> FindAsync(BigQueryClient client, Contract contract, long landingId, CancellationToken cancellationToken)
    {
        try
        {
            return await LedgerTable.FindAsync(client, contract, [landingId], cancellationToken).ConfigureAwait(false) is [var found, ..] ? found : null;
        }
        catch (BigQueryException e) when (BigQueryFaults.IsMissing(e))
        {
            // Nothing has landed yet.
            return null;
        }
    }

    /// <summary>As <see cref="ILedgerSink.ReadDaysAsync"/>.</summary>
    public static async Task<IReadOnlyList<LandedDay>> ReadDaysAsync(BigQueryClient client, Contract contract, DateTimeOffset since, CancellationToken cancellationToken)
    {
        var sql = $"""
            SELECT EXTRACT(DATE FROM finished_at AT TIME ZONE @zone) AS day, source_date, COUNTIF(outcome = 'landed') AS landed, COUNTIF(outcome = 'refused') AS refused,
              SUM(IF(outcome = 'landed', rows_landed, 0)) AS landed_rows, SUM(rows_rejected) AS rejected, MIN(IF(outcome = 'landed', finished_at, NULL)) AS first
            FROM {Ledger(contract)} WHERE finished_at >= @since
            GROUP BY day, source_date
            """;
        var query = new QueryRequest(sql)
        {
            Parameters = [QueryParameter.Scalar("zone", "STRING", contract.TimeZone.Id), QueryParameter.Scalar("since", "TIMESTAMP", LedgerTable.Text(since))],
        };
        return [.. (await LedgerArrivals.AskAsync(client, contract, query, cancellationToken).ConfigureAwait(false)).Select(Day)];
    }

    private static LandedDay Day(IReadOnlyList<string?> row) => new(
        Date(row[0]!), row[1] is { } date ? Date(date) : null, Number(row[2]), Number(row[3]), Number(row[4]), Number(row[5]), row[6] is { } first ? LedgerTable.Moment(first) : null);

    private static DateOnly Date(string text) => DateOnly.ParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture);

    private static long Number(string? text) => long.Parse(text ?? "0", CultureInfo.InvariantCulture);

    private static string Ledger(Contract contract) => BigQueryNames.Quoted(BigQueryNames.Ledger(contract.Id));
}
