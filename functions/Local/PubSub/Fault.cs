namespace Landfall.Local.PubSub;

/// <summary>What chaos does to one delivery. Pub/Sub may do each of these.</summary>
public enum Fault
{
    None,

    /// <summary>It is not made at all, and counts as failed.</summary>
    Dropped,

    /// <summary>It is made, its answer is lost, and it counts as failed.</summary>
    AnswerLost,

    /// <summary>It is made, and once more though it was acknowledged.</summary>
    Repeated,

    /// <summary>It is made twice at the same time.</summary>
    Doubled,

    /// <summary>It is held back for a moment.</summary>
    Delayed,

    /// <summary>It is put behind the messages that came after it.</summary>
    Reordered,
}
