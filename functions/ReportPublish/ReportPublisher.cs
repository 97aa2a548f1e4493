using System.IO.Compression;
using Landfall.Cloud;
using Landfall.Hosting;
using Landfall.Reports;
using Landfall.Sinks.BigQuery;
using Landfall.Sinks.Postgres;
using Npgsql;

namespace Landfall.Functions;

/// <summary>Asks reports of Postgres, and puts their answers into BigQuery: each a table, replaced as a whole by one load job.</summary>
public sealed class ReportPublisher(NpgsqlDataSource database, BigQueryClient client, Settings settings)
{
    /// <summary>The label of a published table, and of its load jobs.</summary>
    private const string Label = "landfall_report";

    /// <summary>In gzip. A report is a summary, and held in memory until BigQuery has all of it.</summary>
    private const int MaxBytes = 32 << 20;

    /// <param name="report">Which.</param>
    /// <param name="parameters">As they were said; what is not said is asked by default.</param>
    /// <param name="key">The same for what is to be done once: the load job's id is made of it.</param>
    /// <exception cref="BadParameterException">A parameter is none of the report's, or its value is none.</exception>
    /// <exception cref="LandingException">It is not published: the table is what it was, unless BigQuery's answer to the load job was lost.</exception>
    public async Task<Publication> PublishAsync(Report report, IEnumerable<KeyValuePair<string, string>> parameters, string key, CancellationToken cancellationToken)
    {
        var asked = Asked.Of(report, parameters);
        var table = Resource(asked);
        var jobId = $"landfall_report_{report.Name}_{string.Concat(key.Select(c => char.IsAsciiLetterOrDigit(c) || c is '_' or '-' ? c : '-'))}";
        try
        {
            var job = await client.FindLoadAsync(jobId, cancellationToken) ?? await LoadAsync(asked, table, jobId, cancellationToken);
            await DescribeAsync(table, cancellationToken);
            return new(report, asked.Values, $"{client.Project}.{table.Name}", job);
        }
        catch (PostgresException e) when (e.SqlState == PostgresErrorCodes.QueryCanceled)
        {
            throw new RetryException($"Postgres had no answer to {report} within {settings.Timeout.TotalSeconds} s, or another publication of it took so long", "make the query faster, or LANDFALL_TIMEOUT longer");
        }
        catch (PostgresException e)
        {
            throw new RetryException($"Postgres refuses the query of {report} (SQLSTATE {e.SqlState})", "ask it of Postgres by hand: the file is the query");
        }
        catch (Exception e) when ((PostgresFaults.Classify(e) ?? BigQueryFaults.Classify(e)) is { } verdict)
        {
            // Without the original, whose text may quote rows.
            throw new RetryException(verdict.Message, verdict.Hint);
        }
    }

    private async Task<LoadedJob> LoadAsync(Asked asked, TableResource table, string jobId, CancellationToken cancellationToken)
    {
        // Until the job is done nobody else publishes this report: what is asked first must not come last.
        await using var rows = await ReportRows.OpenAsync(database, asked, settings.Timeout, alone: true, cancellationToken);
        using var content = new MemoryStream();
        await using (var gzip = new GZipStream(content, CompressionLevel.Fastest, leaveOpen: true))
            await rows.WriteAsync(new NdjsonRowWriter(gzip, asked.Report.Columns, () => Bound(content, asked.Report)), cancellationToken);
        // The same order may have been carried out while this one waited.
        if (await client.FindLoadAsync(jobId, cancellationToken) is { } done) return done;
        var isNew = await client.GetTableAsync(table.Name, cancellationToken) is null;
        if (isNew) await client.CreateDatasetAsync(new(table.Name.Dataset) { Description = "Answers of reports, as they were when they were published." }, cancellationToken);
        return await client.ReplaceTableAsync(jobId, table, isNew, content.GetBuffer().AsMemory(0, (int)content.Length), cancellationToken);
    }

    /// <summary>What a load job leaves as it is of a table that stands.</summary>
    private async Task DescribeAsync(TableResource table, CancellationToken cancellationToken)
    {
        while (await client.GetTableAsync(table.Name, cancellationToken) is { } standing
            && !(standing.Description == table.Description && standing.Labels.GetValueOrDefault(Label) == table.Labels[Label])
            && !await client.PatchTableAsync(table with { Fields = [], ETag = standing.ETag }, cancellationToken))
        {
        }
    }

    private TableResource Resource(Asked asked)
    {
        var report = asked.Report;
        return new(new((report.Dataset ?? settings.ReportsDataset).Name, report.Name.Name))
        {
            Fields = [.. report.Columns.Select(column => BigQueryTypes.Field(column.Column))],
            Description = asked.Values.Count == 0 ? report.Description : $"{report.Description} ({string.Join(", ", asked.Values.Select(value => $"{value.Key} = {value.Value}"))})",
            Labels = new Dictionary<string, string> { [Label] = report.Name.Name },
        };
    }

    private static void Bound(MemoryStream content, Report report)
    {
        if (content.Length > MaxBytes)
            throw new RejectException($"{report} has an answer of more than {MaxBytes >> 20} MiB in gzip", "a report is a summary: let it group or filter more", rule: "size");
    }
}
