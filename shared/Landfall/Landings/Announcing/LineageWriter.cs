using System.Buffers;
using System.Text.Json;
using Landfall.Contracts;
using Landfall.Hosting;
using Landfall.Sinks;
using Landfall.Sinks.Postgres;

namespace Landfall.Landings.Announcing;

/// <summary>
/// A landing as OpenLineage tells it (https://openlineage.io/spec/2-0-2/OpenLineage.json): a run of the job that is the contract, from an object to tables. The run's id is the attempt's.
/// Datasets are named as https://openlineage.io/docs/spec/naming asks for.
/// </summary>
internal sealed class LineageWriter
{
    private const string Producer = "urn:landfall";
    private const string RunEvent = "https://openlineage.io/spec/2-0-2/OpenLineage.json#/$defs/RunEvent";
    private const string Facets = "https://openlineage.io/spec/facets";

    private readonly Settings _settings;
    private readonly string? _postgres;
    private readonly string? _database;

    public LineageWriter(Settings settings)
    {
        _settings = settings;
        if (settings.Postgres is null) return;
        var connection = PostgresUri.Parse(settings.Postgres);
        // A directory is a Unix socket's: of this machine.
        var host = connection.Host is { } name && !name.StartsWith('/') ? name : "localhost";
        (_postgres, _database) = ($"postgres://{host}:{connection.Port}", connection.Database);
    }

    /// <summary>The run's events, oldest first: it began, and it ended as the ledger says.</summary>
    public IEnumerable<byte[]> Write(LedgerEntry entry)
    {
        yield return Write(entry, "START", entry.StartedAt);
        yield return Write(entry, entry.Outcome switch
        {
            Outcome.Landed or Outcome.Uplifted or Outcome.Undone or Outcome.Erased => "COMPLETE",
            Outcome.Superseded => "ABORT",
            _ => "FAIL",
        }, entry.FinishedAt);
    }

    private byte[] Write(LedgerEntry entry, string type, DateTimeOffset time)
    {
        var (contract, ended) = (entry.Source.Contract, type != "START");
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            json.WriteString("eventType", type);
            json.WriteString("eventTime", time);
            json.WriteString("producer", Producer);
            json.WriteString("schemaURL", RunEvent);

            json.WriteStartObject("run");
            json.WriteString("runId", entry.Attempt);
            if (ended && entry.Reason is { } reason)
            {
                json.WriteStartObject("facets");
                Facet(json, "errorMessage", "1-0-1/ErrorMessageRunFacet.json#/$defs/ErrorMessageRunFacet", () =>
                {
                    json.WriteString("message", reason);
                    json.WriteString("programmingLanguage", "C#");
                });
                json.WriteEndObject();
            }
            json.WriteEndObject();

            json.WriteStartObject("job");
            json.WriteString("namespace", "landfall");
            json.WriteString("name", contract.Id.Name);
            json.WriteStartObject("facets");
            Facet(json, "ownership", "1-0-1/OwnershipJobFacet.json#/$defs/OwnershipJobFacet", () =>
            {
                json.WriteStartArray("owners");
                json.WriteStartObject();
                json.WriteString("name", $"team:{contract.Team}");
                json.WriteEndObject();
                json.WriteEndArray();
            });
            json.WriteEndObject();
            json.WriteEndObject();

            json.WriteStartArray("inputs");
            json.WriteStartObject();
            json.WriteString("namespace", $"gs://{entry.Source.Version.Bucket}");
            json.WriteString("name", entry.Source.Version.Name);
            json.WriteEndObject();
            json.WriteEndArray();

            json.WriteStartArray("outputs");
            if (!ended || type == "COMPLETE")
            {
                foreach (var table in contract.Tables) Output(json, contract, table, ended ? entry : null);
            }
            json.WriteEndArray();
            json.WriteEndObject();
        }
        return buffer.WrittenSpan.ToArray();
    }

    private void Output(Utf8JsonWriter json, Contract contract, Table table, LedgerEntry? ended)
    {
        var (space, root) = contract.Sink == SinkKind.Postgres ? (_postgres, _database) : ("bigquery", _settings.Project);
        json.WriteStartObject();
        json.WriteString("namespace", space);
        json.WriteString("name", $"{root}.{table}");
        json.WriteStartObject("facets");
        Facet(json, "schema", "1-1-1/SchemaDatasetFacet.json#/$defs/SchemaDatasetFacet", () =>
        {
            json.WriteStartArray("fields");
            foreach (var column in table.Columns)
            {
                json.WriteStartObject();
                json.WriteString("name", column.Name.Name);
                json.WriteString("type", $"{column.Type}".ToLowerInvariant());
                json.WriteEndObject();
            }
            json.WriteEndArray();
        });
        json.WriteEndObject();
        if (ended?.Tables.FirstOrDefault(result => result.Table == $"{table}") is { } result)
        {
            json.WriteStartObject("outputFacets");
            Facet(json, "outputStatistics", "1-0-2/OutputStatisticsOutputDatasetFacet.json#/$defs/OutputStatisticsOutputDatasetFacet", () => json.WriteNumber("rowCount", result.Rows));
            json.WriteEndObject();
        }
        json.WriteEndObject();
    }

    private static void Facet(Utf8JsonWriter json, string name, string schema, Action members)
    {
        json.WriteStartObject(name);
        json.WriteString("_producer", Producer);
        json.WriteString("_schemaURL", $"{Facets}/{schema}");
        members();
        json.WriteEndObject();
    }
}
