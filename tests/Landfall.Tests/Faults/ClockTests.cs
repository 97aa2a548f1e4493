using System.Text;
using Landfall.Cloud;
using Landfall.Contracts;
using Landfall.Events;
using Landfall.Tests.Landings;
using Shouldly;
using Xunit;
using Xunit.Abstractions;

namespace Landfall.Tests.Faults;

/// <summary>Clocks that jump hours ahead and back while files land, of the function and of its sink: nothing that lands depends on them.</summary>
public sealed class ClockTests(ITestOutputHelper output)
{
    private const int Files = 160;

    [Theory]
    [InlineData(SinkKind.Postgres)]
    [InlineData(SinkKind.BigQuery)]
    public async Task Whatever_the_time_is_said_to_be(SinkKind sink)
    {
        var seed = Environment.TickCount;
        output.WriteLine($"seed {seed}");
        var dice = new Random(seed);
        var contracts = HarnessContract.All.Where(contract => contract.Sink == sink).ToList();
        using var folder = new TempFolder();
        foreach (var contract in contracts) await File.WriteAllTextAsync(folder[$"{contract.Id}.odcs.yaml"], contract.Yaml);
        var (clock, sinkClock) = (new JumpingClock(seed), new JumpingClock(seed + 1));
        await using var world = await LandingWorld.CreateAsync(folder.Path, sink, clock, sinkClock);
        var sources = new List<HarnessSource>();
        var deliveries = new List<StorageObjectData>();
        for (var i = 0; i < Files; i++)
        {
            var (contract, date) = (contracts[dice.Next(contracts.Count)], new DateOnly(2024, 1, 1).AddDays(dice.Next(6)));
            var file = HarnessFile.Make(contract, dice, $"f{i}", most: 8);
            var told = await world.DropAsync("drop-zone", contract.NameOf(date), Encoding.UTF8.GetBytes(file.Csv));
            sources.Add(new(contract, date, new StoredObject(told.Bucket, told.Name, told.Generation, told.TimeCreated!.Value, told.Size!.Value), file));
            for (var times = dice.Next(10) < 3 ? 2 : 1; times > 0; times--) deliveries.Add(told);
        }
        dice.Shuffle(System.Runtime.InteropServices.CollectionsMarshal.AsSpan(deliveries));
        await Parallel.ForEachAsync(deliveries, new ParallelOptions { MaxDegreeOfParallelism = 8 }, async (told, token) => await DeliverAsync(world, told, token));

        var tables = new HarnessTables(world.Database.DataSource);
        foreach (var own in sources.GroupBy(source => source.Contract)) (await tables.FaultsAsync(own.Key, new HarnessModel(own.Key, [.. own]))).ShouldBeEmpty();
        output.WriteLine($"{deliveries.Count} deliveries; the clocks went back {clock.Back} and {sinkClock.Back} times");
        clock.Back.ShouldBeGreaterThan(20);
        if (sink == SinkKind.BigQuery) sinkClock.Back.ShouldBePositive();
    }

    /// <summary>As the platform does: again, when it is asked for patience.</summary>
    private static async Task DeliverAsync(LandingWorld world, StorageObjectData told, CancellationToken cancellationToken)
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                await world.Lander.LandAsync(told, cancellationToken);
                return;
            }
            catch (RetryException) when (attempt < 10)
            {
                await Task.Delay(50 * attempt, cancellationToken);
            }
        }
    }
}
