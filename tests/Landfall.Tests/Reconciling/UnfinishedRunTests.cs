using Landfall.Contracts;
using Landfall.Tests.Runs;
using Shouldly;
using Xunit;

namespace Landfall.Tests.Reconciling;

/// <summary>An export whose pages never came together is told of, until it has landed or a later one has.</summary>
public sealed class UnfinishedRunTests
{
    [Fact]
    public async Task An_export_that_was_never_completed_is_told_of_until_its_run_or_a_later_one_lands()
    {
        var contract = RunWorld.Contract.Replace("topic: ships,", "topic: ships, export: bloomreach,", StringComparison.Ordinal)
            .Replace("servers:", "slaProperties: [ { property: frequency, value: 1, unit: d, scheduler: cron, schedule: \"0 6 * * *\" } ]\nservers:", StringComparison.Ordinal).Replace("type: bigquery, dataset:", "type: postgres, schema:", StringComparison.Ordinal);
        await using var world = await ReconcileWorld.CreateAsync(SinkKind.BigQuery, contract);
        world.Clock.Now = TimeProvider.System.GetUtcNow();
        var first = await ExportAsync("first");
        for (var i = 0; i < 3; i++) await world.TickAsync(TimeSpan.FromMinutes(19));
        world.Alerts.ShouldBeEmpty("its pages may be on their way");
        for (var i = 0; i < 2; i++) await world.TickAsync(TimeSpan.FromMinutes(10));
        world.Alerts.ShouldBe(["unfinished of ships"]);
        world.Log.Lines.Single(line => line.Contains("ALERT", StringComparison.Ordinal)).ShouldContain("the run first was exported at ");

        await LandAsync("first", first);
        for (var i = 0; i < 2; i++) await world.TickAsync(TimeSpan.FromMinutes(10));
        world.Told.ShouldBe("unfinished of ships | unfinished of ships");

        await ExportAsync("second");
        await world.TickAsync(TimeSpan.FromMinutes(61));
        world.Alerts.Count.ShouldBe(2);
        world.Clock.Now += TimeSpan.FromMinutes(1);
        await LandAsync("third", await ExportAsync("third"));
        await world.TickAsync(TimeSpan.FromMinutes(61));
        world.Cleared.Count.ShouldBe(2, "nobody needs the second any more");

        async Task<long> ExportAsync(string run) => (await world.Landings.Storage.WriteAsync("exports", $"ships/{run}.json", "{}"u8.ToArray(), "application/json"))!.Generation;

        async Task LandAsync(string run, long generation)
        {
            var runs = new Landfall.Landings.RunLander(world.Landings.Contracts, world.Lander);
            await runs.TakeAsync(RunWorld.Page(run, 1, [RunWorld.Row("a", 1)], generation: generation), default);
            (await runs.TakeAsync(RunWorld.Complete(run, 1, 1, generation: generation), default))!.Outcome.ShouldBe("landed");
        }
    }
}
