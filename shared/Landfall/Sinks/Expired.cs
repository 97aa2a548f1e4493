namespace Landfall.Sinks;

/// <summary>What was deleted because nobody keeps it longer.</summary>
/// <param name="Rows">Rows of the contract's tables.</param>
/// <param name="Rejects">Rejected rows that the warehouse itself keeps.</param>
public sealed record Expired(long Rows, long Rejects)
{
    /// <summary>Nothing.</summary>
    public static Expired None { get; } = new(0, 0);
}
