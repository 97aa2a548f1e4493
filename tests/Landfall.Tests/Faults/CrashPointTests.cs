using Landfall.Contracts;
using Shouldly;
using Xunit;
using Xunit.Abstractions;

namespace Landfall.Tests.Faults;

/// <summary>SIGKILL before and after every step of the pipeline, one process after the other: the redelivery makes it right.</summary>
[Collection(nameof(HarnessWorld))]   // one after the other: each has the machine to itself
public sealed class CrashPointTests(ITestOutputHelper output)
{
    private static readonly IReadOnlyList<Death> Points = [.. LandingSteps.OfFiles.Append("DropZoneLoad").SelectMany(step => (Death[])[new(step, AtEnd: false, 1), new(step, AtEnd: true, 1)])];

    [Theory]
    [InlineData(SinkKind.Postgres)]
    [InlineData(SinkKind.BigQuery)]
    public async Task Every_step_may_be_the_last(SinkKind sink)
    {
        var lives = new Queue<Death>(Points);
        var dice = new Random(7);
        await using var world = await HarnessWorld.StartAsync(instances: 1, seed: null, () => lives.TryDequeue(out var death) ? death : null);
        var function = world.Instances[0];
        var contracts = HarnessContract.All.Where(contract => contract.Sink == sink).ToList();
        var sources = new List<HarnessSource>();
        for (var i = 0; i < Points.Count; i++)
        {
            // One that lands, with rows for the quarantine, and one that is refused: between them they come by every step.
            var contract = contracts[i % contracts.Count];
            await DropAsync(contract, i, file => !file.IsRefused && file.Rejects.Count > 0);
            await DropAsync(contract, i, file => file.IsRefused && file.Read == 0);
            var died = i + 1;
            await Until.TrueAsync(() => function.Deaths.Count == died, $"a process has died {Points[i]}", seconds: 60);
        }
        await world.SettledAsync(seconds: 60);
        output.WriteLine($"{function.Deaths.Count} processes died: {string.Join(", ", function.Deaths)}");
        function.Deaths.ShouldBe(Points);
        await world.CheckAsync(sources);

        async Task DropAsync(HarnessContract contract, int i, Func<HarnessFile, bool> fits)
        {
            HarnessFile file;
            do file = HarnessFile.Make(contract, dice, $"point {i}", most: 8);
            while (!fits(file));
            // Days that come again, so that some take the place of others.
            sources.Add((await world.DropAsync(contract, new DateOnly(2024, 1, 1).AddDays(i / contracts.Count % 3), file)).Source);
        }
    }
}
