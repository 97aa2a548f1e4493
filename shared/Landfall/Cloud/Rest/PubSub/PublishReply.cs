namespace Landfall.Cloud;

/// <summary>What Pub/Sub answers a publish request with.</summary>
internal sealed record PublishReply(string[]? MessageIds);
