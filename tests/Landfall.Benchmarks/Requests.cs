using System.Globalization;
using System.Text.RegularExpressions;
using Landfall.Sinks.Postgres;

namespace Landfall.Benchmarks;

/// <summary>
/// Requests a second that Api answers, against what pgbench asks of the same Postgres by the same key with prepared statements: each with 32 connections and two threads, one run of each
/// a round, and client, server and Postgres on one machine. The client is wrk, which is a C program as pgbench is; where it is not installed, our own, with which rates were a tenth lower.
/// Api and pgbench reach Postgres by its socket, wrk reaches Api by TCP on loopback.
/// </summary>
internal static class Requests
{
    private const int Rows = 100_000, Connections = 32, Seconds = 8;

    private static readonly string? Wrk = Local.Postgres.Command.Find("wrk");

    private static readonly TimeSpan Warm = TimeSpan.FromSeconds(12);

    /// <returns>The table's lines.</returns>
    public static async Task<IReadOnlyList<string>> RunAsync(Bench bench, BenchmarkOptions options)
    {
        await FillAsync(bench);
        await using var api = await ApiProgram.StartAsync(bench, options.Native);
        return
        [
            .. await CompareAsync(bench, api, options, "one row by its key", "SELECT {columns} FROM {table} WHERE id = :id", "/tables/keyed/rows/", 0.5, 0.6, 0),
            .. await CompareAsync(bench, api, options, "a page of 100 rows", "SELECT {columns} FROM {table} WHERE id > :id ORDER BY id LIMIT 100", "/tables/keyed/rows?id=gt.", 0.35, 0.42, 10),
        ];
    }

    private static async Task<IReadOnlyList<string>> CompareAsync(
        Bench bench, ApiProgram api, BenchmarkOptions options, string what, string sql, string path, double must, double great, double slowest)
    {
        var table = bench.TableOf(CatalogContracts.Keyed);
        var script = Path.Combine(bench.Folder, "pgbench.sql");
        await File.WriteAllTextAsync(script, $"\\set id random(1, {Rows - 200})\n{sql.Replace("{columns}", PostgresDdl.Names(table.Columns), StringComparison.Ordinal).Replace("{table}", table.Quoted, StringComparison.Ordinal)};\n");
        await AskAsync(bench, api, path, Warm, options.Seed);
        var (ratios, rates, late) = (new List<double>(), new List<double>(), new List<double>());
        for (var round = 0; round < options.Rounds; round++)
        {
            var yardstick = await PgbenchAsync(bench, script);
            var (rate, slow) = await AskAsync(bench, api, path, TimeSpan.FromSeconds(Seconds), options.Seed + (round * 100));
            rates.Add(rate);
            ratios.Add(rate / yardstick);
            late.Add(slow);
            await Console.Error.WriteLineAsync($"api, {what}, round {round + 1}: {rates[^1]:0} a second, pgbench {yardstick:0}, p99 {late[^1]:0.0} ms");
        }
        var ratio = Report.Median([.. ratios.Order()]);
        var p99 = Report.Median([.. late.Order()]);
        return
        [
            Report.Row("api", $"{what}, {Report.Median([.. rates.Order()]):0} a second ({(Wrk is null ? "our own client" : "wrk")})", "pgbench -M prepared", Number(ratio), $"{Number(ratios.Min())} – {Number(ratios.Max())}", $"≥ {Number(must)}", $"≥ {Number(great)}", ratio >= great ? "great" : ratio >= must ? "good" : "**short**", "", ""),
            Report.Row("api", $"{what}, p99 at {Connections} connections", "", $"{p99:0.0} ms", $"{late.Min():0.0} – {late.Max():0.0} ms", slowest > 0 ? $"≤ {slowest:0} ms" : "", "", slowest == 0 ? "" : p99 <= slowest ? "good" : "**short**", "", ""),
        ];
    }

    /// <summary>Requests a second for random keys, and in how many milliseconds 99 of 100 were answered.</summary>
    private static async Task<(double Rate, double Slow)> AskAsync(Bench bench, ApiProgram api, string path, TimeSpan time, int seed)
    {
        if (Wrk is null)
        {
            var times = await LoadClient.RunAsync(api.Port, Connections, time, seed, random => $"{path}{random.Next(1, Rows - 200)}");
            return (times.Count / time.TotalSeconds, times[(int)(times.Count * 0.99)]);
        }
        var script = Path.Combine(bench.Folder, "wrk.lua");
        await File.WriteAllTextAsync(script, $"math.randomseed({seed})\nrequest = function() return wrk.format('GET', '{path}' .. math.random(1, {Rows - 200})) end\n");
        var (code, output) = await Local.Postgres.Command.RunAsync([Wrk, "-t2", $"-c{Connections}", $"-d{time.TotalSeconds:0}s", "--latency", "-s", script, $"http://127.0.0.1:{api.Port}"], bench.Folder);
        var rate = Regex.Match(output, @"^Requests/sec: +([0-9.]+)", RegexOptions.Multiline, TimeSpan.FromSeconds(1));
        var slow = Regex.Match(output, @"^ +99% +([0-9.]+)(us|ms|s)", RegexOptions.Multiline, TimeSpan.FromSeconds(1));
        if (code != 0 || !rate.Success || !slow.Success || output.Contains("Non-2xx", StringComparison.Ordinal)) throw new InvalidOperationException($"wrk: {output}");
        return (Parsed(rate), Parsed(slow) * (slow.Groups[2].Value switch { "us" => 0.001, "ms" => 1, _ => 1000 }));
    }

    private static double Parsed(Match number) => double.Parse(number.Groups[1].Value, CultureInfo.InvariantCulture);

    /// <summary>Statements a second.</summary>
    private static async Task<double> PgbenchAsync(Bench bench, string script)
    {
        var command = bench.Server.Pgbench(script, Connections, Seconds);
        var (code, output) = await Local.Postgres.Command.RunAsync(command, bench.Folder);
        var rate = Regex.Match(output, @"^tps = ([0-9.]+)", RegexOptions.Multiline, TimeSpan.FromSeconds(1));
        return code == 0 && rate.Success ? Parsed(rate) : throw new InvalidOperationException($"pgbench: {output}");
    }

    private static async Task FillAsync(Bench bench)
    {
        var (table, file) = (bench.TableOf(CatalogContracts.Keyed), await bench.FileAsync(Rows));
        await bench.Server.ExecuteAsync($"DROP TABLE IF EXISTS {table.Quoted}");
        foreach (var statement in PostgresDdl.Create(table)) await bench.Server.ExecuteAsync(statement);
        await bench.Server.ExecuteAsync($"ALTER TABLE {table.Quoted} ALTER COLUMN {PostgresDdl.LandingId} SET DEFAULT 1");
        await MeasuredProcess.RunAsync(bench.Server.Psql($@"\copy {table.Quoted} ({PostgresDdl.Names(table.Columns)}) FROM '{file.Path}' WITH (FORMAT csv, HEADER)"));
        await bench.Server.ExecuteAsync($"VACUUM ANALYZE {table.Quoted}");
    }

    private static string Number(double number) => string.Create(CultureInfo.InvariantCulture, $"{number:0.00}");
}
