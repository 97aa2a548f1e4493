using System.Globalization;
using Landfall.Cloud;
using Landfall.Contracts;

namespace Landfall.Sinks.BigQuery;

/// <summary>
/// Looks at the quality rules of a contract before the commit: metrics on the rows that come, queries on the tables as they will stand. Only the contract's own
/// tables are seen as they will be, by <c>${table}</c> or <c>${name}</c>; a query can change nothing, for it stands within a SELECT.
/// </summary>
/// <param name="findings">Gets the rules of severity warning that do not hold.</param>
internal sealed class BigQueryQuality(BigQueryClient client, Contract contract, StagedSql staged, List<Finding> findings)
{
    /// <exception cref="RejectException">A rule of severity error does not hold.</exception>
    /// <exception cref="RetryException">A rule of severity error can not be run.</exception>
    public async Task CheckAsync(CancellationToken cancellationToken)
    {
        var errors = new List<string>();
        foreach (var (table, rule) in contract.Tables.SelectMany(t => t.Quality.Select(q => (t, q))))
        {
            var (number, trouble, canRun) = await AskAsync(table, rule, cancellationToken).ConfigureAwait(false);
            if (number is { } found && rule.Holds(found)) continue;
            var message = number is { } known ? $"is {known.ToString("0.####", CultureInfo.InvariantCulture)}; expected {rule.Expected}" : trouble!;
            if (!rule.IsError) findings.Add(new(table.ToString(), rule.Name, message));
            else if (!canRun) throw new RetryException($"the quality rule '{rule.Name}' of {table} {message}", "mend the rule in the contract");
            else errors.Add($"{rule.Name} of {table} {message}");
        }
        if (errors.Count > 0) throw new RejectException($"the quality of the data is not what the contract asks for: {string.Join("; ", errors)}", "mend the file and drop it again", rule: "quality");
    }

    private async Task<(decimal? Number, string? Trouble, bool CanRun)> AskAsync(Table table, QualityRule rule, CancellationToken cancellationToken)
    {
        var query = new QueryRequest(rule.Query is null ? Metric(table, rule) : Query(table, rule))
        {
            Parameters = [.. staged.Parameters, QueryParameter.Array("values", "STRING", rule.Values)],
            Labels = BigQueryNames.Labels(contract),
        };
        try
        {
            string? answer = null;
            await foreach (var row in client.QueryAsync(LedgerTable.Job(contract, "quality"), query, cancellationToken).ConfigureAwait(false)) answer ??= row[0];
            if (answer is "true" or "false") return (answer == "true" ? 1 : 0, null, true);
            return decimal.TryParse(answer, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) ? (number, null, true) : (null, $"gives no number; expected {rule.Expected}", true);
        }
        catch (BigQueryException e) when (e.Reason is "invalidQuery" or "invalid" or "notFound")
        {
            // Whether the rule is at fault or these rows, BigQuery's reason does not say.
            return (null, $"can not be run ({e.Reason})", false);
        }
    }

    private string Query(Table table, QualityRule rule)
    {
        static string Name(Table t) => $"landfall_{t.Schema}_{t.Name}";
        var query = rule.QueryOn(contract.Tables, table, Name, BigQueryNames.Quoted);
        var tables = contract.Tables.Where(t => query.Contains(Name(t), StringComparison.Ordinal)).Select(t => $"{Name(t)} AS {staged.Becomes(t)}").ToList();
        return $"{(tables.Count == 0 ? "" : $"WITH {string.Join(", ", tables)} ")}SELECT * FROM ({query}) q";
    }

    private string Metric(Table table, QualityRule rule)
    {
        var columns = rule.Columns.Select(c => $"r.{staged.Name(c)}").ToList();
        var text = columns.Count == 0 ? "" : rule.Columns[0].Type == ColumnType.Json ? $"TO_JSON_STRING({columns[0]})" : $"CAST({columns[0]} AS STRING)";
        var rows = staged.Rows(table);
        var (count, from) = rule.Metric switch
        {
            QualityMetric.RowCount => ("COUNT(*)", rows),
            QualityMetric.NullValues => ($"COUNTIF({columns[0]} IS NULL)", rows),
            QualityMetric.MissingValues => ($"COUNTIF({columns[0]} IS NULL OR {text} IN UNNEST(@values))", rows),
            QualityMetric.InvalidValues => ($"COUNTIF({columns[0]} IS NOT NULL AND NOT ({text} IN UNNEST(@values)))", rows),
            _ => ("COUNTIF(r.again > 1)", $"(SELECT CASE WHEN {string.Join(" AND ", columns.Select(c => $"{c} IS NOT NULL"))} THEN ROW_NUMBER() OVER (PARTITION BY {string.Join(", ", columns)}) END AS again FROM {rows} r)"),
        };
        return $"SELECT {(rule.IsPercent ? $"CASE WHEN COUNT(*) = 0 THEN 0 ELSE 100 * {count} / COUNT(*) END" : count)} AS n FROM {from} r";
    }
}
