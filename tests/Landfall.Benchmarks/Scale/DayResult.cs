namespace Landfall.Benchmarks.Scale;

/// <summary>What a simulated day came to.</summary>
/// <param name="Files">That arrived.</param>
/// <param name="Design">Of the sink.</param>
/// <param name="Deployment">Of the function.</param>
internal sealed record DayResult(int Files, SinkDesign Design, Deployed Deployment)
{
    /// <summary>Entries of the ledger in the morning, and for each the bytes billed by what for.</summary>
    public required IReadOnlyList<double> Ages { get; init; }

    public required IReadOnlyList<Dictionary<string, double>> Billed { get; init; }

    /// <summary>Landed until midnight, and at all, within an hour after it.</summary>
    public int LandedInTime { get; set; }

    public int Landed { get; set; }

    public int Commits { get; set; }

    /// <summary>Scripts that another cancelled, or that found the ledger moved.</summary>
    public int Conflicts { get; set; }

    /// <summary>Commits whose tries were used up: their files are delivered again.</summary>
    public int GivenUp { get; set; }

    /// <summary>Files that found all instances full, and waited in Pub/Sub.</summary>
    public long Refused { get; set; }

    /// <summary>Deliveries that were begun.</summary>
    public int Deliveries { get; set; }

    /// <summary>Sources of each commit.</summary>
    public List<int> Groups { get; } = [];

    /// <summary>Seconds from each file's event to its commit.</summary>
    public List<double> Latencies { get; } = [];

    /// <summary>Instances that were started, and their seconds with requests.</summary>
    public int Instances { get; set; }

    public double InstanceSeconds { get; set; }

    /// <summary>Most requests at once of one instance.</summary>
    public int MostActive { get; set; }

    /// <summary>The most of what is asked for in one second: jobs, and polls for them; and of changes of the ledger in ten.</summary>
    public int JobsPerSecond { get; set; }

    public int LedgerChangesPerTen { get; set; }

    /// <summary>Scripts that ran at one time, at most.</summary>
    public int ScriptsAtOnce { get; set; }

    public double Latency(double share) => Latencies.Count == 0 ? double.NaN : Latencies[Math.Min((int)(Latencies.Count * share), Latencies.Count - 1)];

    public int Group(double share) => Groups.Count == 0 ? 0 : Groups[Math.Min((int)(Groups.Count * share), Groups.Count - 1)];
}
