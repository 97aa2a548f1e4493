namespace Landfall.Cloud;

/// <summary>A subscription as Pub/Sub describes it.</summary>
/// <param name="Topic"><c>projects/P/topics/T</c>.</param>
internal sealed record SubscriptionReply(string? Topic);
