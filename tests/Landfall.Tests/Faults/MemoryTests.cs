using System.Diagnostics;
using Landfall.Contracts;
using Shouldly;
using Xunit;
using Xunit.Abstractions;

namespace Landfall.Tests.Faults;

/// <summary>However large a file is, the deployed function's process is no larger: 5 GiB with <c>TESTS_LONG=1</c>, which takes minutes.</summary>
[Collection(nameof(HarnessWorld))]   // one after the other: each has the machine to itself
public sealed class MemoryTests(ITestOutputHelper output)
{
    private static readonly bool Long = Environment.GetEnvironmentVariable("TESTS_LONG") is { Length: > 0 };

    [Theory]
    [InlineData(SinkKind.Postgres)]
    [InlineData(SinkKind.BigQuery)]
    public async Task A_large_file_takes_no_more_memory_than_a_small_one(SinkKind sink)
    {
        await using var world = await HarnessWorld.StartAsync(instances: 1, seed: null, () => null);
        var contract = new HarnessContract(sink, WriteMode.Append);
        var small = await LandAsync(new(2024, 1, 1), 256);
        var large = await LandAsync(new(2024, 1, 2), Long ? 5 * 1024 : 1024);
        (large - small).ShouldBeLessThan(64 << 20);
        large.ShouldBeLessThan(256 << 20);

        async Task<long> LandAsync(DateOnly date, int mebibytes)
        {
            var file = new GeneratedObject(contract.NameOf(date), mebibytes);
            world.Gateway.Generated = file;
            var started = Stopwatch.GetTimestamp();
            (await world.PushAsync(HarnessWorld.Event(file.Resource))).ShouldBeLessThan(300, string.Join('\n', world.Instances[0].Output.TakeLast(5)));
            var (took, peak) = (Stopwatch.GetElapsedTime(started).TotalSeconds, world.Instances[0].Peak);
            output.WriteLine($"{sink}, {mebibytes} MiB: {took:0.0} s, {mebibytes / took:0} MiB/s; peak RSS {peak >> 20} MiB");
            (await world.ScalarAsync($"SELECT count(*) FROM {contract.Table} WHERE day = '{date:yyyy-MM-dd}'")).ShouldBe(file.Count);
            return peak;
        }
    }
}
