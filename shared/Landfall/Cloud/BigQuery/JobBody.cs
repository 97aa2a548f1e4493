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
            json.WriteStartObject("destinationTable");
            json.WriteString("projectId", project);
            json.WriteString("datasetId", into.Dataset);
            json.WriteString("tableId", into.Name);
            json.WriteEndObject();
            json.WriteString("sourceFormat", "AVRO");
            json.WriteBoolean("useAvroLogicalTypes", true);
            json.WriteStartArray("decimalTargetTypes");
            json.WriteStringValue("NUMERIC");
            json.WriteStringValue("BIGNUMERIC");
            json.WriteEndArray();
            json.WriteString("createDisposition", "CREATE_NEVER");
            json.WriteString("writeDisposition", "WRITE_APPEND");
            json.WriteNumber("maxBadRecords", 0);
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
            if (labels.Count > 0)
            {
                json.WriteStartObject("labels");
                foreach (var (key, value) in labels) json.WriteString(key, value);
                json.WriteEndObject();
            }
            json.WriteEndObject();
            json.WriteEndObject();
        }
        return body.WrittenMemory;
    }
}
