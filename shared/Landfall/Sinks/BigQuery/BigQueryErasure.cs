using System.Globalization;
using System.Text;
using Landfall.Cloud;

namespace Landfall.Sinks.BigQuery;

/// <summary>Deletes the rows of a key from its table and from those that refer to it, in one transaction with the ledger's entry.</summary>
internal static class BigQueryErasure
{
    public static async Task<LedgerEntry> RunAsync(BigQueryClient client, Erasure erasure, LedgerEntry entry, CancellationToken cancellationToken)
    {
        var contract = erasure.Contract;
        List<QueryParameter> key = [.. erasure.Table.Key.Select((column, place) => QueryParameter.Scalar($"key{place}", BigQueryTypes.Of(column), erasure.Key[place]))];
        var (version, _) = await LedgerTable.ReadAsync(client, contract, [], cancellationToken).ConfigureAwait(false);
        var results = new Dictionary<string, TableResult>(StringComparer.Ordinal);
        var script = new StringBuilder("BEGIN TRANSACTION;\n").AppendLine(LedgerTable.CountUp(contract.Id, "seen"));
        foreach (var step in erasure.Steps)
        {
            var table = BigQueryNames.Quoted(BigQueryNames.Of(step.Table));
            var where = erasure.Where(step, one => BigQueryNames.Quoted(BigQueryNames.Of(one)), name => $"`{name.Name}`", (_, place) => string.Create(CultureInfo.InvariantCulture, $"@key{place}"));
            var count = 0L;
            try
            {
                await foreach (var row in client.QueryAsync(LedgerTable.Job(contract, "erase"), new($"SELECT COUNT(*) FROM {table} WHERE {where}") { Parameters = key, Labels = BigQueryNames.Labels(contract) }, cancellationToken).ConfigureAwait(false))
                    count = long.Parse(row[0]!, CultureInfo.InvariantCulture);
            }
            catch (BigQueryException e) when (e.Reason is "invalid" or "invalidQuery")
            {
                // Without its words, which may quote the key.
                throw new RejectException($"the key can not be a value of {string.Join(", ", erasure.Table.Key.Select(column => $"{column} ({BigQueryTypes.Of(column)})"))}", "write it as it stands in the table");
            }
            script.Append(CultureInfo.InvariantCulture, $"DELETE FROM {table} WHERE {where};\n");
            results[$"{step.Table}"] = new($"{step.Table}", 0) { Removed = (results.GetValueOrDefault($"{step.Table}")?.Removed ?? 0) + count };
        }
        if (erasure.Table is { Uplift: not null, Key.Count: 1 } && await client.GetTableAsync(BigQueryNames.Uplift(contract.Id), cancellationToken).ConfigureAwait(false) is not null)
            script.Append(CultureInfo.InvariantCulture, $"DELETE FROM {UpliftTable.Name(contract)} WHERE key = CAST(@key0 AS STRING);\n");
        entry = entry with { Tables = [.. results.Values] };
        script.AppendLine(LedgerTable.Insert(contract)).Append("COMMIT TRANSACTION;");
        List<QueryParameter> parameters = [.. key, QueryParameter.Scalar("seen", "INT64", LedgerTable.Text(version)), LedgerTable.Entries([entry])];
        await foreach (var _ in client.QueryAsync(LedgerTable.Job(contract, "erase"), new(script.ToString()) { Parameters = parameters, Labels = BigQueryNames.Labels(contract) }, cancellationToken).ConfigureAwait(false))
        {
            // A script that deletes answers nothing.
        }
        return entry;
    }
}
