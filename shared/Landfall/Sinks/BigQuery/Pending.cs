namespace Landfall.Sinks.BigQuery;

/// <summary>A source that waits to be committed, or an outcome that waits to be recorded.</summary>
/// <param name="entry">What the ledger is to get; with the tables' results, or another outcome, once it is decided.</param>
/// <param name="staged">Its rows; null for an outcome that brings none.</param>
internal sealed class Pending(LedgerEntry entry, StagedSource? staged)
{
    private readonly TaskCompletionSource<LedgerEntry?> _result = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public LedgerEntry Entry { get; } = entry;

    public StagedSource? Staged { get; } = staged;

    /// <summary>Whether it brings its source's rows, and not only an outcome: those of an external table are where they are already, and nothing is staged.</summary>
    public bool Lands => Entry.Outcome == Outcome.Landed;

    public Source Source => Entry.Source;

    /// <summary>The entry that stands, if it is this attempt's or of an outcome without rows; null when another attempt's stands.</summary>
    public Task<LedgerEntry?> Result => _result.Task;

    /// <summary>Nobody waits for it any more, and it is not taken yet: it is not to be committed.</summary>
    public bool GivenUp { get; set; }

    public void Settle(LedgerEntry standing) => _result.TrySetResult(!Lands || standing.Attempt == Entry.Attempt ? standing : null);

    public void Fail(Exception exception)
    {
        _result.TrySetException(exception);
        // Who has given up does not look.
        _ = _result.Task.Exception;
    }
}
