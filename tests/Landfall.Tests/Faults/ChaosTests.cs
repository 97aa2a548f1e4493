using System.Diagnostics;
using System.Globalization;
using System.Text.Json.Nodes;
using Shouldly;
using Xunit;
using Xunit.Abstractions;

namespace Landfall.Tests.Faults;

/// <summary>Everything at once: what lands is right all the same, to the row, on both warehouses. With <c>TESTS_SEEDS=20</c> that many seeds, with <c>TESTS_SEEDS=4,7</c> those.</summary>
[Collection(nameof(HarnessWorld))]   // one after the other: each has the machine to itself
public sealed class ChaosTests(ITestOutputHelper output)
{
    private const int Events = 2000;
    private const int Kills = 25;
    private const int Instances = 2;

    private static readonly string[] Steps = [.. LandingSteps.OfFiles, "DropZoneLoad"];

    /// <summary>Three, or as many as <c>TESTS_SEEDS</c> says, or those that it lists.</summary>
    public static TheoryData<int> Seeds { get; } = [.. (Environment.GetEnvironmentVariable("TESTS_SEEDS") ?? "3").Split(',') switch
    {
        [var count] => Enumerable.Range(1, int.Parse(count, CultureInfo.InvariantCulture)),
        var listed => listed.Select(seed => int.Parse(seed, CultureInfo.InvariantCulture)),
    }];

    [Theory]
    [MemberData(nameof(Seeds))]
    public async Task Nothing_is_wrong_missing_or_extra(int seed)
    {
        var started = Stopwatch.GetTimestamp();
        var dice = new Random(seed);
        var deaths = new Random(seed);
        await using var world = await HarnessWorld.StartAsync(Instances, seed, () =>
        {
            // Every other life ends at some step, unless something ends it before.
            lock (deaths) return deaths.Next(2) == 0 ? null : new Death(Steps[deaths.Next(Steps.Length)], deaths.Next(2) == 0, 1 + deaths.Next(20));
        });
        var sources = new List<HarnessSource>();
        using var over = new CancellationTokenSource();
        Task[] trouble = [KillAsync(world, () => sources.Count, new Random(seed), over.Token), CutCopiesAsync(world, over.Token)];
        var again = new List<JsonObject>();
        for (var i = 0; i < Events; i++)
        {
            // The last file is dropped when there were kills enough, and no more wait than there are in an hour of trouble.
            while (Killed(world) < (Kills + 1) * i / Events || (i % 20 == 0 && await world.WaitingAsync() > 150)) await Task.Delay(50);
            var contract = HarnessContract.All[dice.Next(HarnessContract.All.Count)];
            var (source, told) = await world.DropAsync(contract, new DateOnly(2024, 1, 1).AddDays(dice.Next(25)), HarnessFile.Make(contract, dice, $"f{i}", i % 100 == 0 ? 2000 : 8));
            sources.Add(source);
            if (dice.Next(10) < 3)
            {
                for (var more = 1 + dice.Next(3); more > 0; more--)
                {
                    again.Add(told);
                    world.Counts.Add(HarnessFault.Duplicate);
                }
            }
            if (i % 50 != 49 && i != Events - 1) continue;
            // Some at once, some with those that come later.
            var now = again.Where(_ => i == Events - 1 || dice.Next(2) == 0).ToArray();
            dice.Shuffle(now);
            foreach (var message in now) again.Remove(message);
            if (now.Length > 0) await world.TellAgainAsync(now);
        }
        var dropped = Stopwatch.GetElapsedTime(started);
        world.Gateway.Faulty = false;
        await over.CancelAsync();
        await Task.WhenAll(trouble);
        try
        {
            await world.SettledAsync(seconds: 120);
            await world.CheckAsync(sources);
        }
        finally
        {
            foreach (var step in world.Instances.SelectMany(instance => instance.Deaths).CountBy(death => $"{death}").OrderBy(step => step.Key)) output.WriteLine($"died {step.Key}: {step.Value}");
            foreach (var _ in world.Instances.SelectMany(instance => instance.Deaths)) world.Counts.Add(HarnessFault.KillAtStep);
            output.WriteLine($"seed {seed}: {sources.Count} events; {world.Counts}");
        }
        output.WriteLine($"{await world.EndAsync()}; all dropped after {dropped.TotalSeconds:0} s, the whole took {Stopwatch.GetElapsedTime(started).TotalSeconds:0} s");
        world.Counts.Missing.ShouldBeEmpty("a fault that did not happen proves nothing");
        (world.Counts[HarnessFault.Kill] + world.Counts[HarnessFault.KillAtStep]).ShouldBeGreaterThanOrEqualTo(Kills);
    }

    private static int Killed(HarnessWorld world) => world.Counts[HarnessFault.Kill] + world.Instances.Sum(instance => instance.Deaths.Count);

    /// <summary>Kills an instance that has work under way, again and again; every eighth is asked to end instead.</summary>
    private static async Task KillAsync(HarnessWorld world, Func<int> dropped, Random dice, CancellationToken over)
    {
        for (var i = 1; !over.IsCancellationRequested; i++)
        {
            await Task.Delay(200 + dice.Next(1000), CancellationToken.None);
            // A life costs a second or two: as many as are wanted, and spread over the whole.
            if (Killed(world) > (Kills + 1) * dropped() / Events)
            {
                i--;
                continue;
            }
            var instance = world.Instances[dice.Next(world.Instances.Count)];
            for (var wait = 0; wait < 500 && !over.IsCancellationRequested; wait++)
            {
                if (i % 8 == 0 ? instance.Terminate() : instance.Kill())
                {
                    world.Counts.Add(i % 8 == 0 ? HarnessFault.Terminate : HarnessFault.Kill);
                    break;
                }
                await Task.Delay(5, CancellationToken.None);
            }
        }
    }

    /// <summary>Ends Postgres' sessions in the middle of a COPY.</summary>
    private static async Task CutCopiesAsync(HarnessWorld world, CancellationToken over)
    {
        while (!over.IsCancellationRequested)
        {
            var cut = await world.ScalarAsync("SELECT count(*) FROM (SELECT pg_terminate_backend(pid) AS done FROM pg_stat_activity WHERE application_name = 'landfall' AND state = 'active' AND query LIKE 'COPY %' LIMIT 1) t WHERE done");
            for (; cut > 0; cut--) world.Counts.Add(HarnessFault.CopyTerminated);
            await Task.Delay(400, CancellationToken.None);
        }
    }
}
