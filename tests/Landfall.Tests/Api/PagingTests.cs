using System.Collections.Concurrent;
using System.Globalization;
using System.Text.Json;
using Shouldly;
using Xunit;

namespace Landfall.Tests.Rest;

/// <summary>Following the links shows every row that stood all the time, once, in order; whatever comes and goes meanwhile.</summary>
public sealed class PagingTests : IAsyncLifetime
{
    private const int Rows = 10_000;

    private ApiWorld _api = null!;

    public async Task InitializeAsync() => _api = await ApiWorld.StartAsync();

    public async Task DisposeAsync() => await _api.DisposeAsync();

    public static TheoryData<string, string> Queries() => new()
    {
        { "lab.things", "" },
        { "lab.things", "order=id.desc" },
        { "lab.things", "order=label" },
        { "lab.things", "order=label.desc" },
        { "lab.things", "order=label.nullsfirst,amount.desc.nullslast" },
        { "lab.things", "order=done.desc.nullslast,ratio,day.desc" },
        { "lab.things", "order=moment,id.desc&done=is.notnull" },
        { "lab.things", "order=clock.desc,zip&amount=gte.0" },
        { "lab.log", "" },
        { "lab.log", "order=n.desc,word" },
    };

    [Theory, MemberData(nameof(Queries))]
    public async Task No_row_comes_twice_and_none_that_stands_is_missing(string table, string query)
    {
        var seed = Environment.TickCount;
        var random = new Random(seed);
        await FillAsync(table, random);
        // Even places stand; odd ones may go, and others come.
        var standing = new HashSet<long>();
        await using (var command = _api.Database.DataSource.CreateCommand($"SELECT {Id(table)} FROM {table} WHERE {Id(table)} % 2 = 0{Condition(query)}"))
        await using (var reader = await command.ExecuteReaderAsync())
        {
            while (await reader.ReadAsync()) standing.Add(reader.GetInt64(0));
        }
        var changes = new ConcurrentQueue<int>();
        using var stop = new CancellationTokenSource();
        var churn = Task.Run(() => ChurnAsync(table, new Random(seed + 1), changes, stop.Token));

        var seen = new List<(long Id, JsonElement Row)>();
        var pages = 0;
        for (var path = $"/tables/{table}/rows?{query}&limit={random.Next(50, 400)}"; path is not null; pages++)
        {
            using var response = await _api.Client.GetAsync(path);
            var text = await response.Content.ReadAsStringAsync();
            response.IsSuccessStatusCode.ShouldBeTrue(text);
            seen.AddRange(JsonDocument.Parse(text).RootElement.EnumerateArray().Select(row => (row.GetProperty(table == "lab.log" ? "n" : "id") is { ValueKind: JsonValueKind.Number } id ? id.GetInt64() : -1, row)));
            path = ApiWorld.Next(response);
        }
        await stop.CancelAsync();
        await churn;

        var ids = seen.Where(row => row.Id >= 0).Select(row => row.Id).ToList();
        ids.Distinct().Count().ShouldBe(ids.Count, $"seed {seed}: a row came twice");
        standing.Except(ids).ShouldBeEmpty($"seed {seed}: rows that stood all the time are missing");
        pages.ShouldBeGreaterThan(10, $"seed {seed}");
        changes.Count.ShouldBeGreaterThan(10, $"seed {seed}: nothing changed meanwhile");
    }

    private static string Id(string table) => table == "lab.log" ? "n" : "id";

    private static string Condition(string query) => (query.Contains("done=is.notnull", StringComparison.Ordinal) ? " AND done IS NOT NULL" : "") + (query.Contains("amount=gte.0", StringComparison.Ordinal) ? " AND amount >= 0" : "");

    /// <summary>Many equal values and NULLs, so that the key often decides.</summary>
    private async Task FillAsync(string table, Random random)
    {
        await using var command = _api.Database.DataSource.CreateCommand(table == "lab.log"
            ? $"INSERT INTO lab.log (n, word) SELECT g, (ARRAY['a', 'b', NULL])[1 + g % 3] FROM generate_series(1, {Rows}) g"
            : Insert($"generate_series(1, {Rows}) g", random.Next(1000)));
        await command.ExecuteNonQueryAsync();
        await _api.Database.ExecuteAsync($"ANALYZE {table}");
    }

    private static string Insert(string rows, int salt) => $"""
        INSERT INTO lab.things (id, label, amount, ratio, done, day, moment, clock, zip)
        SELECT g, (ARRAY['a', 'B', 'é', '', NULL])[1 + hashint8(g + {salt}) % 5 + CASE WHEN hashint8(g + {salt}) % 5 < 0 THEN 5 ELSE 0 END], nullif(hashint8(g) % 7, 0) / 3.0, (hashint8(g * 3) % 4)::float8 / 7, nullif(g % 3, 0) = 1,
          date '2020-01-01' + (g % 9)::int, CASE WHEN g % 4 > 0 THEN timestamptz '2020-01-01T00:00:00Z' + g % 5 * interval '0.000001 seconds' END, time '10:00' + g % 3 * interval '1 minute', nullif(g % 10, 3)::text
        FROM {rows} ON CONFLICT DO NOTHING
        """;

    private async Task ChurnAsync(string table, Random random, ConcurrentQueue<int> changes, CancellationToken stop)
    {
        var fresh = Rows * 10;
        while (!stop.IsCancellationRequested)
        {
            var odd = (random.Next(Rows / 2) * 2) + 1;
            fresh += 2;
            var sql = random.Next(2) == 0 ? string.Create(CultureInfo.InvariantCulture, $"DELETE FROM {table} WHERE {Id(table)} IN ({odd}, {odd + 2}, {odd + 4}, {fresh - 20})")
                : table == "lab.log" ? $"INSERT INTO lab.log (n, word) VALUES ({fresh + 1}, 'a')"
                : Insert($"(VALUES ({fresh + 1}::bigint), ({-fresh - 1}::bigint)) AS v(g)", random.Next(1000)).Replace("nullif(g % 3, 0) = 1", "true", StringComparison.Ordinal);
            await _api.Database.ExecuteAsync(sql);
            changes.Enqueue(1);
        }
    }
}
