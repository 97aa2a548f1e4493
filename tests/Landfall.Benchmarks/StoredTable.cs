using System.Diagnostics;
using System.Net.Http.Json;
using System.Net.Sockets;
using System.Text.Json.Nodes;
using Landfall.Contracts;
using Landfall.Sinks.Postgres;

namespace Landfall.Benchmarks;

/// <summary>A table that is backed up and restored: by TableBackup, which is asked over HTTP, and by Postgres' own programs.</summary>
internal sealed class StoredTable : IAsyncDisposable
{
    private readonly Bench _bench;
    private readonly Table _table;
    private readonly Process _function;
    private readonly HttpClient _http;
    private readonly long _rows;
    private long _bytes;

    private StoredTable(Bench bench, Table table, long rows, Process function, HttpClient http) => (_bench, _table, _rows, _function, _http) = (bench, table, rows, function, http);

    private string DumpFile => Path.Combine(_bench.Folder, "stored.dump");

    public static async Task<StoredTable> CreateAsync(Bench bench, BenchmarkOptions options)
    {
        var contracts = Path.Combine(bench.Folder, "stored");
        var table = CatalogContracts.WriteStored(contracts).All[0].Tables[0];
        var file = await bench.FileAsync(options.Rows);
        foreach (var statement in PostgresDdl.Create(table)) await bench.Server.ExecuteAsync(statement);
        await bench.Server.ExecuteAsync($"ALTER TABLE {table} ALTER {PostgresDdl.LandingId} SET DEFAULT 7");
        await MeasuredProcess.RunAsync(bench.Server.Psql($@"\copy {table} ({PostgresDdl.Names(table.Columns)}) FROM '{file.Path}' WITH (FORMAT csv, HEADER)", $"VACUUM ANALYZE {table}"));
        var program = await LandingProgram.PublishAsync(Path.Combine(bench.Folder, "backup"), options.Native, "functions/TableBackup");

        var port = FreePort();
        var start = new ProcessStartInfo(Path.Combine(program.Folder, "TableBackup")) { UseShellExecute = false, RedirectStandardOutput = true };
        start.Environment["LANDFALL_STORAGE_ENDPOINT"] = bench.Local.Address.AbsoluteUri.TrimEnd('/');
        start.Environment["LANDFALL_POSTGRES"] = bench.Server.ConnectionString;
        start.Environment["LANDFALL_CONTRACTS"] = contracts;
        start.Environment["LANDFALL_API_OPEN"] = "true";
        start.Environment["PORT"] = $"{port}";
        var function = Process.Start(start)!;
        _ = function.StandardOutput.ReadToEndAsync();
        var http = new HttpClient { BaseAddress = new($"http://127.0.0.1:{port}"), Timeout = Timeout.InfiniteTimeSpan };
        while (true)
        {
            try
            {
                (await http.GetAsync("/healthz")).EnsureSuccessStatusCode();
                return new(bench, table, file.Good, function, http);
            }
            catch (HttpRequestException) when (!function.HasExited)
            {
                await Task.Delay(50);
            }
        }
    }

    public Variant Dump() => new("pg_dump", CheckpointAsync, () => MeasuredProcess.RunAsync(_bench.Server.Client("pg_dump", "-Fc", "-a", "-t", $"{_table}", "-f", DumpFile)), CheckAsync);

    public Variant Backup() => new("Landfall", CheckpointAsync, () => AskAsync("/backup"), CheckAsync);

    public Variant PgRestore() => new("pg_restore", EmptyAsync, () => MeasuredProcess.RunAsync(_bench.Server.Client("pg_restore", "-a", DumpFile)), CheckAsync);

    public Variant Restore() => new("Landfall", EmptyAsync, () => AskAsync("/restore"), CheckAsync);

    /// <summary>How large the backup is against pg_dump's file.</summary>
    public double SizeRatio() => (double)_bytes / new FileInfo(DumpFile).Length;

    public async ValueTask DisposeAsync()
    {
        _http.Dispose();
        _function.Kill();
        await _function.WaitForExitAsync();
        _function.Dispose();
    }

    private async Task<Measurement> AskAsync(string path)
    {
        var begun = Stopwatch.GetTimestamp();
        using var response = await _http.PostAsJsonAsync(path, new JsonObject { ["table"] = $"{_table}" });
        var elapsed = Stopwatch.GetElapsedTime(begun);
        var answer = await response.Content.ReadAsStringAsync();
        if (!response.IsSuccessStatusCode) throw new InvalidOperationException($"{path} answered {(int)response.StatusCode}: {answer}");
        if (JsonNode.Parse(answer)!["bytes"] is { } bytes) _bytes = (long)bytes;
        return new(elapsed, MeasuredProcess.Peak(_function.Id));
    }

    private Task CheckpointAsync() => _bench.Server.ExecuteAsync("CHECKPOINT");

    private async Task EmptyAsync()
    {
        await _bench.Server.ExecuteAsync($"TRUNCATE {_table}");
        await CheckpointAsync();
    }

    private async Task CheckAsync()
    {
        var rows = await _bench.Server.CountAsync($"{_table}");
        if (rows != _rows) throw new InvalidOperationException($"{_table} holds {rows} rows after the run; expected {_rows}.");
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(System.Net.IPAddress.Loopback, 0);
        listener.Start();
        return ((System.Net.IPEndPoint)listener.LocalEndpoint).Port;
    }
}
