using Landfall.Contracts;

namespace Landfall.Sinks;

/// <summary>A landing that waits because rows of it refer to rows that are not there.</summary>
internal static class ParentWait
{
    /// <param name="rows">How many.</param>
    /// <param name="relationship">By which.</param>
    /// <param name="landed">Whether anything of the parent's dataset has landed yet.</param>
    public static RetryException For(int rows, Relationship relationship, bool landed) => new(
        landed ? $"{rows} rows refer to rows of {relationship.ParentContract} that are not there yet; waiting for them until waitForParents is over"
            : $"rows refer to {relationship.ParentContract}, of which nothing has landed yet",
        $"drop the file of {relationship.ParentContract}");
}
