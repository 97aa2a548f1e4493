using System.Globalization;
using Landfall.Cloud;
using Landfall.Contracts;

namespace Landfall.Sinks.BigQuery;

/// <summary>What is asked of a contract's ledger from outside of a landing. A ledger that is not there yet is empty.</summary>
internal static class LedgerArrivals
{
    /// <summary>As <see cref="IReconciledSink.FindEndedAsync"/>, for the sources of one contract.</summary>
    public static async Task<IReadOnlyList<string>> FindEndedAsync(BigQueryClient client, Contract contract, IEnumerable<Source> sources, CancellationToken cancellationToken)
    {
        var sql = $"SELECT identity FROM {BigQueryNames.Quoted(BigQueryNames.Ledger(contract.Id))} WHERE landing_id IN UNNEST(@ids)";
        var ids = QueryParameter.Array("ids", "INT64", sources.Select(source => LedgerTable.Text(source.Version.LandingId)));
        return [.. (await AskAsync(client, contract, new(sql) { Parameters = [ids] }, cancellationToken).ConfigureAwait(false)).Select(row => row[0]!)];
    }

    /// <summary>As <see cref="IReconciledSink.ReadArrivalsAsync"/>.</summary>
    public static async Task<IReadOnlyList<LedgerEntry>> ReadAsync(BigQueryClient client, Contract contract, IReadOnlyList<ExpectedArrival> arrivals, CancellationToken cancellationToken)
    {
        var ledger = BigQueryNames.Quoted(BigQueryNames.Ledger(contract.Id));
        List<string> which = ["outcome = 'landed' ORDER BY finished_at DESC", "outcome = 'refused' ORDER BY finished_at DESC"];
        var parameters = new List<QueryParameter>();
        foreach (var arrival in arrivals)
        {
            var name = string.Create(CultureInfo.InvariantCulture, $"arrival{parameters.Count}");
            which.Add($"outcome = 'landed' AND {(arrival.Date is null ? "finished_at >=" : "source_date =")} @{name} ORDER BY finished_at");
            parameters.Add(arrival.Date is { } date ? QueryParameter.Scalar(name, "DATE", LedgerTable.Text(date)) : QueryParameter.Scalar(name, "TIMESTAMP", LedgerTable.Text(arrival.From)));
        }
        var sql = $"SELECT {LedgerTable.Names} FROM {ledger} WHERE {string.Join("\nOR ", which.Select(these => $"landing_id IN (SELECT landing_id FROM {ledger} WHERE {these} LIMIT 1)"))}";
        var rows = await AskAsync(client, contract, new(sql) { Parameters = parameters }, cancellationToken).ConfigureAwait(false);
        return [.. rows.Select(row => LedgerTable.Entry(row, contract))];
    }

    /// <summary>As <see cref="IReconciledSink.FindUnbalancedAsync"/>.</summary>
    public static async Task<IReadOnlyList<string>> FindUnbalancedAsync(BigQueryClient client, Contract contract, DateTimeOffset since, CancellationToken cancellationToken)
    {
        var broken = Accounting.Broken(contract, (table, number) => $"CAST(JSON_VALUE(details, '$.tables[{table.ToString(CultureInfo.InvariantCulture)}].{number}') AS INT64)");
        var sql = $"SELECT identity FROM {BigQueryNames.Quoted(BigQueryNames.Ledger(contract.Id))} WHERE landing_id <> 0 AND finished_at >= @since AND {broken} LIMIT {Accounting.Most}";
        var query = new QueryRequest(sql) { Parameters = [QueryParameter.Scalar("since", "TIMESTAMP", LedgerTable.Text(since))] };
        return [.. (await AskAsync(client, contract, query, cancellationToken).ConfigureAwait(false)).Select(row => row[0]!)];
    }

    /// <summary>The rows of a question to the contract's ledger; none where that is not there.</summary>
    public static async Task<List<IReadOnlyList<string?>>> AskAsync(BigQueryClient client, Contract contract, QueryRequest query, CancellationToken cancellationToken)
    {
        var rows = new List<IReadOnlyList<string?>>();
        try
        {
            await foreach (var row in client.QueryAsync(LedgerTable.Job(contract, "look"), query with { Labels = BigQueryNames.Labels(contract) }, cancellationToken).ConfigureAwait(false)) rows.Add(row);
        }
        catch (BigQueryException e) when (BigQueryFaults.IsMissing(e))
        {
            // Nothing has landed yet.
        }
        return rows;
    }
}
