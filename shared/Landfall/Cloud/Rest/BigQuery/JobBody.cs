using System.Buffers;
using System.Text.Json;

namespace Landfall.Cloud;

/// <summary>The bodies of <c>jobs.insert</c> (https://cloud.google.com/bigquery/docs/reference/rest/v2/Job).</summary>
internal static class JobBody
{
    /// <summary>Appends Avro to a table that stands. That the table is not made here means that its schema is the table's, whatever the file says.</summary>
    public static ReadOnlyMemory<byte> Load(
        string project, string location, string jobId, TableName into, IReadOnlyDictionary<string, string> labels) =>
        Job(project, location, jobId, labels, json =>
        {
            json.WriteStartObject("load");
            Destination(json, project, into);
            json.WriteString("sourceFormat", "AVRO");
            json.WriteBoolean("useAvroLogicalTypes", true);
            // Without it, Avro's decimals are NUMERIC or an error.
            json.WriteStartArray("decimalTargetTypes");
            json.WriteStringValue("NUMERIC");
            json.WriteStringValue("BIGNUMERIC");
            json.WriteEndArray();
            json.WriteString("createDisposition", "CREATE_NEVER");
            json.WriteString("writeDisposition", "WRITE_APPEND");
            json.WriteNumber("maxBadRecords", 0);
            json.WriteEndObject();
        });

    /// <summary>
    /// Puts NDJSON in the place of all that a table has, its columns included: one atomic update when the job is done. A table that is not there is made, with description and
    /// labels; of one that stands these must be left out, or the job fails (https://cloud.google.com/bigquery/docs/reference/rest/v2/Job#DestinationTableProperties).
    /// </summary>
    public static ReadOnlyMemory<byte> Replace(string project, string location, string jobId, TableResource table, bool isNew) =>
        Job(project, location, jobId, table.Labels, json =>
        {
            json.WriteStartObject("load");
            Destination(json, project, table.Name);
            json.WriteString("sourceFormat", "NEWLINE_DELIMITED_JSON");
            json.WritePropertyName("schema");
            JsonSerializer.Serialize(json, TableJson.SchemaOf(table), BigQueryJson.Default.Schema);
            json.WriteString("createDisposition", "CREATE_IF_NEEDED");
            json.WriteString("writeDisposition", "WRITE_TRUNCATE");
            json.WriteNumber("maxBadRecords", 0);
            if (isNew)
            {
                json.WriteStartObject("destinationTableProperties");
                if (table.Description is not null) json.WriteString("description", table.Description);
                Labels(json, table.Labels);
                json.WriteEndObject();
            }
            json.WriteEndObject();
        });

    public static ReadOnlyMemory<byte> Query(string project, string location, string jobId, QueryRequest query) =>
        Job(project, location, jobId, query.Labels, json =>
        {
            json.WriteStartObject("query");
            json.WriteString("query", query.Sql);
            json.WriteBoolean("useLegacySql", false);
            if (query.Parameters.Count > 0)
            {
                json.WriteString("parameterMode", "NAMED");
                json.WriteStartArray("queryParameters");
                foreach (var parameter in query.Parameters) ParameterJson.Write(json, parameter);
                json.WriteEndArray();
            }
            json.WriteEndObject();
        });

    private static ReadOnlyMemory<byte> Job(
        string project, string location, string jobId, IReadOnlyDictionary<string, string> labels, Action<Utf8JsonWriter> configuration)
    {
        var body = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(body))
        {
            json.WriteStartObject();
            json.WriteStartObject("jobReference");
            json.WriteString("projectId", project);
            json.WriteString("jobId", jobId);
            json.WriteString("location", location);
            json.WriteEndObject();
            json.WriteStartObject("configuration");
            configuration(json);
            Labels(json, labels);
            json.WriteEndObject();
            json.WriteEndObject();
        }
        return body.WrittenMemory;
    }

    private static void Destination(Utf8JsonWriter json, string project, TableName table)
    {
        json.WriteStartObject("destinationTable");
        json.WriteString("projectId", project);
        json.WriteString("datasetId", table.Dataset);
        json.WriteString("tableId", table.Name);
        json.WriteEndObject();
    }

    private static void Labels(Utf8JsonWriter json, IReadOnlyDictionary<string, string> labels)
    {
        if (labels.Count == 0) return;
        json.WriteStartObject("labels");
        foreach (var (key, value) in labels) json.WriteString(key, value);
        json.WriteEndObject();
    }
}
