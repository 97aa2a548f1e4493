using System.Text.Json.Nodes;
using Landfall.Cloud;
using Landfall.Contracts;
using Landfall.Sinks.BigQuery;
using Shouldly;

namespace Landfall.Tests.Deployment;

/// <summary>Terraform and the sink make the same tables and views of a contract: neither finds something to change of the other's.</summary>
public sealed class RenderedTablesTests
{
    [TerraformFact]
    public Task Of_the_committed_contracts() => CompareAsync(Repository.Path("shared/contracts"));

    [TerraformFact]
    public async Task Of_every_type_mode_and_word()
    {
        using var contracts = new TempFolder();
        await File.WriteAllTextAsync(Path.Combine(contracts.Path, "readings.odcs.yaml"), """
            apiVersion: v3.1.0
            kind: DataContract
            id: readings
            version: 1.0.0
            status: active
            description: { purpose: Every type there is. }
            team: { name: Weather & Co }
            servers: [ { server: operational, type: bigquery, project: landfall, dataset: weather } ]
            slaProperties: [ { property: retention, value: 2, unit: y } ]
            customProperties: [ { property: landfall, value: { object: "drop-zone/Weather & Co/readings_{date:yyyyMMdd}.csv" } } ]
            schema:
              - name: readings
                physicalType: table
                customProperties: [ { property: landfall, value: { write: upsert } } ]
                properties:
                  - { name: second, logicalType: number, physicalType: float64, primaryKey: true, primaryKeyPosition: 2 }
                  - { name: first, logicalType: string, primaryKey: true, primaryKeyPosition: 1, description: "The \"first\"." }
                  - { name: a, logicalType: number }
                  - { name: b, logicalType: number, physicalType: "NUMERIC(12, 2)" }
                  - { name: c, logicalType: number, physicalType: "numeric(20,12)" }
                  - { name: d, logicalType: number, physicalType: "numeric(9)" }
                  - { name: e, logicalType: number, physicalType: FLOAT64 }
                  - { name: f, logicalType: boolean, required: true, classification: restricted }
                  - { name: g, logicalType: date, transformSourceObjects: [ "{date}" ] }
                  - { name: h, logicalType: timestamp }
                  - { name: i, logicalType: time }
                  - { name: j, logicalType: object }
                  - { name: k, logicalType: array }
              - name: good
                physicalName: elsewhere.good_readings
                physicalType: view
                description: Those that are good.
                customProperties: [ { property: landfall, value: { query: good.sql } } ]
              - name: some
                physicalType: view
                customProperties: [ { property: landfall, value: { of: readings, where: "f" } } ]
                properties: [ { name: first }, { name: a } ]
            """);
        await File.WriteAllTextAsync(Path.Combine(contracts.Path, "good.sql"), "SELECT `first`, f\nFROM ${table} JOIN ${readings} USING (`first`)\n");
        await File.WriteAllTextAsync(Path.Combine(contracts.Path, "days.odcs.yaml"), """
            apiVersion: v3.1.0
            kind: DataContract
            id: days
            version: 1.0.0
            status: active
            description: { purpose: Days that are kept for two years. }
            team: { name: Weather & Co }
            servers: [ { server: operational, type: bigquery, project: landfall, dataset: weather } ]
            slaProperties: [ { property: retention, value: 2, unit: y } ]
            customProperties: [ { property: landfall, value: { object: "drop-zone/Weather & Co/days_{date:yyyyMMdd}.csv" } } ]
            schema:
              - name: days
                physicalType: table
                customProperties: [ { property: landfall, value: { write: replacePartition } } ]
                properties:
                  - { name: day, logicalType: date, required: true, partitioned: true, partitionKeyPosition: 1, transformSourceObjects: [ "{date}" ] }
                  - { name: rain_mm, logicalType: integer }
            """);
        await File.WriteAllTextAsync(Path.Combine(contracts.Path, "clicks.odcs.yaml"), """
            apiVersion: v3.1.0
            kind: DataContract
            id: clicks
            version: 1.0.0
            status: active
            description: { purpose: Files that are asked where they lie. }
            team: { name: Weather & Co }
            servers: [ { server: operational, type: bigquery, project: landfall, dataset: weather } ]
            customProperties: [ { property: landfall, value: { object: "drop-zone/Weather & Co/clicks/{date:yyyyMMdd}.csv.gz", unknownColumns: discard } } ]
            schema:
              - name: clicks
                physicalType: external
                properties:
                  - { name: id, logicalType: integer, required: true }
                  - { name: seen_at, logicalType: timestamp }
              - name: recent
                physicalType: view
                customProperties: [ { property: landfall, value: { where: "seen_at > '2024-01-01'" } } ]
            """);
        await File.WriteAllTextAsync(Path.Combine(contracts.Path, "views.odcs.yaml"), """
            apiVersion: v3.1.0
            kind: DataContract
            id: views
            version: 1.0.0
            status: active
            description: { purpose: The same as JSON lines. }
            team: { name: Weather & Co }
            servers: [ { server: operational, type: bigquery, project: landfall, dataset: weather } ]
            customProperties: [ { property: landfall, value: { object: "drop-zone/Weather & Co/views/{date:yyyyMMdd}.json" } } ]
            schema:
              - name: views
                physicalType: external
                properties:
                  - { name: id, logicalType: integer, required: true }
            """);
        await CompareAsync(contracts.Path);
    }

    private static async Task CompareAsync(string folder)
    {
        var rendered = await TerraformConsole.AskAsync(folder, "{ tables = local.tables, external = local.external, views = local.views }");
        var contracts = ContractReader.Read(folder, environment: null).All.Where(contract => contract.Sink == SinkKind.BigQuery).ToList();
        contracts.ShouldNotBeEmpty();
        var tables = contracts.SelectMany(contract => contract.Tables.Where(table => !table.IsExternal).Select(table => BigQueryTables.Resource(contract, table))).ToList();
        var external = contracts.SelectMany(contract => contract.Tables.Where(table => table.IsExternal).Select(table => ExternalTable.Resource(contract, table, new ExternalPlace("the-project-", null)))).ToList();
        var views = contracts.SelectMany(contract => contract.Views.Select(view => BigQueryTables.Resource(contract, view))).ToList();
        Lines(rendered["tables"]!, "table", table => table["columns"]!.AsArray().Select(Column).Append($"partition {table["partition"]} {(table["partition"] is null ? "" : table["retention_ms"])}".TrimEnd())
            .Append($"clustering {Joined(table["clustering"]!)}").Append($"key {Joined(table["key"]!)}"))
            .ShouldBe(Lines(tables, table => table.Fields.Select(Column).Append($"partition {table.PartitionField} {table.PartitionExpiration?.TotalMilliseconds}".TrimEnd())
                .Append($"clustering {string.Join(',', table.Clustering)}").Append($"key {string.Join(',', table.PrimaryKey)}")));
        // Only of CSV does Terraform ask whether there is a header.
        Lines(rendered["external"]!, "table", table => table["columns"]!.AsArray().Select(Column).Append($"{table["format"]} {table["uri"]} {table["gzip"]} {table["discards"]} {((string?)table["format"] == "CSV" ? $"{table["header"]}" : "false")} {table["delimiter"]} {table["encoding"]}"))
            .ShouldBe(Lines(external, table => table.Fields.Select(Column).Append($"{table.External!.Format} {table.External.Uri} {table.External.IsGzip} {table.External.IgnoresUnknown} {table.External.SkippedRows == 1} {table.External.Delimiter} {table.External.Encoding}"
                .Replace("True", "true", StringComparison.Ordinal).Replace("False", "false", StringComparison.Ordinal))));
        Lines(rendered["views"]!, "view", view => [((string)view["query"]!).Trim()]).ShouldBe(Lines(views, view => [view.ViewQuery!.Trim()]));
    }

    private static List<string> Lines(JsonNode rendered, string name, Func<JsonNode, IEnumerable<string>> more) =>
        [.. rendered.AsObject().Select(one => one.Value!).Select(one => string.Join('\n', [$"{one["dataset"]}.{one[name]}", $"{one["text"]}", .. one["labels"]!.AsObject().Select(label => $"{label.Key}={label.Value}").Order(StringComparer.Ordinal), .. more(one)])).Order(StringComparer.Ordinal)];

    private static List<string> Lines(IEnumerable<TableResource> tables, Func<TableResource, IEnumerable<string>> more) =>
        [.. tables.Select(table => string.Join('\n', [$"{table.Name.Dataset}.{table.Name.Name}", $"{table.Description}", .. table.Labels.Select(label => $"{label.Key}={label.Value}").Order(StringComparer.Ordinal), .. more(table)])).Order(StringComparer.Ordinal)];

    private static string Column(JsonNode? column) =>
        $"{column!["name"]} {column["type"]} {((string)column["mode"]! == "REQUIRED" ? "required" : "")} {column["precision"]},{column["scale"]} {column["description"]}";

    private static string Column(TableField field) => $"{field.Name} {field.Type} {(field.Required ? "required" : "")} {field.Precision},{field.Scale} {field.Description}";

    private static string Joined(JsonNode list) => string.Join(',', list.AsArray().Select(one => (string)one!));
}
