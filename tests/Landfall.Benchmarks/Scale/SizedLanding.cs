using Landfall.Landings;
using Landfall.Sinks.BigQuery;

namespace Landfall.Benchmarks.Scale;

/// <summary>One file of CSV that lands by itself in an appended table, by its size.</summary>
/// <param name="bytes">Of the file.</param>
/// <param name="partAfter">How large the next part is, by the bytes of Avro written so far.</param>
internal sealed class SizedLanding(double bytes, Func<long, int> partAfter)
{
    /// <summary>Seconds that an event has, and a task of the job for large files (LANDFALL_TIMEOUT in terraform/functions.tf and large.tf).</summary>
    public const double EventSeconds = 540, TaskSeconds = 21_300;

    private const double JobProcessors = 2, JobMemory = 2;

    public double Bytes => bytes;

    public bool IsStreamed => bytes <= BigQueryStaging.SmallBytes;

    /// <summary>Whether an event hands it over while no large file of its contract has landed yet.</summary>
    public bool IsHandedOver => bytes >= LargeLandings.Least && bytes / LargeLandings.Assumed >= EventSeconds / 2;

    /// <summary>Bytes of each load job.</summary>
    public IReadOnlyList<int> Parts { get; } = bytes <= BigQueryStaging.SmallBytes ? [] : Split((long)(bytes * Assumptions.Deflated), partAfter);

    /// <summary>Rows of Avro until the last load job has ended: what is slower, this process, or the load jobs that are under way together.</summary>
    public double StagingSeconds => IsStreamed
        ? Assumptions.Stage + bytes / Assumptions.Rate
        : Parts.Sum(part => Math.Max(part / Assumptions.Deflated / Assumptions.Rate, LoadSeconds(part) / LoadRowWriter.PartsUnderWay)) + LoadSeconds(Parts[^1]);

    /// <summary>From the event to the commit.</summary>
    public double Seconds => 2 * Assumptions.Query + StagingSeconds + Assumptions.Commit + bytes / Assumptions.Move;

    /// <summary>Bytes of memory: the parts under way and the one that is filled.</summary>
    public double Memory => Assumptions.Process + (IsStreamed ? InsertRowWriter.RequestBytes * 2 : (LoadRowWriter.PartsUnderWay + 1) * (double)Parts.Max());

    public double Dollars => Lines.Sum(line => line.Dollars);

    public IReadOnlyList<(string What, double Dollars)> Lines =>
    [
        ("Cloud Run", IsHandedOver ? Seconds * (JobProcessors * Prices.JobProcessor + JobMemory * Prices.JobMemory) : Seconds * (Prices.ServiceProcessor + Prices.ServiceMemory) + Prices.ServiceRequest),
        // Two readings of the ledger, its head, the count and the reading of what is staged.
        ("queries", 3 * Prices.OfQuery(0) + Prices.OfQuery(Staged * (IsStreamed ? Assumptions.StagedKeys : 0)) + Prices.OfQuery(Staged * (IsStreamed ? Assumptions.StagedKeys + Assumptions.Fields : Assumptions.Row))),
        ("insertAll", IsStreamed ? Staged * Math.Max(Prices.StreamLeast, Assumptions.StagedKeys + Assumptions.Fields) / Prices.StreamUnit * Prices.Stream : 0),
        ("a month of file and rows", bytes / Prices.GiB * (Prices.BucketMonth + Prices.TableMonth)),
    ];

    /// <summary>What it uses of each limit, the most used first.</summary>
    public IReadOnlyList<(string What, double Used, double Limit)> Limits =>
    [
        .. new (string, double, double)[]
        {
            ("load jobs of one table a day", Parts.Count, Quotas.TableJobs),
            ("load jobs of the project a day", Parts.Count, Quotas.LoadJobs),
            ("bytes of a load job", Parts.Count == 0 ? 0 : Parts.Max(), Quotas.LoadBytes),
            (IsHandedOver ? "seconds of the job's task" : "seconds of an event", Seconds, IsHandedOver ? TaskSeconds : EventSeconds),
            ("memory", Memory, (IsHandedOver ? JobMemory : Deployed.Default.MemoryGiB) * Prices.GiB),
            ("bytes streamed", IsStreamed ? Staged * (Assumptions.StagedKeys + Assumptions.Fields + 60) : 0, InsertRowWriter.MaxBytes),
        }.OrderByDescending(limit => limit.Item2 / limit.Item3),
    ];

    private double Staged => bytes / Assumptions.Row;

    private static double LoadSeconds(int part) => Assumptions.Load + part / Assumptions.LoadRate;

    private static List<int> Split(long avro, Func<long, int> partAfter)
    {
        var parts = new List<int>();
        for (var written = 0L; written < avro;)
        {
            parts.Add((int)Math.Min(partAfter(written), avro - written));
            written += parts[^1];
        }
        return parts;
    }
}
