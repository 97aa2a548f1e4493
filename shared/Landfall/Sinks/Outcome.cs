namespace Landfall.Sinks;

/// <summary>How a landing ended.</summary>
public enum Outcome
{
    /// <summary>The rows are in their tables.</summary>
    Landed,

    /// <summary>This version had landed before; nothing was done. A decision only: its receipt says <c>landed</c>.</summary>
    AlreadyLanded,

    /// <summary>A newer version of the same target has landed; this one never will.</summary>
    Superseded,

    /// <summary>The source as a whole broke its contract; nothing of it has landed.</summary>
    Refused,

    /// <summary>No contract claims the object. In receipts only.</summary>
    Unclaimed,

    /// <summary>The version is gone from its bucket and no newer one is there.</summary>
    Vanished,

    /// <summary>Not a source's rows: values that stand were raised by an uplift. It neither supersedes nor is superseded.</summary>
    Uplifted,

    /// <summary>What an uplift has raised was lowered again.</summary>
    Undone,

    /// <summary>Not a source's rows: a table was made what it was at a backup. It neither supersedes nor is superseded.</summary>
    Restored,

    /// <summary>Not a source's rows: those of a key were deleted. It neither supersedes nor is superseded.</summary>
    Erased,

    /// <summary>It had landed, and a restore has taken a table of its back to before that: it supersedes nothing, and lands again when it is delivered again.</summary>
    Reverted,
}
