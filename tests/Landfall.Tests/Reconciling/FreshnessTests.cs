using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using Landfall.Contracts;
using Shouldly;
using Xunit;

namespace Landfall.Tests.Reconciling;

public sealed class FreshnessTests
{
    [Fact]
    public async Task The_age_of_the_newest_landing_is_measured_at_each_tick()
    {
        var measured = new ConcurrentQueue<(string Contract, double Seconds)>();
        using var listener = new MeterListener
        {
            InstrumentPublished = (instrument, listener) =>
            {
                if (instrument is { Meter.Name: "Landfall", Name: "landfall.freshness", Unit: "s" }) listener.EnableMeasurementEvents(instrument);
            },
        };
        listener.SetMeasurementEventCallback<double>((_, value, tags, _) => measured.Enqueue(((string)tags[0].Value!, value)));
        listener.Start();
        await using var world = await ReconcileWorld.CreateAsync(SinkKind.Postgres, ReconcileWorld.Contract("freshly"), ReconcileWorld.Contract("freshly_never"));
        await world.LandAsync("shop/freshly_20260101.csv");
        await world.TickAsync(TimeSpan.FromMinutes(5));
        await world.TickAsync(TimeSpan.FromMinutes(15));
        // Tests beside this one measure, too.
        measured.Where(one => one.Contract.StartsWith("freshly", StringComparison.Ordinal)).ShouldBe([("freshly", 300), ("freshly", 1200)]);
    }
}
