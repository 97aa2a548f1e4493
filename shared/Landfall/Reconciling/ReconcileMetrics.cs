using System.Diagnostics.Metrics;

namespace Landfall.Reconciling;

/// <summary>What is measured tick by tick, on the meter <c>Landfall</c>.</summary>
internal static class ReconcileMetrics
{
    private static readonly Meter Meter = new("Landfall");

    private static readonly Gauge<double> Freshness = Meter.CreateGauge<double>("landfall.freshness", "s", "Since the newest landing, by contract.");

    public static void Fresh(string contract, TimeSpan age) => Freshness.Record(age.TotalSeconds, new KeyValuePair<string, object?>("contract", contract));
}
