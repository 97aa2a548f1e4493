namespace Landfall.Benchmarks.Scale;

/// <summary>An instance of Cloud Run: its requests, and the queue of its commits.</summary>
internal sealed class Instance
{
    /// <summary>Requests under way.</summary>
    public int Active { get; set; }

    /// <summary>Since when it has some, and for how many seconds it had.</summary>
    public double Since { get; set; }

    public double Billed { get; set; }

    /// <summary>Files that are staged.</summary>
    public Queue<int> Waiting { get; } = [];

    /// <summary>Those of the commit under way; empty for none.</summary>
    public List<int> Batch { get; } = [];

    /// <summary>How often the commit was tried.</summary>
    public int Round { get; set; }

    /// <summary>The version of the ledger that it has read.</summary>
    public long Seen { get; set; }

    /// <summary>How long the script under way takes.</summary>
    public double Script { get; set; }
}
