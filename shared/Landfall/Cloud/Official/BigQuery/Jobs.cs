using Google.Apis.Bigquery.v2.Data;

namespace Landfall.Cloud;

/// <summary>Jobs as Google's client sends them (https://cloud.google.com/bigquery/docs/reference/rest/v2/Job).</summary>
internal static class Jobs
{
    public static BigQueryReplies.Job Read(Job job) => new(
        new(job.JobReference?.JobId),
        new(job.Status?.State, job.Status?.ErrorResult is { } error ? new(error.Reason, error.Message) : null),
        new(new(job.Statistics?.Load?.OutputRows), new(job.Statistics?.Query?.NumDmlAffectedRows)));

    /// <summary>Appends Avro to a table that stands. That the table is not made here means that its schema is the table's, whatever the file says.</summary>
    public static Job Load(string project, string location, string id, TableName into, IReadOnlyDictionary<string, string> labels) =>
        Of(project, location, id, labels, new()
        {
            Load = new()
            {
                DestinationTable = Tables.Reference(into, project),
                SourceFormat = "AVRO",
                UseAvroLogicalTypes = true,
                // Without it, Avro's decimals are NUMERIC or an error.
                DecimalTargetTypes = ["NUMERIC", "BIGNUMERIC"],
                CreateDisposition = "CREATE_NEVER",
                WriteDisposition = "WRITE_APPEND",
                MaxBadRecords = 0,
            },
        });

    /// <summary>
    /// Puts NDJSON in the place of all that a table has, its columns included: one atomic update when the job is done. A table that is not there is made, with description and
    /// labels; of one that stands these must be left out, or the job fails (https://cloud.google.com/bigquery/docs/reference/rest/v2/Job#DestinationTableProperties).
    /// </summary>
    public static Job Replace(string project, string location, string id, TableResource table, bool isNew) =>
        Of(project, location, id, table.Labels, new()
        {
            Load = new()
            {
                DestinationTable = Tables.Reference(table.Name, project),
                SourceFormat = "NEWLINE_DELIMITED_JSON",
                Schema = Tables.Schema(table),
                CreateDisposition = "CREATE_IF_NEEDED",
                WriteDisposition = "WRITE_TRUNCATE",
                MaxBadRecords = 0,
                DestinationTableProperties = isNew ? new() { Description = table.Description, Labels = Tables.Labels(table.Labels) } : null,
            },
        });

    public static Job Query(string project, string location, string id, QueryRequest query) =>
        Of(project, location, id, query.Labels, new()
        {
            Query = new()
            {
                Query = query.Sql,
                UseLegacySql = false,
                ParameterMode = query.Parameters.Count > 0 ? "NAMED" : null,
                QueryParameters = query.Parameters.Count > 0 ? [.. query.Parameters.Select(Parameters.Of)] : null,
            },
        });

    private static Job Of(string project, string location, string id, IReadOnlyDictionary<string, string> labels, JobConfiguration configuration)
    {
        configuration.Labels = Tables.Labels(labels);
        return new() { JobReference = new() { ProjectId = project, JobId = id, Location = location }, Configuration = configuration };
    }
}
