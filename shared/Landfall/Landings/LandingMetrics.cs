using System.Diagnostics;
using System.Diagnostics.Metrics;
using Landfall.Sinks;

namespace Landfall.Landings;

/// <summary>What is counted of landings, on the meter <c>Landfall</c>.</summary>
internal static class LandingMetrics
{
    private static readonly Meter Meter = new("Landfall");

    private static readonly Counter<long> Landings = Meter.CreateCounter<long>("landfall.landings", "{landing}", "Landings, by contract and outcome.");

    private static readonly Counter<long> Rows = Meter.CreateCounter<long>("landfall.rows", "{row}", "Rows, by contract and whether they landed or were rejected.");

    private static readonly Histogram<double> Duration = Meter.CreateHistogram<double>("landfall.landing.duration", "s", "From the first look at the ledger to the commit.");

    public static void Count(LedgerEntry entry)
    {
        var contract = new KeyValuePair<string, object?>("contract", entry.Source.Contract.Id.Name);
        var tags = new TagList { contract, { "outcome", entry.Outcome.ToString() } };
        Landings.Add(1, tags);
        Duration.Record((entry.FinishedAt - entry.StartedAt).TotalSeconds, tags);
        if (entry.RowsLanded > 0) Rows.Add(entry.RowsLanded, contract, new("result", "landed"));
        if (entry.RowsRejected > 0) Rows.Add(entry.RowsRejected, contract, new("result", "rejected"));
    }
}
