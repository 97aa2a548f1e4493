using System.Diagnostics;
using System.Diagnostics.Metrics;

namespace Landfall.Hosting;

/// <summary>What Landfall tells of itself: one source of spans and one meter. They cost next to nothing while nobody listens.</summary>
public static class Telemetry
{
    /// <summary>The name of <see cref="Source"/> and <see cref="Meter"/>.</summary>
    public const string Name = "Landfall";

    public static readonly ActivitySource Source = new(Name);

    public static readonly Meter Meter = new(Name);

    private static readonly Counter<long> Events = Meter.CreateCounter<long>("landfall.events", "{event}", "Events, by function and outcome.");

    private static readonly Histogram<double> EventDuration = Meter.CreateHistogram(
        "landfall.event.duration", "s", "How long an event took, from its first byte to its verdict.", tags: null,
        // From a warm small file to the longest an event may take.
        new InstrumentAdvice<double> { HistogramBucketBoundaries = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120, 300, 600] });

    /// <summary>Begins the span of an event, continuing the sender's trace. Null while nobody listens.</summary>
    internal static Activity? StartEvent(string function, Events.CloudEvent cloudEvent)
    {
        // The web server's own span is not exported and would leave ours an orphan, sampled as it is: never.
        Activity.Current = null;
        var sender = ActivityContext.TryParse(cloudEvent.TraceParent, traceState: null, isRemote: true, out var context) ? context : default;
        var activity = Source.StartActivity(function, ActivityKind.Consumer, sender);
        activity?.SetTag("cloudevents.event_id", cloudEvent.Id)
            .SetTag("cloudevents.event_type", cloudEvent.Type)
            .SetTag("cloudevents.event_source", cloudEvent.Source);
        if (cloudEvent.DeliveryAttempt is { } attempt) activity?.SetTag("landfall.delivery_attempt", attempt);
        return activity;
    }

    internal static void Count(string function, Verdict verdict, TimeSpan took)
    {
        var tags = new TagList { { "function", function }, { "outcome", verdict.Outcome } };
        Events.Add(1, tags);
        EventDuration.Record(took.TotalSeconds, tags);
    }
}
