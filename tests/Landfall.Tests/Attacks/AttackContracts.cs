using Landfall.Contracts;

namespace Landfall.Tests.Attacks;

/// <summary>A contract a format, and a neighbour whom nobody attacks.</summary>
internal static class AttackContracts
{
    public const string Neighbour = "neighbour";

    private const string Cells = """
              - { name: id, logicalType: integer, required: true }
              - { name: note, logicalType: string }
              - { name: amount, logicalType: number }

        """;

    /// <summary>The formats' contracts are named like the formats.</summary>
    public static void Write(string folder, SinkKind sink)
    {
        // A workbook's table is as narrow as the workbooks of Rows.HostileWorkbook.
        foreach (var format in Enum.GetValues<FormatType>()) Write(folder, sink, Id(format), Ending(format), format == FormatType.Xlsx ? "      - { name: id, logicalType: string }\n" : Cells);
        Write(folder, sink, Neighbour, "csv", Cells);
    }

    public static string Id(FormatType format) => format.ToString().ToLowerInvariant();

    public static string ObjectOf(string id, FormatType format, int day) => $"attacks/{id}_{new DateOnly(2024, 1, 1).AddDays(day):yyyyMMdd}.{Ending(format)}";

    private static string Ending(FormatType format) => format == FormatType.Ndjson ? "jsonl" : Id(format);

    private static void Write(string folder, SinkKind sink, string id, string ending, string properties) => File.WriteAllText(Path.Combine(folder, $"{id}.odcs.yaml"), $$"""
        apiVersion: v3.1.0
        kind: DataContract
        id: {{id}}
        version: 1.0.0
        status: active
        team: { name: attacks }
        servers: [ { server: s, {{(sink == SinkKind.Postgres ? "type: postgres, host: landfall, port: 5432, database: landfall, schema: attacks" : "type: bigquery, project: local, dataset: attacks")}} } ]
        customProperties: [ { property: landfall, value: { object: "drop-zone/attacks/{{id}}_{date:yyyyMMdd}.{{ending}}"{{(ending == "avro" ? ", unknownColumns: discard" : "")}} } } ]
        schema:
          - name: {{id}}
            properties:
        {{properties}}
        """);
}
