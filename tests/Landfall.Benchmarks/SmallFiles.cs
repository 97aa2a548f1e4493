using System.Diagnostics;
using System.Globalization;
using System.Text.Json.Nodes;
using Npgsql;

namespace Landfall.Benchmarks;

/// <summary>
/// How long a small file takes in a warm local cloud, one after another: from the moment its object came into being (its <c>timeCreated</c>, which is
/// before its notification commits) until another connection sees the landing in the ledger.
/// </summary>
internal static class SmallFiles
{
    private const int Warm = 100, Counted = 200, Rows = 510;
    private const double Must = 50;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    /// <returns>The table's line.</returns>
    public static async Task<string> RunAsync(Bench bench)
    {
        var content = await File.ReadAllBytesAsync((await bench.FileAsync(Rows)).Path);
        var uri = new Uri(bench.Local.Postgres);
        var secret = uri.UserInfo.Split(':');
        await using var database = NpgsqlDataSource.Create(
            new NpgsqlConnectionStringBuilder { Host = uri.Host, Port = uri.Port, Username = secret[0], Password = secret[^1], Database = uri.AbsolutePath[1..], SslMode = SslMode.Disable });
        await using var connection = await database.OpenConnectionAsync();
        var times = new List<double>();
        for (var i = -Warm; i < Counted; i++)
        {
            var version = await bench.Local.UploadAsync("drop-zone", $"benchmarks/{i + Warm:0000}.csv", new MemoryStream(content));
            var time = await LandedAsync(connection, version);
            if (i >= 0) times.Add(time.TotalMilliseconds);
        }
        times.Sort();
        var p95 = times[(int)(times.Count * 0.95)];
        return Report.Row("small", $"{content.Length / 1000} KB file, notification to commit", "", $"p95 {p95:0.0} ms", $"p50 {Report.Median(times):0.0} – {times[^1]:0.0} ms",
            $"≤ {Must:0} ms", "", p95 <= Must ? "good" : "**short**", "", "");
    }

    private static async Task<TimeSpan> LandedAsync(NpgsqlConnection connection, JsonNode version)
    {
        var created = DateTimeOffset.Parse((string)version["timeCreated"]!, CultureInfo.InvariantCulture);
        var identity = $"{(string)version["bucket"]!}/{(string)version["name"]!}#{(string)version["generation"]!}";
        await using var command = new NpgsqlCommand("SELECT 1 FROM landfall.landings WHERE identity = $1", connection) { Parameters = { new() { Value = identity } } };
        var begun = Stopwatch.GetTimestamp();
        while (Stopwatch.GetElapsedTime(begun) < Patience)
        {
            if (await SeenAsync(command)) return DateTimeOffset.UtcNow - created;
            await Task.Delay(1);
        }
        throw new InvalidOperationException($"{identity} has not landed in {Patience}.");
    }

    private static async Task<bool> SeenAsync(NpgsqlCommand command)
    {
        try
        {
            return await command.ExecuteScalarAsync() is not null;
        }
        catch (PostgresException e) when (e.SqlState == PostgresErrorCodes.UndefinedTable)
        {
            return false;   // before the first landing
        }
    }
}
