namespace Landfall.Cloud;

/// <summary>A message that waits in a subscription, and waits on.</summary>
/// <param name="MessageId">The server's id of the message.</param>
/// <param name="Published">When it came there; null where the server does not say.</param>
/// <param name="Attributes">Never null.</param>
public sealed record PeekedMessage(string MessageId, DateTimeOffset? Published, IReadOnlyDictionary<string, string> Attributes);
