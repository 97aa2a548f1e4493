namespace Landfall.Benchmarks.Scale;

/// <summary>What is documented: https://cloud.google.com/bigquery/quotas, https://cloud.google.com/run/quotas.</summary>
internal static class Quotas
{
    /// <summary>Load, copy and query jobs that write one table, a day; failed ones count, DML and streaming do not.</summary>
    public const double TableJobs = 1_500;

    public const double LoadJobs = 100_000;

    /// <summary>Bytes of one load job.</summary>
    public const double LoadBytes = 15 * Prices.TiB;

    /// <summary>Requests a second of one user to one method: <c>jobs.insert</c>, <c>tables.get</c>…</summary>
    public const double RequestsPerSecond = 100;

    /// <summary>The same for <c>jobs.get</c>.</summary>
    public const double PollsPerSecond = 1_000;

    /// <summary>Bytes a second that a project streams into the US or EU.</summary>
    public const double StreamedPerSecond = Prices.GiB;

    /// <summary>UPDATE, DELETE and MERGE on one table that may wait for others; of two transactions one is cancelled at once.</summary>
    public const double PendingChanges = 20;

    /// <summary>What changes one table in ten seconds, DML included: a plain table, a partitioned one.</summary>
    public const double ChangesPlain = 25, ChangesPartitioned = 50;

    /// <summary>Tables of a transaction.</summary>
    public const double TransactionTables = 100;

    /// <summary>Partitions that one job may change, and those that a table may have.</summary>
    public const double JobPartitions = 4_000, TablePartitions = 10_000;

    public const double ScriptBytes = Prices.MiB, Parameters = 10_000, RequestBytes = 10_000_000;

    /// <summary>Requests that an instance of Cloud Run may have at once.</summary>
    public const int Concurrency = 1_000;

    /// <summary>How long a request may take, and a task of a job, in seconds.</summary>
    public const double ServiceSeconds = 3_600, JobSeconds = 7 * 86_400;
}
