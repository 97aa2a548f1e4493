using System.Text.Json.Nodes;
using Landfall.Cloud;
using Landfall.Contracts;
using Landfall.Events;
using Landfall.Sinks.Postgres;

namespace Landfall.Benchmarks;

/// <summary>Everything an experiment needs, in a folder that goes with it: the server, the local cloud, the published function, the files.</summary>
internal sealed class Bench : IAsyncDisposable
{
    private readonly string _folder;
    private readonly int _seed;
    private readonly ContractSet _contracts;
    private readonly Dictionary<string, CatalogFile> _files = [];
    private readonly HttpClient _http = new() { Timeout = Timeout.InfiniteTimeSpan };
    private readonly BigQueryClient _bigQuery;

    private Bench(string folder, int seed, ContractSet contracts, BenchmarkServer server, LocalProgram local, IReadOnlyList<(string, LandingProgram)> programs) =>
        (_folder, _seed, _contracts, Server, Local, Programs, _bigQuery) = (folder, seed, contracts, server, local, programs, new("local", "EU", local.Address, _http, TimeProvider.System, new Random(1)));

    public BenchmarkServer Server { get; }

    /// <summary>Goes with the benchmark.</summary>
    public string Folder => _folder;

    public LocalProgram Local { get; }

    /// <summary>What lands, by name: Landfall, and with <c>--before</c> the one to compare with.</summary>
    public IReadOnlyList<(string Name, LandingProgram Program)> Programs { get; }

    public static async Task<Bench> StartAsync(BenchmarkOptions options)
    {
        // Not below a folder of root's: Postgres' user must be able to pass.
        var folder = Directory.CreateDirectory(Path.Combine(Path.GetTempPath(), $"landfall-benchmarks-{Environment.ProcessId}")).FullName;
        var contracts = CatalogContracts.Write(Path.Combine(folder, "contracts"));
        List<(string, LandingProgram)> programs = [("Landfall", await LandingProgram.PublishAsync(Path.Combine(folder, "function"), options.Native))];
        if (options.Before is { } before) programs.Add(("before", new(before)));
        var server = await BenchmarkServer.StartAsync(Path.Combine(folder, "server"));
        await server.ExecuteAsync("CREATE SCHEMA benchmarks");
        return new(folder, options.Seed, contracts, server, await LocalProgram.StartAsync(Path.Combine(folder, "local"), Path.Combine(folder, "contracts")), programs);
    }

    /// <summary>A file of the catalogue, made when first asked for.</summary>
    public async Task<CatalogFile> FileAsync(int rows, double dirty = 0, string ending = "csv")
    {
        var name = $"catalog-{rows}-{dirty}.{ending}";
        if (!_files.TryGetValue(name, out var file)) _files.Add(name, file = await CatalogFile.WriteAsync(Path.Combine(_folder, name), rows, _seed, dirty));
        return file;
    }

    /// <summary>psql with some commands, on a fresh table of a contract's columns and key, which they name <c>{table}</c>.</summary>
    public Variant Psql(string contract, long expected, params string[] commands) =>
        Loader("psql", contract, expected, table => Server.Psql(commands.Select(command => command.Replace("{table}", table, StringComparison.Ordinal))));

    /// <summary>A program that fills a fresh table of a contract's columns and key.</summary>
    /// <param name="name">What it is called.</param>
    /// <param name="contract">Whose columns.</param>
    /// <param name="expected">Rows, behind it.</param>
    /// <param name="command">Its command line, for a table.</param>
    public Variant Loader(string name, string contract, long expected, Func<string, IReadOnlyList<string>> command)
    {
        var table = TableOf(contract);
        var filled = $"benchmarks.{name}_{contract}";
        var columns = table.Columns.Select(c => $"{c.Name.Quoted} {PostgresDdl.Type(c)}{(c.Required ? " NOT NULL" : "")}");
        var key = table.Key.Count > 0 ? $", PRIMARY KEY ({PostgresDdl.Names(table.Key)})" : "";
        return new(name,
            () => ResetAsync(filled, $"CREATE TABLE {filled} ({string.Join(", ", columns)}{key})"),
            () => MeasuredProcess.RunAsync(command(filled)),
            () => CheckAsync(filled, expected));
    }

    /// <summary>One landing by each program, which makes its table itself; the ledger is empty.</summary>
    public async Task<IEnumerable<Variant>> LandingsAsync(string contract, CatalogFile file, string suffix = "")
    {
        var table = TableOf(contract);
        var notice = await NoticeAsync(contract, file);
        return Programs.Select(program => new Variant(program.Name + suffix,
            () => ResetAsync(table.Quoted),
            () => program.Program.OnceAsync(notice, Local.Address, Server.ConnectionString, Path.Combine(_folder, "contracts")),
            () => CheckAsync(table.Quoted, file.Good)));
    }

    /// <summary>The same into the local BigQuery.</summary>
    public async Task<IEnumerable<Variant>> WarehouseAsync(string contract, CatalogFile file, string suffix)
    {
        var notice = await NoticeAsync(contract, file);
        var table = TableOf(contract);
        return Programs.Select(program => new Variant(program.Name + suffix,
            async () =>
            {
                await _bigQuery.DeleteTableAsync(new(table.Schema.Name, table.Name.Name), default);
                await _bigQuery.DeleteTableAsync(new("landfall", $"ledger_{contract}"), default);
            },
            () => program.Program.OnceAsync(notice, Local.Address, Server.ConnectionString, Path.Combine(_folder, "contracts")),
            async () =>
            {
                await foreach (var row in _bigQuery.QueryAsync($"check_{Guid.NewGuid():N}", new($"SELECT COUNT(*) FROM `{table}`"), default))
                    if (row[0] != $"{file.Good}") throw new InvalidOperationException($"{table} holds {row[0]} rows after the run; expected {file.Good}.");
            }));
    }

    /// <summary>Landfall's own function and those of <c>--beside</c>, each serving one event of a small file that has landed.</summary>
    public async Task<IReadOnlyDictionary<string, ServedFunction>> ServedAsync(BenchmarkOptions options)
    {
        var contracts = Path.Combine(_folder, "contracts");
        var notice = await NoticeAsync(CatalogContracts.Plain, await FileAsync(1000));
        await ResetAsync(TableOf(CatalogContracts.Plain).Quoted);
        await Programs[0].Program.OnceAsync(notice, Local.Address, Server.ConnectionString, contracts);
        var (variables, content) = (LandingProgram.Variables(Local.Address, Server.ConnectionString, contracts), await File.ReadAllBytesAsync(notice));
        return options.Beside.Prepend((Programs[0].Name, Programs[0].Program.Executable)).ToDictionary(served => served.Item1, served => new ServedFunction(served.Item2, variables, content));
    }

    /// <summary>Uploads a file and writes down what its event says.</summary>
    private async Task<string> NoticeAsync(string contract, CatalogFile file)
    {
        await using var content = File.OpenRead(file.Path);
        var resource = await Local.UploadAsync(CatalogContracts.Bucket, $"{contract}/{Path.GetFileName(file.Path)}", content);
        var notice = Path.Combine(_folder, $"{contract}-{Path.GetFileName(file.Path)}.event.json");
        await File.WriteAllTextAsync(notice, new JsonObject
        {
            ["specversion"] = "1.0",
            ["id"] = "1",
            ["type"] = EventTypes.ObjectFinalized,
            ["source"] = $"//storage.googleapis.com/projects/_/buckets/{CatalogContracts.Bucket}",
            ["data"] = resource,
        }.ToJsonString());
        return notice;
    }

    public async ValueTask DisposeAsync()
    {
        _http.Dispose();
        await Local.DisposeAsync();
        await Server.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    public Table TableOf(string contract) => _contracts.All.First(c => c.Id.Name == contract).Tables[0];

    private async Task ResetAsync(string table, params string[] create)
    {
        // The ledger forgets, or the second run would find the first one's entry.
        await Server.ExecuteAsync("DO $$ BEGIN IF to_regclass('landfall.landings') IS NOT NULL THEN TRUNCATE landfall.landings; END IF; END $$");
        await Server.ExecuteAsync($"DROP TABLE IF EXISTS {table}");
        foreach (var statement in create) await Server.ExecuteAsync(statement);
        await Server.ExecuteAsync("CHECKPOINT");
    }

    private async Task CheckAsync(string table, long expected)
    {
        var rows = await Server.CountAsync(table);
        if (rows != expected) throw new InvalidOperationException($"{table} holds {rows} rows after the run; expected {expected}. {await Server.LastLandingAsync()}");
    }
}
