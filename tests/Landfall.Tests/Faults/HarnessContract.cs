using Landfall.Contracts;

namespace Landfall.Tests.Faults;

/// <summary>A dataset of the harness': one table of numbers and texts, written in one of the modes.</summary>
/// <param name="Sink">Where its rows go.</param>
/// <param name="Write">How.</param>
internal sealed record HarnessContract(SinkKind Sink, WriteMode Write)
{
    /// <summary>Of each mode on each warehouse one.</summary>
    public static IReadOnlyList<HarnessContract> All { get; } = [.. Enum.GetValues<SinkKind>().SelectMany(sink => Enum.GetValues<WriteMode>().Select(write => new HarnessContract(sink, write)))];

    public string Id => $"{(Sink == SinkKind.Postgres ? "p" : "q")}_{Write}".ToLowerInvariant();

    /// <summary>The table, as the local Postgres knows it: the local BigQuery keeps its own there, too.</summary>
    public string Table => Sink == SinkKind.Postgres ? $"lab.{Id}" : $"bq_lab.{Id}";

    public string Ledger => Sink == SinkKind.Postgres ? "landfall.landings" : $"bq_landfall.ledger_{Id}";

    public bool IsKeyed => Write is WriteMode.Replace or WriteMode.Upsert;

    /// <summary>Whether a file without a row is refused.</summary>
    public bool RefusesEmpty => Write is WriteMode.Replace or WriteMode.ReplacePartition;

    public string NameOf(DateOnly date) => $"lab/{Id}_{date:yyyyMMdd}.csv";

    public string Yaml => $$"""
        apiVersion: v3.1.0
        kind: DataContract
        id: {{Id}}
        version: 1.0.0
        status: active
        team: { name: lab }
        servers: [ { server: operational, {{(Sink == SinkKind.Postgres ? "type: postgres, host: landfall, port: 5432, database: landfall, schema: lab" : "type: bigquery, project: local, dataset: lab")}} } ]
        customProperties: [ { property: landfall, value: { object: "drop-zone/lab/{{Id}}_{date:yyyyMMdd}.csv" } } ]
        schema:
          - name: {{Id}}
            physicalType: table
            logicalType: object
            customProperties: [ { property: landfall, value: { write: {{char.ToLowerInvariant($"{Write}"[0])}}{{$"{Write}"[1..]}} } } ]
            properties:
              - { name: n, logicalType: integer, required: true{{(IsKeyed ? ", primaryKey: true, primaryKeyPosition: 1" : "")}} }
              - { name: text, logicalType: string }
              - { name: day, logicalType: date, required: true, transformSourceObjects: [ "{date}" ]{{(Write == WriteMode.ReplacePartition ? ", partitioned: true" : "")}} }
        """;
}
