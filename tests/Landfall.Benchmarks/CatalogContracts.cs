using Landfall.Contracts;

namespace Landfall.Benchmarks;

/// <summary>The catalogue's contract, once for each way to land it; they differ in nothing else.</summary>
internal static class CatalogContracts
{
    /// <summary>One table without a key: rows go straight in.</summary>
    public const string Plain = "plain";

    /// <summary>With a primary key, appended to.</summary>
    public const string Keyed = "keyed";

    /// <summary>With a primary key, upserted.</summary>
    public const string Upserted = "upserted";

    /// <summary><see cref="Plain"/> from NDJSON.</summary>
    public const string Ndjson = "ndjson";

    /// <summary><see cref="Plain"/>, in the bucket that the local cloud's function listens to.</summary>
    public const string Small = "small";

    /// <summary><see cref="Plain"/>, into BigQuery.</summary>
    public const string Warehouse = "warehouse";

    /// <summary>With a primary key, backed up and restored; in a folder of its own.</summary>
    public const string Stored = "stored";

    /// <summary>Hires: five narrow columns, for what comes in requests.</summary>
    public const string Hires = "hires";

    /// <summary>A bucket of our own: no function of the local cloud listens to it.</summary>
    public const string Bucket = "benchmarks";

    public static ContractSet Write(string folder)
    {
        Directory.CreateDirectory(folder);
        Write(folder, Plain, $"{Bucket}/plain/*.csv");
        Write(folder, Keyed, $"{Bucket}/keyed/*.csv", key: true);
        Write(folder, Upserted, $"{Bucket}/upserted/*.csv", "upsert", key: true);
        Write(folder, Ndjson, $"{Bucket}/ndjson/*.ndjson");
        Write(folder, Warehouse, $"{Bucket}/warehouse/*.csv", server: "type: bigquery, project: local, dataset: benchmarks");
        Write(folder, Small, "drop-zone/benchmarks/*.csv");
        File.WriteAllText(Path.Combine(folder, $"{Hires}.odcs.yaml"), $$"""
            apiVersion: v3.1.0
            kind: DataContract
            id: {{Hires}}
            version: 1.0.0
            status: active
            team: { name: benchmarks }
            servers: [ { server: operational, type: postgres, schema: benchmarks } ]
            customProperties: [ { property: landfall, value: { object: "{{Bucket}}/{{Hires}}/*.csv" } } ]
            schema:
              - name: {{Hires}}
                properties:
                  - { name: id, logicalType: integer, required: true }
                  - { name: name, logicalType: string, required: true }
                  - { name: datetime, logicalType: timestamp, required: true }
                  - { name: department_id, logicalType: integer, required: true }
                  - { name: job_id, logicalType: integer, required: true }
            """);
        return ContractReader.Read(folder, null);
    }

    /// <summary>The one table that is backed up.</summary>
    public static ContractSet WriteStored(string folder)
    {
        Directory.CreateDirectory(folder);
        Write(folder, Stored, $"{Bucket}/stored/*.csv", key: true);
        return ContractReader.Read(folder, null);
    }

    private static void Write(string folder, string id, string objects, string write = "append", bool key = false, string server = "type: postgres, host: landfall, port: 5432, database: landfall, schema: benchmarks") => File.WriteAllText(Path.Combine(folder, $"{id}.odcs.yaml"), $$"""
        apiVersion: v3.1.0
        kind: DataContract
        id: {{id}}
        version: 1.0.0
        status: active
        description: { purpose: A product catalogue to measure with. }
        team: { name: benchmarks }
        servers:
          - { server: operational, {{server}} }
        customProperties:
          - { property: landfall, value: { object: "{{objects}}" } }
        schema:
          - name: {{id}}
            physicalType: table
            logicalType: object
            customProperties: [ { property: landfall, value: { write: {{write}} } } ]
            properties:
              - { name: id, logicalType: integer, required: true{{(key ? ", primaryKey: true, primaryKeyPosition: 1" : "")}} }
              - { name: name, logicalType: string, required: true, logicalTypeOptions: { maxLength: 200 } }
              - { name: brand, logicalType: string }
              - { name: category, logicalType: string }
              - { name: price, logicalType: number, physicalType: "numeric(12,2)", required: true, logicalTypeOptions: { minimum: 0 } }
              - { name: currency, logicalType: string, required: true, logicalTypeOptions: { pattern: "^[A-Z]{3}$" } }
              - { name: release_date, logicalType: date }
              - { name: image_url, logicalType: string }
              - { name: description, logicalType: string }
              - { name: updated_at, logicalType: timestamp, required: true }
        """);
}
