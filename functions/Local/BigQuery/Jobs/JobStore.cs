using System.Text.Json.Nodes;
using Landfall.Cloud;
using Npgsql;
using NpgsqlTypes;

namespace Landfall.Local.BigQuery.Jobs;

/// <summary>Jobs and the rows of their answers, for a day.</summary>
internal sealed class JobStore(NpgsqlDataSource database, TimeProvider clock)
{
    /// <summary>How long BigQuery keeps a query's anonymous result.</summary>
    private static readonly TimeSpan Kept = TimeSpan.FromDays(1);

    /// <summary>Makes the tables where they are missing, forgets what is old, and gives up what a killed process was at.</summary>
    public async Task MigrateAsync(CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        await connection.ExecuteAsync(JobSchema.Sql, cancellationToken);
        await connection.ExecuteAsync("DELETE FROM bigquery.jobs WHERE created < $1", cancellationToken, clock.GetUtcNow() - Kept);
        foreach (var row in await connection.RowsAsync("SELECT id, job::text FROM bigquery.jobs WHERE job #>> '{status,state}' <> 'DONE'", cancellationToken))
        {
            var job = JsonNode.Parse(row[1]!)!.AsObject();
            JobResources.Fail(job, new BigQueryFault(500, "jobInternalError", "The job was given up when the local BigQuery ended"), clock.GetUtcNow());
            await SaveAsync(job, null, cancellationToken);
        }
    }

    /// <summary>Takes the job's id for it.</summary>
    /// <exception cref="BigQueryFault">409 <c>duplicate</c>: whatever became of the job before, its id is not used again.</exception>
    public async Task BeginAsync(JsonObject job, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        if (await connection.ExecuteAsync(
            "INSERT INTO bigquery.jobs (id, created, parent, job) VALUES ($1, $2, $3, $4::jsonb) ON CONFLICT DO NOTHING", cancellationToken,
            JobResources.Id(job), clock.GetUtcNow(), (string?)job["statistics"]?["parentJobId"], job.ToJsonString()) == 0)
        {
            throw BigQueryFault.Exists($"Job {JobResources.FullId(job)}");
        }
    }

    public async Task<JsonObject?> FindAsync(string id, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        return await connection.TextAsync("SELECT job::text FROM bigquery.jobs WHERE id = $1", cancellationToken, id) is { } text ? JsonNode.Parse(text)!.AsObject() : null;
    }

    /// <summary>The newest first.</summary>
    /// <param name="parent">The script whose statements are meant; null for jobs of their own.</param>
    public async Task<IReadOnlyList<JsonObject>> ListAsync(string? parent, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        var rows = await connection.RowsAsync("SELECT job::text FROM bigquery.jobs WHERE parent IS NOT DISTINCT FROM $1::text ORDER BY number DESC LIMIT 10000", cancellationToken, parent);
        return [.. rows.Select(row => JsonNode.Parse(row[0]!)!.AsObject())];
    }

    /// <param name="rowsOf">The job whose rows are this one's answer: itself, or the last SELECT of its statements; null for none.</param>
    public async Task SaveAsync(JsonObject job, string? rowsOf, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        await connection.ExecuteAsync("UPDATE bigquery.jobs SET job = $2::jsonb, rows_of = $3::text WHERE id = $1", cancellationToken, JobResources.Id(job), job.ToJsonString(), rowsOf);
    }

    /// <returns>False when it was not there.</returns>
    public async Task<bool> DeleteAsync(string id, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        return await connection.ExecuteAsync("DELETE FROM bigquery.jobs WHERE id = $1", cancellationToken, id) > 0;
    }

    /// <summary>Keeps the rows of a SELECT.</summary>
    public async Task KeepAsync(string id, IReadOnlyList<TableField> fields, IReadOnlyList<IReadOnlyList<string?>> rows, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        await using (var copy = await connection.BeginBinaryImportAsync("COPY bigquery.job_rows FROM STDIN (FORMAT BINARY)", cancellationToken))
        {
            for (var i = 0; i < rows.Count; i++)
            {
                await copy.StartRowAsync(cancellationToken);
                await copy.WriteAsync(id, NpgsqlDbType.Text, cancellationToken);
                await copy.WriteAsync((long)i, NpgsqlDbType.Bigint, cancellationToken);
                await copy.WriteAsync(rows[i].ToArray(), NpgsqlDbType.Array | NpgsqlDbType.Text, cancellationToken);
            }
            await copy.CompleteAsync(cancellationToken);
        }
        await connection.ExecuteAsync(
            "UPDATE bigquery.jobs SET fields = $2::jsonb, total = $3 WHERE id = $1", cancellationToken, id, TableSchema.Write(fields).ToJsonString(), (long)rows.Count);
    }

    /// <summary>A page of a job's answer.</summary>
    /// <returns>Null when it has none: no SELECT.</returns>
    public async Task<(IReadOnlyList<TableField> Fields, long Total, IReadOnlyList<IReadOnlyList<string?>> Rows)?> ReadAsync(string id, long start, long most, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        var head = await connection.RowsAsync(
            "SELECT answer.id, answer.fields::text, answer.total::text FROM bigquery.jobs job JOIN bigquery.jobs answer ON answer.id = job.rows_of WHERE job.id = $1", cancellationToken, id);
        if (head is not [[{ } of, { } fields, { } total]]) return null;
        await using var command = new NpgsqlCommand("SELECT cells FROM bigquery.job_rows WHERE job = $1 AND number >= $2 ORDER BY number LIMIT $3", connection);
        foreach (var value in (object[])[of, start, most]) command.Parameters.Add(new NpgsqlParameter { Value = value });
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var rows = new List<IReadOnlyList<string?>>();
        while (await reader.ReadAsync(cancellationToken)) rows.Add(reader.GetFieldValue<string?[]>(0));
        return (TableSchema.Read(JsonNode.Parse(fields)), long.Parse(total), rows);
    }
}
