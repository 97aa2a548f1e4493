namespace Landfall.Local.PubSub;

/// <summary>A subscription, and what waits in it.</summary>
/// <param name="Waiting">Messages that are not acknowledged.</param>
/// <param name="Attempts">The most often that one of them was tried.</param>
/// <param name="Oldest">When the oldest was published; null for none.</param>
public sealed record QueueState(string Subscription, string? PushEndpoint, long Waiting, int Attempts, DateTimeOffset? Oldest);
