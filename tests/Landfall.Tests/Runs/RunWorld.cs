using System.Text;
using System.Text.Json.Nodes;
using Landfall.Contracts;
using Landfall.Landings;
using Landfall.Runs;
using Landfall.Tests.Landings;

namespace Landfall.Tests.Runs;

/// <summary>A world with one contract whose rows come in pages: <c>fleet.ships</c>.</summary>
internal static class RunWorld
{
    public const string Contract = """
        apiVersion: v3.1.0
        kind: DataContract
        id: ships
        version: 1.0.0
        status: active
        team: { name: harbour }
        servers: [ { server: s, type: bigquery, dataset: fleet } ]
        customProperties: [ { property: landfall, value: { topic: ships, unknownColumns: discard, allowEmpty: true } } ]
        schema:
          - name: ships
            customProperties: [ { property: landfall, value: { write: replace } } ]
            properties:
              - { name: id, logicalType: string, primaryKey: true }
              - { name: run, logicalType: integer, required: true }
              - { name: tons, logicalType: integer }
              - { name: flags, logicalType: array }
              - { name: note, logicalType: string }
        """;

    public static readonly string[] Columns = ["note", "id", "run", "tons", "flags", "port"];

    public static async Task<LandingWorld> CreateAsync(string contract = Contract)
    {
        using var folder = new TempFolder();
        await File.WriteAllTextAsync(Path.Combine(folder.Path, "ships.odcs.yaml"), contract);
        return await LandingWorld.CreateAsync(folder.Path, SinkKind.BigQuery);
    }

    /// <summary>A moment of today that every clock knows as past.</summary>
    public static DateTimeOffset Now { get; } = DateTimeOffset.FromUnixTimeSeconds(TimeProvider.System.GetUtcNow().ToUnixTimeSeconds()).AddMinutes(-30);

    /// <param name="rows">Each its JSON.</param>
    public static PageMessage Page(string run, int page, IEnumerable<string> rows, int minutes = 0, long generation = 0, IReadOnlyList<string>? columns = null) => new()
    {
        Contract = "ships", Run = run, At = Now.AddMinutes(minutes), Generation = generation, Page = page, Columns = columns ?? Columns, Rows = [.. rows.Select(row => (ReadOnlyMemory<byte>)Encoding.UTF8.GetBytes(row))],
    };

    public static CompleteMessage Complete(string run, int pages, long rows, int minutes = 0, long generation = 0) =>
        new() { Contract = "ships", Run = run, At = Now.AddMinutes(minutes), Generation = generation, Pages = pages, Rows = rows };

    public static string Row(string? id, object? run, object? tons = null, JsonNode? flags = null, string? note = null) =>
        new JsonArray(note, id, JsonValue.Create(run), JsonValue.Create(tons), flags, "unread").ToJsonString();

    /// <summary>The quarantine of a receipt: a line each, without the row's own text.</summary>
    public static async Task<List<string>> RejectsAsync(this LandingWorld world, Receipt receipt) =>
        receipt.Rejects is null ? [] : [.. Encoding.UTF8.GetString(await world.ReadAsync(receipt.Rejects)).TrimEnd().Split('\n').Skip(1).Select(line => line.TrimEnd('\r'))];
}
