using Landfall.Backups;
using Landfall.Cloud;
using Landfall.Contracts;
using Landfall.Hosting;
using Landfall.Local.Storage;
using Landfall.Sinks.Postgres;
using Landfall.Tests.Suites;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;

namespace Landfall.Tests.Backups;

/// <summary>All that backups touch, for real: Cloud Storage over HTTP, a Postgres, contracts in code.</summary>
internal sealed class BackupWorld : IAsyncDisposable
{
    private readonly TempFolder _home = new();
    private readonly HttpClient _http = new();
    private WebApplication _app = null!;
    private NpgsqlDataSource _connections = null!;

    private BackupWorld(Contract[] contracts) => Contracts = new([.. contracts]);

    public ContractSet Contracts { get; }

    public Database Database { get; private set; } = null!;

    public NpgsqlDataSource Connections => _connections;

    public CloudStorage Storage { get; private set; } = null!;

    public PostgresSink Sink { get; private set; } = null!;

    public static async Task<BackupWorld> CreateAsync(params Contract[] contracts)
    {
        var world = new BackupWorld(contracts) { Database = await PostgresServer.CreateDatabaseAsync() };
        world._connections = PostgresConnections.Open(world.Database.ConnectionString);
        var store = new ObjectStore(world.Database.DataSource, world._home.Path, TimeProvider.System);
        await store.MigrateAsync();
        await store.CreateBucketAsync("backups");
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Logging.ClearProviders();
        world._app = builder.Build();
        StorageEndpoints.Map(world._app, store);
        await world._app.StartAsync();
        world.Storage = new CloudStorage(new Uri(world._app.Urls.Single()), world._http, TimeProvider.System, new Random(1));
        world.Sink = new PostgresSink(world._connections, id => world.Contracts[id], TimeSpan.FromMinutes(10));
        foreach (var contract in contracts) await world.Sink.PrepareAsync(contract, default);
        return world;
    }

    public TableBackups Backups(TimeProvider? clock = null) =>
        new(Contracts, Storage, _connections, Sink, new Settings(), clock ?? TimeProvider.System, NullLogger<TableBackups>.Instance);

    public TableRestorer Restorer(TimeProvider? clock = null) => new(Storage, _connections, Sink, new Settings(), clock ?? TimeProvider.System, NullLogger<TableRestorer>.Instance);

    public async Task<Backup> BackupAsync(string table)
    {
        var (contract, found) = BackedUpTables.Find(Contracts, table)!.Value;
        return await Backups().BackupAsync(contract, found, default);
    }

    public async Task<Restored> RestoreAsync(string table, string? backup = null)
    {
        var (contract, found) = BackedUpTables.Find(Contracts, table)!.Value;
        return await Restorer().RestoreAsync(contract, found, backup, default) ?? throw new InvalidOperationException("There is no such backup.");
    }

    public Task<SinkResult> LandAsync(Contract contract, string name, int created, string csv) => new SinkHarness(Sink).LandAsync(contract, name, created, csv);

    /// <summary>A table's rows as text, Landfall's own columns among them, in order.</summary>
    public async Task<IReadOnlyList<string>> RowsAsync(string table)
    {
        await using var connection = await Database.DataSource.OpenConnectionAsync();
        await using var command = new NpgsqlCommand($"SET TIME ZONE 'UTC'; SET extra_float_digits = 3; SELECT t::text FROM {table} t ORDER BY 1", connection);
        await using var reader = await command.ExecuteReaderAsync();
        var rows = new List<string>();
        while (await reader.ReadAsync()) rows.Add(reader.GetString(0));
        return rows;
    }

    /// <summary>The ledger of a contract: each landing's name and outcome.</summary>
    public async Task<IReadOnlyList<string>> LedgerAsync(Contract contract)
    {
        await using var command = Database.DataSource.CreateCommand($"SELECT name || ' ' || outcome FROM landfall.landings WHERE contract = '{contract.Id}' AND outcome <> 'restored' ORDER BY time_created, generation");
        await using var reader = await command.ExecuteReaderAsync();
        var rows = new List<string>();
        while (await reader.ReadAsync()) rows.Add(reader.GetString(0));
        return rows;
    }

    public async Task<byte[]> BytesAsync(StoredObject stored)
    {
        await using var content = await Storage.OpenReadAsync(stored) ?? throw new InvalidOperationException($"{stored} is gone");
        using var bytes = new MemoryStream();
        await content.CopyToAsync(bytes);
        return bytes.ToArray();
    }

    /// <summary>Puts a file among a table's backups, newer than all others.</summary>
    public async Task PutAsync(string table, byte[] content) => await Storage.WriteAsync("backups", $"{table}/29991231T000000.000Z.avro", content, "avro/binary");

    public async Task<IReadOnlyList<string>> ObjectsAsync()
    {
        var names = new List<string>();
        await foreach (var found in Storage.ListAsync("backups")) names.Add(found.Name);
        return names;
    }

    public async ValueTask DisposeAsync()
    {
        await _app.DisposeAsync();
        Sink.Dispose();
        await _connections.DisposeAsync();
        await Database.DisposeAsync();
        _http.Dispose();
        _home.Dispose();
    }
}
