namespace Landfall.Web.Local;

/// <summary>A subscription.</summary>
/// <param name="Name">Its id.</param>
/// <param name="Endpoint">Where its messages are pushed; null where they are pulled.</param>
/// <param name="Waiting">Messages not acknowledged yet.</param>
/// <param name="Attempts">The most often that one of them was tried.</param>
/// <param name="Oldest">When the oldest was published; null for none.</param>
public sealed record LocalQueue(string Name, string? Endpoint, long Waiting, int Attempts, DateTimeOffset? Oldest);
