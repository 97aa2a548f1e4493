namespace Landfall.Reconciling;

/// <summary>What somebody is told of.</summary>
public enum AlertKind
{
    /// <summary>What a contract's schedule promised has not come.</summary>
    Missing,

    /// <summary>It has come, and past the promised latency.</summary>
    Late,

    /// <summary>The newest source brought fewer rows than the contract's quality says.</summary>
    Small,

    /// <summary>The newest source brought more rows than the contract's quality says.</summary>
    Large,

    /// <summary>An object is without an outcome for long.</summary>
    Waiting,

    /// <summary>A run was begun, and its end has not come.</summary>
    Unfinished,

    /// <summary>A ledger entry whose rows do not add up.</summary>
    Unbalanced,

    /// <summary>Messages were given up.</summary>
    DeadLetters,
}
