namespace Landfall.Cloud;

/// <summary>A message that this process has taken for a while.</summary>
/// <param name="Message">What it is.</param>
/// <param name="Data">Its payload.</param>
/// <param name="AckId">By which it is acknowledged.</param>
public sealed record TakenMessage(PeekedMessage Message, ReadOnlyMemory<byte> Data, string AckId);
