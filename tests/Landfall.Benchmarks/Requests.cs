using System.Globalization;
using System.Text.RegularExpressions;
using Landfall.Sinks.Postgres;

namespace Landfall.Benchmarks;

/// <summary>
/// Requests a second that Api answers, against what pgbench asks of the same Postgres by the same key with prepared statements: each with 32 connections, one run of each
/// a round, and client, server and Postgres on one machine.
/// </summary>
internal static class Requests
{
    private const int Rows = 100_000, Connections = 32, Seconds = 8;

    private static readonly TimeSpan Warm = TimeSpan.FromSeconds(12);

    /// <returns>The table's lines.</returns>
    public static async Task<IReadOnlyList<string>> RunAsync(Bench bench, BenchmarkOptions options)
    {
        await FillAsync(bench);
        await using var api = await ApiProgram.StartAsync(bench, options.Native);
        return
        [
            .. await CompareAsync(bench, api, options, "one row by its key", "SELECT {columns} FROM {table} WHERE id = :id", random => $"/tables/keyed/rows/{random.Next(1, Rows)}", 0.5, 0.6, 0),
            .. await CompareAsync(bench, api, options, "a page of 100 rows", "SELECT {columns} FROM {table} WHERE id > :id ORDER BY id LIMIT 100", random => $"/tables/keyed/rows?id=gt.{random.Next(1, Rows - 200)}", 0.35, 0.42, 10),
        ];
    }

    private static async Task<IReadOnlyList<string>> CompareAsync(
        Bench bench, ApiProgram api, BenchmarkOptions options, string what, string sql, Func<Random, string> path, double must, double great, double slowest)
    {
        var table = bench.TableOf(CatalogContracts.Keyed);
        var script = Path.Combine(bench.Folder, "pgbench.sql");
        await File.WriteAllTextAsync(script, $"\\set id random(1, {Rows - 200})\n{sql.Replace("{columns}", PostgresDdl.Names(table.Columns), StringComparison.Ordinal).Replace("{table}", table.Quoted, StringComparison.Ordinal)};\n");
        await LoadClient.RunAsync(api.Port, Connections, Warm, options.Seed, path);
        var (ratios, rates, late) = (new List<double>(), new List<double>(), new List<double>());
        for (var round = 0; round < options.Rounds; round++)
        {
            var yardstick = await PgbenchAsync(bench, script);
            var times = await LoadClient.RunAsync(api.Port, Connections, TimeSpan.FromSeconds(Seconds), options.Seed + (round * 100), path);
            rates.Add(times.Count / (double)Seconds);
            ratios.Add(rates[^1] / yardstick);
            late.Add(times[(int)(times.Count * 0.99)]);
            await Console.Error.WriteLineAsync($"api, {what}, round {round + 1}: {rates[^1]:0} a second, pgbench {yardstick:0}, p99 {late[^1]:0.0} ms");
        }
        var ratio = Report.Median([.. ratios.Order()]);
        var p99 = Report.Median([.. late.Order()]);
        return
        [
            Report.Row("api", $"{what}, {Report.Median([.. rates.Order()]):0} a second", "pgbench -M prepared", Number(ratio), $"{Number(ratios.Min())} – {Number(ratios.Max())}", $"≥ {Number(must)}", $"≥ {Number(great)}", ratio >= great ? "great" : ratio >= must ? "good" : "**short**", "", ""),
            Report.Row("api", $"{what}, p99 at {Connections} connections", "", $"{p99:0.0} ms", $"{late.Min():0.0} – {late.Max():0.0} ms", slowest > 0 ? $"≤ {slowest:0} ms" : "", "", slowest == 0 ? "" : p99 <= slowest ? "good" : "**short**", "", ""),
        ];
    }

    /// <summary>Statements a second.</summary>
    private static async Task<double> PgbenchAsync(Bench bench, string script)
    {
        var command = bench.Server.Pgbench(script, Connections, Seconds);
        var (code, output) = await Local.Postgres.Command.RunAsync(command, bench.Folder);
        var rate = Regex.Match(output, @"^tps = ([0-9.]+)", RegexOptions.Multiline, TimeSpan.FromSeconds(1));
        return code == 0 && rate.Success ? double.Parse(rate.Groups[1].Value, CultureInfo.InvariantCulture) : throw new InvalidOperationException($"pgbench: {output}");
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
