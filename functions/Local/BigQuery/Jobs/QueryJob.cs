using System.Text.Json.Nodes;
using Landfall.Local.BigQuery.Sql;

namespace Landfall.Local.BigQuery.Jobs;

/// <summary>A query, or a script: what the engine makes of it, told as BigQuery's statistics and kept as answers.</summary>
internal sealed class QueryJob(SqlEngine engine, JobStore store, TableWriter writer, TimeProvider clock)
{
    /// <summary>Rows of an answer that has no table of its own.</summary>
    private const int MostRows = 100_000;

    /// <returns>The job whose rows are the answer; null for none.</returns>
    public async Task<string?> RunAsync(JsonObject job, JsonObject configuration, CancellationToken cancellationToken)
    {
        var sql = Sql(configuration);
        var outcomes = await engine.RunAsync(sql, configuration["queryParameters"] as JsonArray, (string?)configuration["defaultDataset"]?["datasetId"], cancellationToken);
        if (outcomes.Count == 1)
        {
            job["statistics"]!["query"] = Statistics(outcomes[0]);
            if (configuration["destinationTable"] is not null && outcomes[0].Fields.Count > 0) await WriteAsync(configuration, outcomes[0], cancellationToken);
            return await KeepAsync(JobResources.Id(job), outcomes[0], cancellationToken);
        }
        if (configuration["destinationTable"] is not null) throw new BigQueryFault(400, "invalidQuery", "configuration.query.destinationTable cannot be set for scripts");
        job["statistics"]!["query"] = Statistics(new SqlOutcome("SCRIPT", sql));
        job["statistics"]!["numChildJobs"] = $"{outcomes.Count}";
        string? last = null;
        for (var i = 0; i < outcomes.Count; i++) last = await KeepStatementAsync(job, i, outcomes[i], cancellationToken) ?? last;
        return last;
    }

    /// <summary>A dry run: that the query can be understood.</summary>
    public static void Explain(JsonObject job, JsonObject configuration)
    {
        var sql = Sql(configuration);
        var statements = Translator.Translate(sql, (string?)configuration["defaultDataset"]?["datasetId"], QueryParameters.Read(configuration["queryParameters"] as JsonArray));
        job["statistics"]!["totalBytesProcessed"] = "0";
        job["statistics"]!["query"] = Statistics(new SqlOutcome(statements is [var one] ? one.Kind : "SCRIPT", sql));
    }

    private static string Sql(JsonObject configuration)
    {
        var sql = (string?)configuration["query"] ?? throw new BigQueryFault(400, "required", "Required parameter is missing: query");
        return (bool?)configuration["useLegacySql"] is false || sql.TrimStart().StartsWith("#standardSQL", StringComparison.OrdinalIgnoreCase) ? sql
            : throw BigQueryFault.NotSupported("Legacy SQL (set useLegacySql to false: bq query --use_legacy_sql=false, or --nouse_legacy_sql)");
    }

    /// <summary>A statement of a script is a job of its own.</summary>
    private async Task<string?> KeepStatementAsync(JsonObject script, int number, SqlOutcome outcome, CancellationToken cancellationToken)
    {
        var child = JobResources.New((string)script["jobReference"]!["projectId"]!, new JsonObject
        {
            ["jobReference"] = new JsonObject { ["jobId"] = $"script_job_{JobResources.Id(script)}_{number}", ["location"] = script["jobReference"]!["location"]!.DeepClone() },
            ["configuration"] = new JsonObject { ["query"] = new JsonObject { ["query"] = outcome.Sql, ["useLegacySql"] = false } },
        }, clock.GetUtcNow());
        child["statistics"]!["parentJobId"] = JobResources.Id(script);
        child["statistics"]!["scriptStatistics"] = new JsonObject { ["evaluationKind"] = "STATEMENT" };
        child["statistics"]!["query"] = Statistics(outcome);
        JobResources.Finish(child, clock.GetUtcNow());
        await store.BeginAsync(child, cancellationToken);
        var rowsOf = await KeepAsync(JobResources.Id(child), outcome, cancellationToken);
        await store.SaveAsync(child, rowsOf, cancellationToken);
        return rowsOf;
    }

    private async Task<string?> KeepAsync(string id, SqlOutcome outcome, CancellationToken cancellationToken)
    {
        if (outcome.Fields.Count == 0) return null;
        if (outcome.Rows.Count > MostRows)
            throw new BigQueryFault(403, "responseTooLarge", $"Response too large to return: more than {MostRows} rows in the local BigQuery. Consider specifying a destination table in your job configuration");
        await store.KeepAsync(id, outcome.Fields, outcome.Rows, cancellationToken);
        return id;
    }

    private async Task WriteAsync(JsonObject configuration, SqlOutcome outcome, CancellationToken cancellationToken) => await writer.WriteAsync(
        WriteTarget.Of(configuration, "WRITE_EMPTY"), outcome.Fields, configuration,
        async (copy, columns, token) =>
        {
            for (var i = 0; i < outcome.Rows.Count; i++)
            {
                copy.Begin(i + 1);
                for (var cell = 0; cell < columns.Count; cell++)
                {
                    if (outcome.Rows[i][cell] is not { } text) copy.Null();
                    else if (CellText.Write(columns[cell], text, copy) is { } fault) throw BigQueryFault.Invalid(fault);
                }
                copy.End();
                if (copy.Full) await copy.FlushAsync(token);
            }
        },
        cancellationToken);

    private static JsonObject Statistics(SqlOutcome outcome)
    {
        var statistics = new JsonObject
        {
            ["statementType"] = outcome.Statement,
            ["totalBytesProcessed"] = "0",
            ["totalBytesBilled"] = "0",
            ["cacheHit"] = false,
        };
        if (outcome.Affected is { } affected)
        {
            statistics["numDmlAffectedRows"] = $"{affected}";
            if (outcome.Statement switch { "INSERT" => "insertedRowCount", "DELETE" => "deletedRowCount", "UPDATE" => "updatedRowCount", _ => null } is { } count)
                statistics["dmlStats"] = new JsonObject { [count] = $"{affected}" };
        }
        if (outcome.Operation is { } operation) statistics["ddlOperationPerformed"] = operation;
        if (outcome.Target is { } target)
            statistics["ddlTargetTable"] = new JsonObject { ["projectId"] = LocalCloud.Project, ["datasetId"] = target.Dataset, ["tableId"] = target.Name };
        if (outcome.Fields.Count > 0) statistics["schema"] = TableSchema.Write(outcome.Fields);
        return statistics;
    }
}
