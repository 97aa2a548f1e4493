using System.Collections.Concurrent;
using System.Globalization;
using Landfall.Contracts;
using Landfall.Sinks.Postgres;
using Landfall.Tests.Rest.Writing;
using Landfall.Tests.Suites;
using Shouldly;
using Xunit;
using Xunit.Abstractions;

namespace Landfall.Tests.Faults;

/// <summary>Files and requests that write the same keys, in every order, at the same time: Postgres never has to break a circle of waiting transactions.</summary>
public sealed class DeadlockTests(ITestOutputHelper output)
{
    private const int Writers = 32;
    private const int Rounds = 25;
    private const int Keys = 12;

    [Fact]
    public async Task Thirty_two_writers_on_the_same_keys()
    {
        var seed = Environment.TickCount;
        output.WriteLine($"seed {seed}");
        await using var world = await WriteWorld.StartAsync();
        using var sink = new PostgresSink(world.Database.DataSource, id => world.Contracts[id], TimeSpan.FromMinutes(10));
        var departments = world.Contracts[Identifier.Parse("departments")];
        await new SinkHarness(sink).LandAsync(world.Contracts[Identifier.Parse("jobs")], "hiring/jobs_20240101.csv", 1, "1,Cook\n");
        await sink.PrepareAsync(world.Contracts[Identifier.Parse("hired_employees")], default);
        var done = new ConcurrentDictionary<string, int>();
        await Task.WhenAll(Enumerable.Range(0, Writers).Select(writer => Task.Run(async () =>
        {
            var dice = new Random(seed + writer);
            for (var round = 0; round < Rounds; round++)
            {
                var (kind, went) = writer % 2 == 0 ? await FileAsync(sink, departments, dice, (writer * Rounds) + round) : await RequestAsync(world, dice);
                done.AddOrUpdate($"{kind} {went}", 1, (_, count) => count + 1);
            }
        })));
        foreach (var (what, count) in done.OrderBy(pair => pair.Key)) output.WriteLine($"{what}: {count}");
        // Postgres counts them late.
        await Task.Delay(1500);
        (await world.Database.ScalarAsync<long>("SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()")).ShouldBe(0);
        done.Where(pair => pair.Key.StartsWith("file Landed", StringComparison.Ordinal)).Sum(pair => pair.Value).ShouldBe(Writers / 2 * Rounds);
        foreach (var kind in (string[])["bulk 200", "put 20", "delete 204", "hire 20"]) done.Where(pair => pair.Key.StartsWith(kind, StringComparison.Ordinal)).Sum(pair => pair.Value).ShouldBeGreaterThan(5, kind);
        done.Keys.ShouldNotContain(key => key.EndsWith(" 500", StringComparison.Ordinal) || key.EndsWith(" 503", StringComparison.Ordinal));
        (await world.CountAsync("hiring.departments", "NOT EXISTS (SELECT 1 FROM landfall.landings l WHERE l.landing_id = _landing_id)")).ShouldBe(0);
    }

    private static async Task<(string, string)> FileAsync(PostgresSink sink, Contract contract, Random dice, int created)
    {
        var csv = string.Concat(Shuffled(dice).Select(key => $"{key},file {created}\n"));
        var result = await new SinkHarness(sink).LandAsync(contract, $"hiring/departments_202401{1 + dice.Next(28):D2}.csv", created, csv);
        return ("file", $"{result.Outcome}");
    }

    private static async Task<(string, string)> RequestAsync(WriteWorld world, Random dice)
    {
        var key = 1 + dice.Next(Keys);
        var (kind, answer) = dice.Next(4) switch
        {
            0 => ("bulk", await world.BulkAsync("departments", $"[{string.Join(',', Shuffled(dice).Select(n => $$"""{"id":{{n}},"department":"bulk"}"""))}]", "Prefer: resolution=merge-duplicates")),
            1 => ("put", await world.SendAsync(HttpMethod.Put, $"/tables/departments/rows/{key}", """{"department":"put"}""")),
            2 => ("delete", await world.SendAsync(HttpMethod.Delete, $"/tables/departments/rows/{key}", null)),
            // A child: its foreign key locks the parent that others write.
            _ => ("hire", await world.SendAsync(HttpMethod.Put, $"/tables/hired_employees/rows/{dice.Next(40)}", $$"""{"name":"Ana","datetime":"2021-01-01T00:00:00Z","department_id":{{key}},"job_id":1}""")),
        };
        return (kind, answer.Status.ToString(CultureInfo.InvariantCulture));
    }

    private static int[] Shuffled(Random dice)
    {
        int[] keys = [.. Enumerable.Range(1, Keys)];
        dice.Shuffle(keys);
        return keys[..(2 + dice.Next(Keys - 2))];
    }
}
