using System.Text.Json.Nodes;
using Landfall.Local.BigQuery.Loads;
using Landfall.Local.Storage;

namespace Landfall.Local.BigQuery.Jobs;

/// <summary>A load job: files of one format into one table, all or nothing.</summary>
internal sealed class LoadJob(TableWriter writer, LoadFiles files)
{
    /// <param name="uploaded">The job's own file; null when it names objects.</param>
    public async Task RunAsync(JsonObject job, JsonObject load, StagedFile? uploaded, CancellationToken cancellationToken)
    {
        var target = WriteTarget.Of(load, "WRITE_APPEND");
        LoadFile[] all = uploaded is not null ? [new("the upload", uploaded.Length, uploaded.OpenRead)] : await files.FindAsync(load, cancellationToken);
        var bad = BadRows.Of(load);
        var (fields, read) = await LoadFormat.OfAsync(load, all, bad, async () => await writer.FieldsAsync(target.Name, cancellationToken) ?? throw NoSchema(load, target), cancellationToken);
        var written = await writer.WriteAsync(target, fields, load, (copy, columns, token) => LoadFiles.ReadAsync(all, read, columns, copy, token), cancellationToken);
        var size = all.Sum(file => file.Size);
        job["statistics"]!["load"] = new JsonObject
        {
            ["inputFiles"] = $"{all.Length}",
            ["inputFileBytes"] = $"{size}",
            ["outputRows"] = $"{written}",
            ["outputBytes"] = $"{size}",
            ["badRecords"] = $"{bad.Count}",
        };
    }

    private static BigQueryFault NoSchema(JsonObject load, WriteTarget target) => !target.Creates ? BigQueryFault.NoTable(target.Name)
        : (bool?)load["autodetect"] is true ? BigQueryFault.NotSupported("A schema that is detected (autodetect)") : BigQueryFault.Invalid("No schema specified on job or table.");
}
