using System.Text.Json;

namespace Landfall.Cloud;

/// <summary>The shapes of BigQuery's answers (https://cloud.google.com/bigquery/docs/reference/rest), as much of them as is used.</summary>
internal static class BigQueryReplies
{
    internal sealed record Job(JobReference? JobReference, JobStatus? Status, JobStatistics? Statistics)
    {
        public bool IsDone => Status?.State == "DONE";
    }

    internal sealed record JobReference(string? JobId);

    internal sealed record JobStatus(string? State, Error? ErrorResult);

    internal sealed record JobStatistics(LoadStatistics? Load, QueryStatistics? Query);

    internal sealed record LoadStatistics(long? OutputRows);

    internal sealed record QueryStatistics(long? NumDmlAffectedRows);

    internal sealed record Error(string? Reason, string? Message);

    /// <summary>A page of a query's rows.</summary>
    internal sealed record Page(bool JobComplete, Row[]? Rows, string? PageToken);

    internal sealed record Row(Cell[]? F);

    internal sealed record Cell(JsonElement V)
    {
        /// <summary>Null for NULL; the JSON of an array or a row.</summary>
        public string? Text => V.ValueKind switch
        {
            JsonValueKind.Null or JsonValueKind.Undefined => null,
            JsonValueKind.String => V.GetString(),
            _ => V.GetRawText(),
        };
    }

    internal sealed record Inserted(RowErrors[]? InsertErrors);

    internal sealed record RowErrors(long Index, Error[]? Errors);
}
