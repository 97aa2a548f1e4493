using System.Globalization;
using System.Text;
using Landfall.Sinks.Postgres;

namespace Landfall.Benchmarks;

/// <summary>
/// Rows a second that Api takes in by <c>/bulk</c>, 1,000 a request, checked, with a ledger entry each, against Express and pg on the same Postgres, which check nothing and keep no
/// ledger: one run of each a round, and client, server and Postgres on one machine.
/// </summary>
internal static class BulkRequests
{
    private const int Rows = 1000, Connections = 8, Seconds = 8;
    private const double Must = 1.2, Great = 1.5;

    private static readonly TimeSpan Warm = TimeSpan.FromSeconds(4);

    /// <returns>The table's line.</returns>
    public static async Task<string> RunAsync(Bench bench, BenchmarkOptions options)
    {
        var table = bench.TableOf(CatalogContracts.Hires);
        const string twin = "benchmarks.express_hires";
        foreach (var statement in PostgresDdl.Create(table)) await bench.Server.ExecuteAsync(statement);
        await bench.Server.ExecuteAsync($"CREATE TABLE {twin} ({string.Join(", ", table.Columns.Select(c => $"{c.Name.Quoted} {PostgresDdl.Type(c)} NOT NULL"))})");
        await using var api = await ApiProgram.StartAsync(bench, options.Native);
        await using var express = await ExpressServer.StartAsync(bench, twin);
        var request = Request(options.Seed);
        var (ratios, rates) = (new List<double>(), new List<double>());
        for (var round = 0; round <= options.Rounds; round++)
        {
            var yardstick = await RateAsync(bench, express.Port, twin, round == 0, request);
            var rate = await RateAsync(bench, api.Port, table.Quoted, round == 0, request);
            await Console.Error.WriteLineAsync($"bulk {round}/{options.Rounds}: {rate / 1e6:0.000} M rows a second, Express {yardstick / 1e6:0.000}");
            if (round == 0) continue;
            rates.Add(rate);
            ratios.Add(rate / yardstick);
        }
        var ratio = Report.Median([.. ratios.Order()]);
        return Report.Row("bulk", $"{Rows:N0} rows a request, {Report.Median([.. rates.Order()]) / 1e6:0.00} M rows a second", "Express, pg, unnest", Number(ratio), $"{Number(ratios.Min())} – {Number(ratios.Max())}", $"≥ {Number(Must)}", $"≥ {Number(Great)}",
            ratio >= Great ? "great" : ratio >= Must ? "good" : "**short**", "", "");
    }

    /// <summary>Rows a second, and all of them are there.</summary>
    private static async Task<double> RateAsync(Bench bench, int port, string table, bool warm, byte[] request)
    {
        await bench.Server.ExecuteAsync($"TRUNCATE {table}");
        await bench.Server.ExecuteAsync("CHECKPOINT");
        var begun = TimeProvider.System.GetTimestamp();
        var answered = (await LoadClient.RunAsync(port, Connections, warm ? Warm : TimeSpan.FromSeconds(Seconds), 1, _ => request)).Count;
        var seconds = TimeProvider.System.GetElapsedTime(begun).TotalSeconds;
        var there = await bench.Server.CountAsync(table);
        return there == (long)answered * Rows ? there / seconds : throw new InvalidOperationException($"{table} holds {there} rows after {answered} requests.");
    }

    private static byte[] Request(int seed)
    {
        var random = new Random(seed);
        var rows = Enumerable.Range(1, Rows).Select(i => string.Create(CultureInfo.InvariantCulture,
            $$"""{"id":{{i}},"name":"Employee Number {{random.Next(100_000)}}","datetime":"2021-{{random.Next(1, 13):00}}-{{random.Next(1, 29):00}}T{{random.Next(24):00}}:{{random.Next(60):00}}:00Z","department_id":{{random.Next(1, 13)}},"job_id":{{random.Next(1, 184)}}}"""));
        var body = Encoding.UTF8.GetBytes($$"""{"table":"{{CatalogContracts.Hires}}","data":[{{string.Join(',', rows)}}]}""");
        return [.. Encoding.ASCII.GetBytes($"POST /bulk HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nContent-Length: {body.Length}\r\n\r\n"), .. body];
    }

    private static string Number(double number) => string.Create(CultureInfo.InvariantCulture, $"{number:0.00}");
}
