using Landfall.Runs;
using Landfall.Tests.Local.Storage;
using Shouldly;
using Xunit;
using Xunit.Abstractions;

namespace Landfall.Tests.Exporting;

/// <summary>However many customers a tick exports, they take no more memory than a few.</summary>
[Collection(nameof(Alone))]   // it measures memory
public sealed class PageMemoryTests(StorageServer storage, ITestOutputHelper output) : IClassFixture<StorageServer>
{
    /// <summary>Peak and sum of what is allocated do not follow the number of customers.</summary>
    [Theory]
    [InlineData(100_000)]
    [InlineData(500_000)]
    public async Task Memory_is_flat(int customers)
    {
        await using var world = await ExportWorld.CreateAsync(storage, customers);
        var (pages, rows, peak) = (0, 0L, 0L);
        CompleteMessage? complete = null;
        world.Take = message =>
        {
            if (message is CompleteMessage done)
            {
                complete.ShouldBeNull();
                complete = done;
                return;
            }
            var page = (PageMessage)message;
            page.Page.ShouldBe(++pages);
            page.Rows.Count.ShouldBe(20);
            rows += page.Rows.Count;
            if (pages % 1000 == 0) peak = Math.Max(peak, GC.GetTotalMemory(forceFullCollection: true));
        };
        var before = GC.GetTotalMemory(forceFullCollection: true);
        await world.TickAsync();
        (complete!.Pages, complete.Rows, pages, rows).ShouldBe((customers / 20, (long)customers, customers / 20, (long)customers));
        // Client, both servers and the message being looked at are in this one process.
        (peak - before).ShouldBeLessThan(24 << 20, $"{customers} customers");
        peak.ShouldBeGreaterThan(0);
        output.WriteLine($"{customers} customers: {(peak - before) >> 10} KiB at most");
    }
}
