using System.Collections.Concurrent;
using System.Text;
using Landfall.Contracts;
using Landfall.Events;
using Landfall.Tests.Avro;
using Landfall.Tests.Landings;
using Landfall.Tests.Rows;
using Shouldly;
using Xunit;

namespace Landfall.Tests.Attacks;

/// <summary>The worlds that are attacked, one a warehouse. Each has landed a good file of every format before: the attack is not what warms it up.</summary>
public sealed class AttackWorld : IAsyncLifetime
{
    /// <summary>How the local cloud keeps its objects, which are compared by their names, and its jobs and streams; and what is staged for BigQuery, in tables that go by themselves.</summary>
    private static readonly HashSet<string> Machinery =
        ["local_storage.buckets", "local_storage.objects", "bigquery.jobs", "bigquery.job_rows", "bigquery.streamed", "bigquery.tables", "bq_landfall.staging"];

    private readonly ConcurrentDictionary<SinkKind, Task<LandingWorld>> _worlds = new();
    private int _day = 10;

    internal async Task<LandingWorld> OfAsync(SinkKind sink) => await _worlds.GetOrAdd(sink, _ => StartAsync(sink));

    /// <summary>Drops a file for a contract, on a day of its own.</summary>
    internal async Task<StorageObjectData> DropAsync(SinkKind sink, FormatType format, byte[] bytes) =>
        await (await OfAsync(sink)).DropAsync("drop-zone", AttackContracts.ObjectOf(AttackContracts.Id(format), format, Interlocked.Increment(ref _day)), bytes);

    /// <param name="contract">Whose head of the ledger is left out: it counts versions.</param>
    /// <param name="landing">Whose rows, and whose row of the ledger, are left out, too.</param>
    internal async Task<Footprint> FootprintAsync(SinkKind sink, string contract, string landing = "0")
    {
        var world = await OfAsync(sink);
        var tables = await Footprint.TakeAsync(world.Database.DataSource, IsMachinery, Own(contract, landing));
        return await tables.WithAsync(["catalog", "drop-zone", "matrix", "exports", "rejects", "receipts", "backups"], world.NamesAsync);
    }

    private static bool IsMachinery(string table) => Machinery.Contains(table) || table.StartsWith("bq_landfall_staging.", StringComparison.Ordinal);

    private static Dictionary<string, string> Own(string contract, string landing) => new(StringComparer.Ordinal)
    {
        [$"attacks.{contract}"] = $"_landing_id = {landing}",
        ["landfall.landings"] = $"landing_id = {landing}",
        ["landfall.heads"] = $"contract = '{contract}'",
        [$"bq_attacks.{contract}"] = $"_landing_id = {landing}",
        [$"bq_landfall.ledger_{contract}"] = $"landing_id = {landing} OR landing_id = 0",
    };

    /// <summary>A small file of the contract, with nothing wrong.</summary>
    internal static byte[] Good(FormatType format) => format switch
    {
        FormatType.Csv => "id,note,amount\n1,one,1.5\n2,two,\n"u8.ToArray(),
        FormatType.Ndjson => Encoding.UTF8.GetBytes("{\"id\":1,\"note\":\"one\",\"amount\":1.5}\n{\"id\":2}\n"),
        FormatType.Xlsx => XlsxBuilder.Of("""<row r="1"><c r="A1" t="str"><v>id</v></c></row><row r="2"><c r="A2" t="str"><v>one</v></c></row><row r="3"><c r="A3" t="str"><v>two</v></c></row>"""),
        _ => AvroBytes.File(AvroAttacks.Schema, null, (2, [2, .. AvroBytes.Text("one"), 0, 4, .. AvroBytes.Text("two"), 0])),
    };

    public Task InitializeAsync() => Task.CompletedTask;

    public async Task DisposeAsync()
    {
        foreach (var world in _worlds.Values) await (await world).DisposeAsync();
    }

    private static async Task<LandingWorld> StartAsync(SinkKind sink)
    {
        using var folder = new TempFolder();
        AttackContracts.Write(folder.Path, sink);
        var world = await LandingWorld.CreateAsync(folder.Path, sink);
        await LandAsync(AttackContracts.Neighbour, FormatType.Csv);
        foreach (var format in Enum.GetValues<FormatType>()) await LandAsync(AttackContracts.Id(format), format);
        return world;

        async Task LandAsync(string id, FormatType format)
        {
            var receipt = await world.Lander.LandAsync(await world.DropAsync("drop-zone", AttackContracts.ObjectOf(id, format, 0), Good(format)), default);
            (receipt.Outcome, receipt.Rows).ShouldBe(("landed", new(2, 2, 0, 0)), receipt.Reason);
        }
    }
}
