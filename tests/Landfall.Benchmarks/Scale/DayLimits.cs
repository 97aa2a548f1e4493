namespace Landfall.Benchmarks.Scale;

/// <summary>The documented limits, and what a simulated day uses of each.</summary>
internal static class DayLimits
{
    /// <summary>Polls for a job that takes a second, at 50 ms and half as long again each time (<c>JobRunner</c>).</summary>
    private const int Polls = 7;

    public static IReadOnlyList<(string What, double Limit, Func<DayResult, double> Used)> All { get; } =
    [
        ("load jobs of a project a day (each file a job, without streaming)", Quotas.LoadJobs, day => day.Files),
        ("load jobs of a project a day (as they are streamed)", Quotas.LoadJobs, _ => 0),
        ("`jobs.insert` a second and user, in the busiest second", Quotas.RequestsPerSecond, day => day.JobsPerSecond),
        ("`jobs.get` a second and user, in that second", Quotas.PollsPerSecond, day => (double)day.JobsPerSecond * Polls),
        ("bytes streamed a second, on average", Quotas.StreamedPerSecond, day => day.Deliveries * (double)Files.Rows * (Assumptions.StagedKeys + Assumptions.Fields + 60) / DaySimulation.Day),
        ("UPDATEs that wait for one table", Quotas.PendingChanges, day => day.ScriptsAtOnce - 1),
        ("changes of the ledger in ten seconds", Quotas.ChangesPartitioned, day => day.LedgerChangesPerTen),
        ("tables of a transaction", Quotas.TransactionTables, _ => 3),
        ("partitions of the ledger that one commit changes", Quotas.JobPartitions, day => Math.Min(day.Group(1), Landfall.Sinks.BigQuery.LedgerTable.Ranges) + 1),
        ("partition changes of a day (DML does not count)", 30_000, _ => 0),
        ("characters of a script", Quotas.ScriptBytes, day => SampleContract.Commit(Math.Max(day.Group(1), 1)).Script),
        ("parameters of a script", Quotas.Parameters, day => SampleContract.Commit(Math.Max(day.Group(1), 1)).Parameters),
        ("bytes of a commit's request", Quotas.RequestBytes, day => SampleContract.Commit(Math.Max(day.Group(1), 1)).Request),
        ("requests of an instance at once", Quotas.Concurrency, day => day.MostActive),
    ];
}
