namespace Landfall.Benchmarks.Scale;

/// <summary>What nobody has measured on Google's machines. Each has a name here, and what most depends on a line in shared/SCALE.md; change one and run again.</summary>
internal static class Assumptions
{
    /// <summary>Seconds of a small query, from its request to its rows: the median, and the deviation of the logarithm.</summary>
    public const double Query = 0.9, QuerySpread = 0.35;

    /// <summary>Seconds until a file is read and its rows are streamed.</summary>
    public const double Stage = 0.4, StageSpread = 0.3;

    /// <summary>Seconds of a commit's script of five statements, what a source adds to it, and the share of it that is over when it touches the ledger's head.</summary>
    public const double Commit = 7, CommitSpread = 0.25, CommitSource = 0.004, Touch = 0.2;

    /// <summary>Seconds between the commit and the answer to the event: the receipt, and what is announced.</summary>
    public const double Answer = 0.15;

    /// <summary>Seconds of an instance's start.</summary>
    public const double Start = 2;

    /// <summary>The share of its concurrency at which Cloud Run starts another instance (https://cloud.google.com/run/docs/about-instance-autoscaling).</summary>
    public const double Target = 0.6;

    /// <summary>Seconds for which streamed rows stay in the buffer, where no clustering helps: documented are "up to 90 minutes".</summary>
    public const double Buffer = 30 * 60;

    /// <summary>Bytes of a row in a file, and what its values are as a JSON array of texts.</summary>
    public const int Row = 100, Fields = 122;

    /// <summary>Logical bytes of a staged row without its values: attempt, feed, line, day.</summary>
    public const int StagedKeys = 34 + 8 + 8 + 8;

    /// <summary>Bytes of a file's log lines, of its event, and of what is announced.</summary>
    public const int Logged = 1_000, Event = 2_000, Announced = 2_000;

    /// <summary>Bytes a second that one process reads, checks and writes as Avro. The local BigQuery took 193 MiB a second of rows made on the fly (tests/RESULTS.md); a vCPU of Cloud Run is taken for a quarter.</summary>
    public const double Rate = 193 / 4.0 * Prices.MiB;

    /// <summary>What a file's rows are as deflated Avro.</summary>
    public const double Deflated = 0.33;

    /// <summary>Seconds of a load job without its bytes, and the bytes a second that it is sent and loaded with.</summary>
    public const double Load = 6, LoadRate = 40 * Prices.MiB;

    /// <summary>Bytes a second that the transaction of a commit moves.</summary>
    public const double Move = 500 * Prices.MiB;

    /// <summary>Memory of the process beside its parts: what was measured for a file of 5 GiB, less four parts (tests/RESULTS.md).</summary>
    public const double Process = 130 * Prices.MiB;
}
