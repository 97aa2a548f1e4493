namespace Landfall.Tests.Faults;

/// <summary>What the harness does to a pipeline; each is counted when it has happened, not when it was meant to.</summary>
internal enum HarnessFault
{
    /// <summary>An event is published once more.</summary>
    Duplicate,

    /// <summary>A delivery goes to two processes at the same time.</summary>
    Doubled,

    /// <summary>The body of a delivery breaks off half-way.</summary>
    HalfDelivery,

    /// <summary>A delivery is answered, and the answer is lost.</summary>
    LostVerdict,

    /// <summary>Something on its way waits.</summary>
    Delay,

    /// <summary>A request to the cloud is lost, and nothing done.</summary>
    LostRequest,

    /// <summary>All is done, and the reply is lost.</summary>
    LostReply,

    /// <summary>503 or 429, and nothing done.</summary>
    Unavailable,

    /// <summary>A download breaks off half-way.</summary>
    HalfBody,

    /// <summary>A download stops half-way for a while.</summary>
    SlowBody,

    /// <summary>BigQuery refuses for a quota.</summary>
    Quota,

    /// <summary>BigQuery cancels a transaction for another's sake.</summary>
    Cancelled,

    /// <summary>SIGKILL at some moment, with deliveries under way.</summary>
    Kill,

    /// <summary>SIGKILL at a step of the pipeline.</summary>
    KillAtStep,

    /// <summary>SIGTERM with deliveries under way.</summary>
    Terminate,

    /// <summary>Postgres ends a session in the middle of a COPY.</summary>
    CopyTerminated,
}
