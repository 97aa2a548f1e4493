using Landfall.Sinks.BigQuery;

namespace Landfall.Benchmarks.Scale;

/// <summary>What of the sink decides what a day costs: its constants, and which bytes each statement is billed for.</summary>
/// <param name="Name">For the report.</param>
/// <param name="MaxSources">Of one commit.</param>
/// <param name="Rounds">How often a commit is tried again.</param>
/// <param name="Wait">Between two tries: by the round, and by 0…0.5.</param>
/// <param name="PartAfter">How large the next part of a large file is, by the bytes written so far.</param>
/// <param name="IsPruned">Whether the ledger's head has a partition of its own, ids are looked for in theirs, and staged rows in the blocks of their time.</param>
internal sealed record SinkDesign(string Name, int MaxSources, int Rounds, Func<int, double, TimeSpan> Wait, Func<long, int> PartAfter, bool IsPruned)
{
    /// <summary>Until 22 November 2026: one unpartitioned ledger, every look through all of it, 200 sources a commit, 2.4 seconds at most between two tries.</summary>
    public static SinkDesign Before { get; } = new("before", 200, 12, (round, jitter) => TimeSpan.FromMilliseconds(100) * Math.Min(1 << round, 16) * (0.5 + jitter), _ => 8 << 20, false);

    /// <summary>The sink as it is.</summary>
    public static SinkDesign Now { get; } = new("now", CommitQueue.MaxSources, CommitQueue.Rounds, CommitQueue.Wait, LoadRowWriter.PartAfter, true);

    /// <summary>Bytes of the look with which a landing begins.</summary>
    /// <param name="entries">Of the ledger.</param>
    public double Look(double entries) => IsPruned ? entries / LedgerTable.Ranges * 8 : entries * SampleContract.EntryBytes;

    /// <summary>Bytes of the reading that decides a commit: under <c>append</c> it asks for other versions of its objects, by name, wherever they are.</summary>
    public double Read(double entries) => entries * (IsPruned ? SampleContract.NamedBytes : SampleContract.EntryBytes);

    /// <summary>Bytes of the UPDATE of the head: what it reads, and all of the table or partition that it changes (https://cloud.google.com/bigquery/docs/data-manipulation-language#on-demand_query_size_calculation).</summary>
    public double Head(double entries) => IsPruned ? 0 : entries * SampleContract.EntryBytes;

    /// <summary>Bytes of the statement that counts staged rows.</summary>
    /// <param name="today">Staged rows of the day.</param>
    /// <param name="buffered">Those of them that are in the streaming buffer.</param>
    public double Guard(double today, double buffered) => (IsPruned ? buffered : today) * Assumptions.StagedKeys;

    /// <summary>Bytes of the INSERT that reads staged rows.</summary>
    public double Insert(double today, double buffered) => (IsPruned ? buffered : today) * (Assumptions.StagedKeys + Assumptions.Fields);
}
