using Landfall.Cloud;
using Landfall.Hosting;
using Landfall.Landings;
using Landfall.Tests.Landings;
using Landfall.Tests.Runs;

namespace Landfall.Tests.Uplifting;

/// <summary>A world of ships that come in runs, and whose tons may be raised.</summary>
internal sealed class UpliftWorld : IAsyncDisposable
{
    public static readonly string Contract = RunWorld.Contract.Replace("write: replace", "write: replace, uplift: tons", StringComparison.Ordinal)
        .Replace("tons, logicalType: integer", "tons, logicalType: string", StringComparison.Ordinal);

    private readonly HttpClient _http = new();
    private int _exports;

    private UpliftWorld(LandingWorld world) => World = world;

    public LandingWorld World { get; }

    public Landfall.Contracts.Contract Ships { get; private set; } = null!;

    public static async Task<UpliftWorld> CreateAsync(string? contract = null)
    {
        var world = new UpliftWorld(await RunWorld.CreateAsync(contract ?? Contract));
        world.Ships = world.World.Contracts.All.Single();
        return world;
    }

    public Uplifter Uplifter(BloomreachAccount? account = null) =>
        new(World.Lander, World.Storage, new BloomreachClient(account, _http, TimeProvider.System, new Random(1)), new Settings { StorageEndpoint = World.Endpoint }, TimeProvider.System);

    /// <summary>Lands a run of ships: id, tons, note.</summary>
    public async Task<Receipt> ExportAsync(params IReadOnlyList<(string Id, string? Tons, string Note)> ships)
    {
        var (run, minutes) = ($"export-{++_exports}", _exports - 600);
        var pages = ships.Select(ship => RunWorld.Row(ship.Id, 1, ship.Tons, null, ship.Note)).Chunk(20).ToList();
        foreach (var (rows, index) in pages.Select((rows, index) => (rows, index))) await World.Runs.TakeAsync(RunWorld.Page(run, index + 1, rows, minutes, columns: [.. RunWorld.Columns.Select(column => column == "id" ? Ships.Tables[0].Key[0].Source : column)]), default);
        return (await World.Runs.TakeAsync(RunWorld.Complete(run, pages.Count, ships.Count, minutes), default))!;
    }

    public Task<Receipt> RaiseAsync(string run, decimal percent = 20) => Uplifter().RaiseAsync(Ships, run, RunWorld.Now, percent, default);

    public Task<Receipt> UndoAsync(string run, string undone) => Uplifter().UndoAsync(Ships, run, RunWorld.Now, undone, default);

    /// <summary>Id and tons of each ship.</summary>
    public Task<IReadOnlyList<string>> TonsAsync() => World.QueryAsync("SELECT id, tons FROM `fleet.ships` ORDER BY id");

    public async ValueTask DisposeAsync()
    {
        await World.DisposeAsync();
        _http.Dispose();
    }
}
